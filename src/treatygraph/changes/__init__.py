"""What changed in the meaning between two corpora: read the two sides, compare them, tell the changes."""

from __future__ import annotations

from treatygraph.changes.comparison import Comparison, compare
from treatygraph.changes.notes import release_notes
from treatygraph.changes.record import record
from treatygraph.changes.sides import Side, read_side

__all__ = ["Comparison", "Side", "compare", "read_side", "record", "release_notes"]
