"""A corpus opened in Python: questions, things, pictures, and the graph itself."""

from __future__ import annotations

import warnings
from datetime import date as Date  # noqa: N812 - ``date`` is the name of an argument
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from treatygraph.answers import Result
from treatygraph.describe import Description
from treatygraph.errors import UsageError
from treatygraph.exhibits import Picture, Questions, Thing
from treatygraph.fragments import division, note
from treatygraph.layout import Layout
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.opening import BuiltCorpus, open_corpus
from treatygraph.positions import covered_days
from treatygraph.questions import load_question
from treatygraph.scope import titles_of
from treatygraph.store import GraphStore
from treatygraph.things import LANGUAGES, Things

if TYPE_CHECKING:
    from rdflib import Dataset, Graph

    from treatygraph.compare import Comparison

__all__ = ["Workbench"]

CLAIMS = "islands-claimed"  # the saved query behind `Workbench.claims_at`


class Workbench:
    """A corpus, opened.

    Made by `treatygraph.open`.

    >>> import treatygraph
    >>> corpus = treatygraph.open()
    >>> corpus.query("who-administers", island="Etorofu", date="1946-01-01").df(labels=True)[["kind", "certainty"]]
                   kind certainty
    0  formal authority   certain
    1        occupation   certain

    Where a built store (``treatygraph build``) is of the same files, or of a large corpus, that answers; if files have changed
    since, with a warning.

    Attributes:
        corpus: the corpus as the rest of the package passes it on.
        store: the graph; it takes SPARQL 1.1. That of a built store is for reading.
    """

    def __init__(self, layout: Layout) -> None:
        self.corpus = open_corpus(layout)
        if isinstance(self.corpus, BuiltCorpus) and (older := self.corpus.built.is_older_than(layout)):
            warnings.warn(older, stacklevel=3)
        self.store: GraphStore = self.corpus.store

    @cached_property
    def queries(self) -> Questions:
        """The saved queries, by name.

        >>> import treatygraph
        >>> treatygraph.open().queries["promises"].summary
        'Which promises of transfer bind a state on a date, and was their condition met by then?'
        """
        return Questions(self.corpus.layout)

    def query(self, name: str, /, *, language: str = "en", **values: str | int | Date) -> Result:
        """Ask a saved query.

        Args:
            name: of the query; ``corpus.queries`` lists them.
            language: of labels, notes and explanations: ``en``, ``ru`` or ``ja``.
            values: its parameters. Things may be given by any of their names in any language, days as text
                (``"1956-12-12"``) or as `datetime.date`. A parameter whose name is a word of Python takes an
                underscore: ``from_="1945-01-01"``.

        Raises:
            UsageError: there is no such query, parameter or value; the message names the nearest.

        >>> import treatygraph
        >>> corpus = treatygraph.open()
        >>> result = corpus.query("position-of-island", island="択捉島")
        >>> len(result) > 10
        True
        >>> corpus.query("islands-claimd")
        Traceback (most recent call last):
        ...
        treatygraph.errors.UsageError: There is no saved query 'islands-claimd'. Nearest: islands-claimed.
        """
        question = load_question(self.corpus.layout, name)
        known = {parameter.name for parameter in question.parameters}
        asked = {key if key in known else key.removesuffix("_"): _as_typed(key, value) for key, value in values.items()}
        text = question.bind(asked, Things(self.store))
        return Result(self.corpus, text, _language(language), question, asked)

    def claims_at(self, date: str | Date, language: str = "en") -> Result:
        """Who claims and demands which islands on a day: the saved query ``islands-claimed``.

        >>> import datetime, treatygraph
        >>> result = treatygraph.open().claims_at(datetime.date(1956, 12, 12))
        >>> sorted({result.labels[row.kind] for row in result})
        ['claim', 'demand']
        """
        return self.query(CLAIMS, language=language, date=date)

    def sparql(self, text: str, language: str = "en") -> Result:
        """Ask a SELECT query of one's own, over ontology and data together.

        Args:
            text: SPARQL 1.1, with its prefixes.
            language: of labels.

        Raises:
            UsageError: it is not SPARQL, or not a SELECT query.

        >>> import treatygraph
        >>> corpus = treatygraph.open()
        >>> corpus.sparql("SELECT (COUNT(?s) AS ?states) { ?s a <https://w3id.org/treatygraph/ontology/State> }")[0].states
        13
        """
        if self.store.kind(text) != "select":
            raise UsageError(
                "Only a SELECT query has rows.", "For ASK there is corpus.store.ask, for CONSTRUCT and DESCRIBE corpus.store.serialize(text, 'turtle')."
            )
        return Result(self.corpus, text, _language(language))

    def thing(self, name: str, language: str = "en") -> Thing:
        """One thing by its IRI, its short name (``island:shikotan``), or any of its names in any language.

        Raises:
            UsageError: nothing, or more than one thing, has that name.

        >>> import treatygraph
        >>> treatygraph.open().thing("Итуруп")
        <island:iturup-etorofu: Etorofu / Iturup (island)>
        """
        return Thing(Description(self.corpus, Things(self.store).find(name), _language(language)))

    def map(self, date: str | Date, language: str = "en", layer: str = "claims") -> Picture:
        """A map of who claims or administers which place on a day.

        Args:
            date: the day.
            language: of names and legend.
            layer: ``claims``, ``administration`` or ``both``, one under the other.

        Raises:
            UsageError: no such day or layer.

        >>> import treatygraph
        >>> corpus = treatygraph.open()
        >>> corpus.map("1956-12-12", layer="administration")
        <Map of 1956-12-12: administration>
        """
        from treatygraph.atlas import map_at
        from treatygraph.drawing import draw_map

        day = _as_typed("date", date)
        return Picture(draw_map(map_at(self.corpus, day, _language(language), layer)), f"Map of {day}: {layer}")

    def timeline(self, place: str, language: str = "en", since: str | Date = "", until: str | Date = "") -> Picture:
        """A timeline of all positions that reach a place, with the acts that began and ended them.

        Args:
            place: any of its names.
            language: of names and legend.
            since, until: the first and the last day of the axis; without them, the years that the corpus covers.

        Raises:
            UsageError: no such place or days.

        >>> import treatygraph
        >>> treatygraph.open().timeline("Shikotan", since="1940-01-01", until="1960-01-01")
        <Timeline of Shikotan>
        """
        from treatygraph.chronicle import timeline_of
        from treatygraph.drawing import draw_timeline

        data = timeline_of(self.corpus, Things(self.store).find(place, TG + "Place"), _language(language), _as_typed("since", since), _as_typed("until", until))
        return Picture(draw_timeline(data), f"Timeline of {data.place}")

    def compare(self, file: str | Path) -> list[Comparison]:
        """Our sovereignty claims beside a table of claims by others.

        Args:
            file: a CSV file with the columns claimant, place, start and end; the end is the first day on which the
                claim no longer held, and empty where it goes on. Days may be given to the year or the month.

        Returns:
            for each row its ``verdict`` (``equal``, ``differs`` or ``not covered``), in what it differs (``detail``),
            and the IRI of the nearest claim of ours (``position``).

        Raises:
            UsageError: there is no such table, or a date in it is none.

        >>> import treatygraph
        >>> [each.verdict for each in treatygraph.open().compare("tests/compare/claims.csv")]
        ['equal', 'equal', 'equal', 'differs', 'not covered']
        """
        from treatygraph.compare import compare_table

        return compare_table(self.corpus, Path(file))

    def rdflib(self) -> Graph:
        """Ontology and data as one graph of rdflib, with every literal as it was written.

        It is a copy. rdflib's normalizing of literals stays off afterwards, or it would rewrite them.

        >>> import treatygraph
        >>> len(treatygraph.open().rdflib()) > 10_000
        True
        """
        from treatygraph.references import as_rdflib

        return as_rdflib(self.store)

    def dataset(self) -> Dataset:
        """The same as a dataset of rdflib, with a named graph for each file."""
        from treatygraph.references import as_dataset

        return as_dataset(self.store)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """What the corpus is called."""
        return titles_of(self.corpus, "en")

    @cached_property
    def _figures(self) -> str:
        documents = len(self.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?d {{ ?d a/rdfs:subClassOf* tg:Document }}"))
        days = covered_days(self.store)
        first, after = min((first for first, _ in days), default=""), max((after for _, after in days), default="")
        covered = f", {first[:4]} to {after[:4]}" if first and after else ""
        triples = self.corpus.built.manifest["counts"]["asserted"] if isinstance(self.corpus, BuiltCorpus) else len(self.store)
        return f"{documents} documents, {triples:,} triples, {len(self.corpus.layout.query_files)} saved queries{covered}"

    def __repr__(self) -> str:
        return f"<Corpus “{'; '.join(self.titles) or self.corpus.layout.root.name}”: {self._figures}>"

    def _repr_html_(self) -> str:
        titles = "<br>".join(f"<strong>{escape(title)}</strong>" for title in self.titles or (self.corpus.layout.root.name,))
        return division("en", f"<p>{titles}</p>", note(escape(self._figures)))


def _as_typed(name: str, value: str | int | Date) -> str:
    """A value as a person would type it on the command line."""
    if isinstance(value, bool) or not isinstance(value, str | int | Date):
        raise UsageError(f"{name} cannot be {value!r}.", "Give text, a whole number or a datetime.date.")
    return value.isoformat()[:10] if isinstance(value, Date) else str(value)


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise UsageError(f"There is no language '{language}'.", f"There are: {', '.join(LANGUAGES)}.")
    return language
