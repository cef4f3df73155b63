"""Lists of everything in a corpus, made once for a graph that lies on the disk: a page shows a part of one, and need not ask for all."""

from __future__ import annotations

import json
from collections.abc import Callable

from treatygraph.cache import keep, kept
from treatygraph.corpus import Corpus

__all__ = ["Table", "remembered"]

Table = list[list[str]]


def remembered(corpus: Corpus, name: str, make: Callable[[], Table]) -> Table:
    """A list that is the same as long as the graph is.

    Of a graph on the disk it is kept in the cache under the state of the graph; of one in memory, which may change and is not
    large, it is made each time. A cache that cannot be written costs time, not the answer.

    Args:
        corpus: the corpus.
        name: of the list, letters and hyphens.
        make: makes it.
    """
    if not corpus.state:
        return make()
    file = f"{corpus.state}.{name}"
    body = kept(file)
    if body is not None:
        found: Table = json.loads(body)
        return found
    table = make()
    keep(file, json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode())
    return table
