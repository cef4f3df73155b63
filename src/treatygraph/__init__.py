"""TreatyGraph: treaties and territorial positions as a graph, each assertion tied to the passage that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from treatygraph.workbench import Workbench

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(folder: str | Path | None = None) -> Workbench:  # noqa: A001 - `treatygraph.open` reads as what it does
    """Open a corpus.

    Args:
        folder: a folder with ``ontology/``, ``data/`` and ``queries/``. Without it, as on the command line: the folder
            that the environment variable TREATYGRAPH_CORPUS names, else the nearest one from the working directory
            upwards that is a corpus, else the corpus that comes with the package.

    Raises:
        UsageError: no corpus is there.
        CorpusError: a file of it is not Turtle.

    >>> import treatygraph
    >>> corpus = treatygraph.open()
    >>> corpus.query("islands-claimed", date="1956-12-12").columns[:3]
    ['state', 'island', 'kind']
    """
    import os
    from pathlib import Path

    from treatygraph.layout import find_layout
    from treatygraph.workbench import Workbench

    asked = folder if folder is not None else os.environ.get("TREATYGRAPH_CORPUS") or None
    return Workbench(find_layout(Path(asked) if asked is not None else None, Path.cwd(), Path(__path__[0]) / "corpus"))
