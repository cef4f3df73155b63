"""The notebooks run with this checkout, and show what was committed."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from notebooks import METADATA, NOTEBOOKS, ROOT, executed, written

# An explanation names the line of a file, and a corpus its size; both move whenever somebody adds to the data.
MOVING = re.compile(r"(?<=\.ttl):\d+|[\d,]+ (?=documents|triples|saved queries)")


def shown(book: nbformat.NotebookNode) -> list[object]:
    """The cells of a notebook with their outputs, so far as they have to stay the same.

    Printed text is compared word by word: it breaks its lines elsewhere when a line of a file has a longer number.
    """
    cells = []
    for cell in book.cells:
        outputs = json.loads(MOVING.sub("", json.dumps(cell.get("outputs", []), ensure_ascii=False)))
        printed = [output | {"text": output["text"].split()} if output["output_type"] == "stream" else output for output in outputs]
        cells.append({"source": cell.source, "outputs": printed, "count": cell.get("execution_count")})
    return cells


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["1-the-first-question", "2-one-clause-and-its-readings", "3-our-claims-beside-a-table"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_was_committed(path):
    committed = nbformat.read(path, as_version=4)
    fresh = executed(path)
    for number, (before, after) in enumerate(zip(shown(committed), shown(fresh), strict=True), 1):
        assert after == before, f"cell {number} differs; if it should, run: make notebooks"
    assert not [output for cell in fresh.cells for output in cell.get("outputs", []) if output.output_type == "error" or output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_names_no_machine_and_no_hour(path):
    text = path.read_text(encoding="utf-8")
    book = nbformat.reads(text, as_version=4)
    assert written(book) == text
    assert book.metadata == METADATA
    assert not [cell for cell in book.cells if cell.metadata]
    assert all(cell.outputs for cell in book.cells if cell.cell_type == "code" and not cell.source.rstrip().endswith("treatygraph.open()"))
    for trace in (str(ROOT), "/home/", "/root/", "/tmp/", "iopub", " at 0x"):
        assert trace not in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_pictures_are_shown_in_the_form_that_code_forges_draw(path):
    book = nbformat.read(path, as_version=4)
    pictures = [output.data for cell in book.cells for output in cell.get("outputs", []) if "image/svg+xml" in output.get("data", {})]
    assert pictures
    assert not [data for data in pictures if "text/html" in data]
