"""What an opened corpus hands out beside answers: its questions, a thing, a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from treatygraph.describe import Description
from treatygraph.fragments import division, link, note, table
from treatygraph.layout import Layout
from treatygraph.namespaces import short_name
from treatygraph.questions import Question, load_questions

__all__ = ["Picture", "Questions", "Thing"]


class Questions(Mapping[str, Question]):
    """The saved queries of a corpus by their names; each has a ``summary``, a ``description`` and ``parameters``."""

    def __init__(self, layout: Layout) -> None:
        self._questions = {question.name: question for question in load_questions(layout)}
        self._layout = layout

    def __getitem__(self, name: str) -> Question:
        if name not in self._questions:
            raise KeyError(name)
        return self._questions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def __repr__(self) -> str:
        width = max(map(len, self), default=0)
        return "\n".join(f"{name:{width}}  {question.summary}{_parameters(question)}" for name, question in self.items())

    def _repr_html_(self) -> str:
        rows = ([escape(name), escape(question.summary), escape(_parameters(question).strip(" ()"))] for name, question in self.items())
        return division("en", table(["name", "question", "parameters"], rows))


def _parameters(question: Question) -> str:
    return f"  ({', '.join(parameter.name for parameter in question.parameters)})" if question.parameters else ""


class Thing:
    """One thing of the graph: a state, an island, a treaty, a clause, a claim, a document, a term.

    Attributes:
        iri: its identifier.
        label: its name in the language, else in English, else in any.
        kind: the label of its class.
        names: its names with their languages.
    """

    def __init__(self, description: Description) -> None:
        self._description = description
        self.iri = description.iri
        self.label = description.label
        self.kind = description.kind
        self.names = description.names

    @property
    def text(self) -> str:
        """All that the graph says of it, with the sentences behind it."""
        return self._description.text()

    def __repr__(self) -> str:
        return f"<{short_name(self.iri)}: {self.label} ({self.kind})>"

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        told = self._description
        names = "; ".join(f"{text} ({tag})" for text, tag in self.names)
        head = f"<p><strong>{link(self.iri, self.label)}</strong> · {escape(self.kind)} · <code>{escape(short_name(self.iri))}</code></p>"
        facts = ([escape(name), "<br>".join(link(iri, text) if iri else escape(text) for text, iri in values)] for name, values in told.facts.items())
        sources = "".join(note(escape(source.in_full())) for source in told.sources.values())
        mentions = ([escape(name), "<br>".join(link(iri, text) for text, iri in values)] for name, values in told.mentions.items())
        parts = [head, note(escape(names)), table([], facts) if told.facts else "", sources]
        if told.mentions:
            count = sum(map(len, told.mentions.values()))
            parts.append(f"<details><summary>What refers to it ({count})</summary>{table([], mentions)}</details>")
        return division(told.language, *parts)


class Picture:
    """A picture as SVG, without scripts, style sheets or anything outside it.

    A notebook shows it as an image, which the viewers of code forges do as well; inline SVG inside HTML they take out.
    ``html()`` gives it for a page of one's own, where each place tells its positions under the pointer.

    Attributes:
        svg: the document.
    """

    def __init__(self, svg: str, description: str) -> None:
        self.svg = svg
        self._description = description

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file, and give its path."""
        target = Path(path)
        target.write_text(self.svg, encoding="utf-8")
        return target

    def html(self) -> str:
        """The picture as a piece of HTML, no wider than where it stands."""
        return f'<figure style="margin:0;max-width:100%;overflow:auto">{self.svg}</figure>'

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<{self._description}>"
