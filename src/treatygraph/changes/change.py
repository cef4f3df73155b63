"""One change in the meaning: of what thing, in what, from what to what."""

from __future__ import annotations

from treatygraph.changes.description import Value

__all__ = ["KINDS", "Change"]

# The kinds of change, which are also the words of the JSON form; a kind is never taken away or given another sense.
KINDS = (
    "added",  # the thing is new
    "removed",
    "renamed",  # old and new are the two IRIs; nothing else of it changed
    "class",
    "label",
    "date",
    "evidence",
    "quotation",  # the exact words of a passage
    "moved",  # a passage has the same words at other offsets
    "context",  # what stands before or after the words of a passage
    "note",  # a note of the curator, where nothing else of the thing changed
    "text",
    "value",
    "question",  # of a saved query: what it asks, in plain words
    "parameter",
    "columns",
    "pattern",  # of a saved query: what it looks for
    "header",  # of a saved query: any other line of its header
)


class Change:
    """A change of one property of a thing, or of a thing as a whole.

    Attributes:
        kind: one of `KINDS`.
        thing: the IRI in the new side, else in the old one; ``queries/NAME.rq`` for a saved query; a key that begins
            with ``_:`` for a thing without a name.
        property: the IRI of the property; for a saved query the name of the parameter or header key; else empty.
        within: where the value lies inside a blank node, the properties that lead on from there.
        old: the values that are gone.
        new: the values that came.
        reasons: what the curator noted on the thing together with this change: property and value.
    """

    def __init__(
        self,
        kind: str,
        thing: str,
        property: str = "",  # noqa: A002 - the word of RDF
        old: list[Value] | None = None,
        new: list[Value] | None = None,
        within: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.thing = thing
        self.property = property
        self.old = old or []
        self.new = new or []
        self.within = within
        self.reasons: list[tuple[str, Value]] = []
