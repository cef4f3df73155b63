"""A document with its proofs in the margin: for a terminal, as Markdown, as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from treatygraph.marking import Run, escaped, for_markdown, for_terminal, marked
from treatygraph.namespaces import short_name
from treatygraph.passages import AnnotatedText, Annotations, Cited, Part, Proof, Quoted

__all__ = ["as_data", "as_markdown", "as_text"]

ELLIPSIS = "…"
INDENT = 4


def as_text(found: Annotations, width: int, style: Callable[[Run], str], asked: str = "") -> str:
    """A document for a person at a terminal.

    Args:
        found: the document.
        width: columns of a line.
        style: how the words of a run are shown.
        asked: show only the surroundings of this number, passage or words.

    Raises:
        UsageError: nothing of that kind is there.
    """
    blocks = [for_terminal([Run(f"{found.label} · {short_name(found.document)}", False)], width, style)]
    for text, parts in found.parts(asked):
        blocks.append(for_terminal([Run(_headline(text), False)], width, style))
        for part in parts:
            block = [f"characters {part.start} to {part.end}"] if asked or text.text is None else []
            block += for_terminal(_runs(text, part, _bracketed), width, style)
            room = max((len(f"[{one.number}]") for one in part.told), default=0) + 1
            blocks += [block, [line for one in part.told for line in _margin(f"[{one.number}]".ljust(room), _told(one), width, style)]]
    if found.cited and not asked:
        blocks.append([f"Cited without its words, {_count(len(found.cited), 'place')}:"])
        for place in found.cited:
            head = for_terminal([Run(f"[{place.number}] {_pinpoint(place)} · {short_name(place.iri)}", False)], width, style)
            blocks.append(head + _margin("", [_proof(proof) for proof in place.proves], width, style))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def as_markdown(found: Annotations, asked: str = "") -> str:
    """A document as Markdown, see `as_text`."""
    blocks = [f"# {escaped(found.label)}", f"`{short_name(found.document)}`"]
    for text, parts in found.parts(asked):
        blocks.append(escaped(_headline(text)))
        for part in parts:
            if asked or text.text is None:
                blocks.append(f"*characters {part.start} to {part.end}*")
            blocks.append(for_markdown(_runs(text, part, _raised)))
            blocks.append("\n".join(f"- **{one.number}** {escaped(line)}" for one in part.told for line in _told(one)))
    if found.cited and not asked:
        blocks.append(f"Cited without its words, {_count(len(found.cited), 'place')}:")
        lines = []
        for place in found.cited:
            lines.append(f"- **{place.number}** {escaped(_pinpoint(place))} (`{short_name(place.iri)}`)")
            lines += [f"  - {escaped(_proof(proof))}" for proof in place.proves]
        blocks.append("\n".join(lines))
    return "\n\n".join(block for block in blocks if block)


def as_data(found: Annotations, asked: str = "") -> dict[str, Any]:
    """A document as plain data for JSON, see `as_text`; offsets are Unicode code points."""
    texts = [
        {
            "text": text.version.iri,
            "file": text.version.file_name,
            "language": text.version.language,
            "isHere": text.text is not None,
            "parts": [
                {
                    "start": part.start,
                    "end": part.end,
                    "words": None if text.text is None else text.text[part.start : part.end],
                    "passages": [_quoted_data(one) for one in part.told],
                }
                for part in parts
            ],
        }
        for text, parts in found.parts(asked)
    ]
    cited = [
        {
            "number": place.number,
            "citation": place.iri,
            "pinpoint": place.pinpoint,
            "grade": place.grade,
            "proves": [_proof_data(proof) for proof in place.proves],
        }
        for place in ([] if asked else found.cited)
    ]
    return {"document": found.document, "label": found.label, "texts": texts, "citations": cited}


def _runs(text: AnnotatedText, part: Part, mark: Callable[[int, bool], str]) -> list[Run]:
    """The runs of a part; dots where its first or last paragraph is not whole."""
    if text.text is None:
        (one,) = part.shown
        words = [Run(mark(one.number, True), False, True), Run(one.passage.exact, True), Run(mark(one.number, False), False, True)]
        before, after = one.passage.prefix, one.passage.suffix
        return [*([Run(ELLIPSIS + before, False)] if before else []), *words, *([Run(after + ELLIPSIS, False)] if after else [])]
    stretches = [(one.passage.start, one.passage.end, one.number) for one in part.shown]
    runs = list(marked(text.text, part.start, part.end, stretches, mark))
    before, after = text.text[: part.start].rpartition("\n")[2], text.text[part.end :].partition("\n")[0]
    return [*([Run(f"{ELLIPSIS} ", False)] if before.strip() else []), *runs, *([Run(f" {ELLIPSIS}", False)] if after.strip() else [])]


def _bracketed(number: int, opens: bool) -> str:
    return f"[{number}‹" if opens else f"›{number}]"


def _raised(number: int, opens: bool) -> str:
    return f"<sup>{number}</sup>‹" if opens else f"›<sup>{number}</sup>"


def _headline(text: AnnotatedText) -> str:
    count = _count(len(text.quoted), "quoted stretch", "quoted stretches")
    if text.text is None:
        reason = text.version.problem or f"The text, {text.version.file_name}, is not shipped with this corpus"
        return f"{reason[0].upper()}{reason[1:]}. Here are its quotations in their order, {count}; for the whole give the text with --texts DIR."
    wrong = [short_name(one.passage.iri) for one in text.quoted if one.problem]
    missing = f"; not as quoted stand {', '.join(wrong)}, see treatygraph check" if wrong else ""
    return f"{short_name(text.version.iri)} · {text.version.file_name} · {len(text.text)} characters · {count}{missing}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _told(one: Quoted) -> list[str]:
    return [_proof(proof) for proof in one.proves] or [f"{one.kind}, proves nothing · {short_name(one.passage.iri)}"]


def _proof(proof: Proof) -> str:
    name = short_name(proof.iri)
    return " · ".join(part for part in (proof.label if proof.label != name else "", proof.kind, name) if part)


def _pinpoint(place: Cited) -> str:
    return f"{place.pinpoint} ({place.grade})" if place.grade else place.pinpoint


def _margin(head: str, told: list[str], width: int, style: Callable[[Run], str]) -> list[str]:
    """What a stretch proves, indented, with its number before the first line."""
    lines: list[str] = []
    for proof in told:
        for at, line in enumerate(for_terminal([Run(proof, False)], max(20, width - INDENT - len(head) - 2), style)):
            lines.append(f"{' ' * INDENT}{' ' * len(head) if lines else head}{'  ' if at else ''}{line}")
    return lines


def _quoted_data(one: Quoted) -> dict[str, Any]:
    return {
        "number": one.number,
        "passage": one.passage.iri,
        "start": one.passage.start,
        "end": one.passage.end,
        "exact": one.passage.exact,
        "kind": one.kind,
        "proves": [_proof_data(proof) for proof in one.proves],
    }


def _proof_data(proof: Proof) -> dict[str, str]:
    return {"assertion": proof.iri, "label": proof.label, "kind": proof.kind}
