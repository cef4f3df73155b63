"""What follows from a corpus, kept ready: derived once for the bytes of its files, and again without a word when they change.

Saved queries do not use it: they give the same rows on the asserted graph, and reading the Turtle is as quick.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile

from treatygraph.built import answering
from treatygraph.cache import digest_of, keep, kept
from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.reasoning import close
from treatygraph.sorting import Sorter
from treatygraph.store import is_about_blank

__all__ = ["derived_lines", "derived_sorted"]


def derived_lines(layout: Layout) -> list[str]:
    """The triples that follow from a corpus by OWL 2 RL, as lines of N-Triples in a fixed order.

    What follows about blank nodes is left out: they have no name that another run would know. A damaged cache is built
    anew, a stale one is never asked for. Where the cache cannot be written, they are derived every time.

    Raises:
        CorpusError: a file of the corpus is not Turtle.
    """
    name = f"{digest_of(layout)}.nt"
    body = kept(name)
    if body is None:
        body = "\n".join(sorted(f"{triple} ." for triple in close(load_corpus(layout).store).derived if not is_about_blank(triple))).encode()
        keep(name, body)
    return body.decode().split("\n") if body else []


def derived_sorted(layout: Layout) -> Iterator[bytes]:
    """The same as `derived_lines`, with their line ends, one by one: from the built store where that answers for the corpus.

    Raises:
        CorpusError: a file of the corpus is not Turtle, or the store cannot be read.
    """
    built = answering(layout)
    if built is None:
        yield from (f"{line}\n".encode() for line in derived_lines(layout))
        return
    sorter = Sorter()
    with TemporaryFile() as file:
        built.derived().write_ntriples(file)
        file.seek(0)
        sorter.add_from(file)
    yield from sorter
