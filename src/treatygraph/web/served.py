"""What every worker holds: the corpus with its graph as it stands now, and the saved queries."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from treatygraph.built import Built, find_built
from treatygraph.corpus import Corpus, graph_name
from treatygraph.errors import CorpusError
from treatygraph.layout import Layout
from treatygraph.opening import BuiltCorpus
from treatygraph.questions import Question, load_questions
from treatygraph.web.dataset import Dataset
from treatygraph.web.settings import Settings
from treatygraph.whole import to_disk

__all__ = ["Served", "load_served"]

KEPT = "graphs.nq"  # the file in the folder of --store


class Served:
    """The corpus of one server.

    Attributes:
        corpus: its files, and the graph as it stands after the changes so far.
        graph: that graph.
        questions: the saved queries by name.
        settings: how the server was asked to behave.
        built: the built store that the graph is from, or None where it is in memory.
    """

    def __init__(self, layout: Layout, graph: Dataset, questions: list[Question], settings: Settings, built: Built | None = None) -> None:
        self.corpus: Corpus = BuiltCorpus(layout, built, graph) if built else Corpus(layout, graph)
        self.built = built
        self.graph = graph
        self.questions = {question.name: question for question in questions}
        self.settings = settings

    def keep(self) -> None:
        """Write the graphs to the folder of --store, if there is one, before a change is answered for.

        Written beside, brought to the disk, and renamed: whatever happens, the file is a whole state.
        """
        folder = self.settings.store
        if folder is None:
            return
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        os.close(handle)
        beside = Path(name)
        try:
            self.graph.save(beside)
            to_disk(beside)
            beside.replace(folder / KEPT)
            to_disk(folder)
        finally:
            beside.unlink(missing_ok=True)


def load_served(layout: Layout, settings: Settings) -> Served:
    """Open the built store, or read the corpus, or where --store has kept graphs, those in place of its own.

    A built store is opened once, before the workers are forked, and they share it. What is opened for reading has no work of
    its own in the background, nobody asks it before the fork, and a block is read by its place in the file, so that no lock is
    held and no offset is shared. Of a large store the workers open more files as they need them: a build keeps the generation
    before the new one, and the server goes over to the new one long before the next.

    Raises:
        CorpusError: a file of the corpus, the built store, or what was kept, cannot be read.
    """
    if settings.built:
        built = find_built(layout)
        if built is None:
            raise CorpusError("The built store is gone.", "Build it with: treatygraph build")
        return Served(layout, Dataset.read_only(built.path / "asserted"), load_questions(layout), settings, built)
    graph = Dataset()
    kept = settings.store / KEPT if settings.store else None
    if kept and kept.exists():
        try:
            graph.restore(kept)
        except (SyntaxError, OSError) as error:
            raise CorpusError(f"{kept}: the kept graphs cannot be read ({error}).", "Bring the file back from a copy, or move it away to begin anew.") from None
    else:
        for path in layout.ontology_files + layout.data_files:
            graph.load(path, graph_name(layout, path))
    if settings.store:
        for left in settings.store.glob(".new-*"):  # of a server that was killed while it wrote
            with contextlib.suppress(OSError):
                left.unlink()
    return Served(layout, graph, load_questions(layout), settings)
