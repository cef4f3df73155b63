"""A corpus opened: from its built store where that answers for its files, else from the files themselves."""

from __future__ import annotations

from functools import cached_property

from treatygraph.built import Built, answering
from treatygraph.corpus import LoadedCorpus, load_corpus
from treatygraph.layout import Layout
from treatygraph.store import GraphStore

__all__ = ["BuiltCorpus", "open_corpus"]


class BuiltCorpus(LoadedCorpus):
    """A corpus that a built store answers for.

    Args:
        store: what is asserted in it, where somebody has opened that already.

    Attributes:
        built: the store.
    """

    def __init__(self, layout: Layout, built: Built, store: GraphStore | None = None) -> None:
        super().__init__(layout, built.asserted() if store is None else store)
        self.built = built

    @property
    def state(self) -> str:
        return self.built.path.name

    @cached_property
    def derived(self) -> GraphStore:
        """What follows from it and is not asserted, but for what is about blank nodes."""
        return self.built.derived()


def open_corpus(layout: Layout) -> LoadedCorpus:
    """The corpus in a folder, see `built.answering`.

    Raises:
        CorpusError: its store, or a file of it, cannot be read.
    """
    built = answering(layout)
    return BuiltCorpus(layout, built) if built else load_corpus(layout)
