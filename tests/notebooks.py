"""Run the notebooks in docs/notebooks with this checkout, and write them anew with what they show."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

__all__ = ["NOTEBOOKS", "executed", "written"]

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
SECONDS = 300  # for one cell, on a machine that is busy
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}


def executed(path: Path) -> nbformat.NotebookNode:
    """A notebook with fresh outputs, and with nothing in it of this machine or this hour.

    It runs in its own folder, so that the corpus it opens is the one of the checkout.
    """
    os.environ.pop("TREATYGRAPH_CORPUS", None)
    book = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as sockets:  # no port is open while it runs
        where = {} if os.name == "nt" else {"transport": "ipc", "ip": str(Path(sockets) / "kernel")}
        kernel = KernelManager(kernel_name="python3", **where)
        client = NotebookClient(book, km=kernel, timeout=SECONDS, record_timing=False, resources={"metadata": {"path": str(path.parent)}})
        try:
            client.execute()
        finally:  # nbclient leaves a kernel alone that it did not start
            if client.kc:
                client.kc.stop_channels()
            kernel.shutdown_kernel(now=True)
    book.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(book.cells, 1):
        cell.id = f"cell-{number}"
        cell.metadata = {}
    return book


def written(book: nbformat.NotebookNode) -> str:
    """A notebook as the text of its file."""
    nbformat.validate(book)
    return nbformat.writes(book, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for notebook in NOTEBOOKS:
        sys.stderr.write(f"{notebook.relative_to(ROOT)}\n")
        text = written(executed(notebook))
        beside = notebook.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(notebook)
