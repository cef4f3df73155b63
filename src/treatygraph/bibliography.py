"""What a corpus knows of the works it rests on, and of itself, as a bibliography needs it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from treatygraph.cff import read_cff
from treatygraph.citing import Agent, Work
from treatygraph.corpus import Corpus
from treatygraph.errors import CorpusError, UsageError
from treatygraph.layout import Layout
from treatygraph.namespaces import QUERY_PREFIXES, short_name
from treatygraph.store import iri_term
from treatygraph.things import Things

__all__ = ["Evidence", "citation_file", "data_set", "evidence_among", "works_behind", "works_of"]

# The properties that a bibliography takes over as they are.
PLAIN = {
    "volume": "bibo:volume",
    "issue": "bibo:issue",
    "pages": "bibo:pages",
    "doi": "bibo:doi",
    "issn": "bibo:issn",
    "address": "tg:address",
    "first": "tg:issuedEarliest",
    "last": "tg:issuedLatest",
    "licence": "dcterms:license",
    "rights": "dcterms:rights",
}
CHARACTERS = "characters "
LICENCES = {  # the addresses that Creative Commons gives its licences
    f"https://creativecommons.org/licenses/{kind}/{version}/": f"CC {kind.upper()} {version}"
    for kind in ("by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd")
    for version in ("2.0", "2.5", "3.0", "4.0")
} | {"https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0"}


class Evidence:
    """A place in a document that a corpus quotes or cites.

    Attributes:
        place: where in the document: offsets or a pinpoint.
        note: how good it is as evidence.
        words: the quotation, or an empty string.
    """

    def __init__(self, iri: str, document: str, place: str, note: str, words: str = "") -> None:
        self.iri = iri
        self.document = document
        self.place = place
        self.note = note
        self.words = words


def evidence_among(corpus: Corpus, iris: Iterable[str], language: str) -> list[Evidence]:
    """The passages and citations among some things, each once, in the order of their documents and places."""
    terms = " ".join(iri_term(iri) for iri in dict.fromkeys(iris))
    quoted = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?passage ?document ?start ?end ?exact {{ VALUES ?passage {{ {terms} }}
          ?passage oa:hasSource/tg:isVersionOf ?document ; oa:hasSelector ?position , ?quote . ?position oa:start ?start ; oa:end ?end . ?quote oa:exact ?exact
        }} ORDER BY ?document (xsd:integer(?start)) (xsd:integer(?end)) ?passage"""
    ).texts()
    cited = corpus.store.select(
        f"""{QUERY_PREFIXES} SELECT DISTINCT ?citation ?document ?pinpoint ?grade ?seen {{ VALUES ?citation {{ {terms} }} ?citation tg:isCitationOf ?document
          OPTIONAL {{ ?citation tg:pinpoint ?pinpoint }} OPTIONAL {{ ?citation tg:hasGrade ?grade }} OPTIONAL {{ ?citation tg:hasConsultation ?seen }}
        }} ORDER BY ?document ?citation"""
    ).texts()
    labels = Things(corpus.store).labels([grade for row in cited for grade in row[3:] if grade], language)
    found = [
        Evidence(iri or "", document or "", f"{CHARACTERS}{start} to {end}", "quoted", " ".join((exact or "").split()))
        for iri, document, start, end, exact in quoted
    ]
    found += [
        Evidence(iri or "", document or "", pinpoint or "", ", ".join(labels[grade] for grade in graded if grade)) for iri, document, pinpoint, *graded in cited
    ]
    return found


def works_behind(corpus: Corpus, evidence: Iterable[Evidence], language: str, with_words: bool = False) -> dict[str, Work]:
    """The documents of some evidence, each with the places that are used of it among its notes, if wanted in their words."""
    used: dict[str, dict[str, list[str]]] = {}
    for piece in evidence:
        place = piece.place + (f", “{piece.words}”" if with_words and piece.words else "")
        places = used.setdefault(piece.document, {}).setdefault(piece.note, [])
        if place not in places:
            places.append(place.removeprefix(CHARACTERS) if places else place)
    works = _documents(corpus, used, language)
    for document, by_note in used.items():
        works[document].notes[:0] = ["; ".join(places) + (f" ({note})" if note else "") for note, places in by_note.items()]
    return works


def works_of(corpus: Corpus, thing: str, language: str) -> list[Work]:
    """How to cite a thing: a document, a passage or a citation, an instrument, or what an assertion rests on.

    Raises:
        UsageError: nothing about it can be cited.
    """
    things = Things(corpus.store)
    if _is_a(corpus, thing, "Document"):
        return list(_documents(corpus, [thing], language).values())
    if _is_a(corpus, thing, "Instrument"):
        return [_instrument(corpus, things, thing, language)]
    behind = [
        iri or "" for (iri,) in corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?evidence {{ {iri_term(thing)} tg:isEvidencedBy ?evidence }}").texts()
    ]
    works = works_behind(corpus, evidence_among(corpus, behind or [thing], language), language, with_words=True)
    if not works:
        raise UsageError(
            f"Nothing leads from {short_name(thing)} to a document.", "Cite a document, a passage, an agreement, or something that the corpus asserts."
        )
    return list(works.values())


def citation_file(layout: Layout) -> str:
    """The CITATION.cff beside the folders of a corpus, as it is.

    Raises:
        CorpusError: there is none, or it is not UTF-8.
    """
    path = layout.root / "CITATION.cff"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CorpusError("This corpus does not say how to cite it.", f"Put a CITATION.cff beside ontology/ in {layout.root}.") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{path}: the file is not UTF-8.", "Save it as UTF-8.") from None


def data_set(layout: Layout) -> Work:
    """A corpus itself as a work, after its CITATION.cff.

    Raises:
        CorpusError: there is none, or it has no title.
    """
    found = read_cff(citation_file(layout), "CITATION.cff")
    if not found.get("title"):
        raise CorpusError("CITATION.cff: there is no title in it.", "Add one; see citation-file-format.github.io.")
    released = _text(found.get("date-released"))
    licences = found.get("license") or []
    return Work(
        key=_slug(_text(found["title"])),
        title=_text(found["title"]),
        kind="dataset" if found.get("type") == "dataset" else "software",
        authors=[_author(author) for author in found.get("authors") or [] if isinstance(author, dict)],
        issued=(released, released),
        version=_text(found.get("version")),
        doi=_text(found.get("doi")),
        address=_text(found.get("url") or found.get("repository-code") or found.get("repository")),
        licence=", ".join(map(_text, licences)) if isinstance(licences, list) else _text(licences),
        keywords=[_text(word) for word in found.get("keywords") or []],
    )


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _author(author: dict[str, Any]) -> Agent:
    if author.get("name"):
        return Agent(_text(author["name"]))
    family = " ".join(_text(author.get(part)) for part in ("name-particle", "family-names", "name-suffix") if author.get(part))
    return Agent(" ".join(part for part in (_text(author.get("given-names")), family) if part), family=family)


def _slug(title: str) -> str:
    return "-".join("".join(char if char.isascii() and char.isalnum() else " " for char in title.casefold().partition(":")[0]).split()) or "corpus"


def _is_a(corpus: Corpus, thing: str, kind: str) -> bool:
    return corpus.store.ask(f"{QUERY_PREFIXES} ASK {{ {iri_term(thing)} a/rdfs:subClassOf* tg:{kind} }}")


def _documents(corpus: Corpus, documents: Iterable[str], language: str) -> dict[str, Work]:
    wanted = list(dict.fromkeys(documents))
    terms = " ".join(iri_term(iri) for iri in wanted)
    things = Things(corpus.store)

    def pairs(pattern: str) -> list[tuple[str, str]]:
        query = f"{QUERY_PREFIXES} SELECT DISTINCT ?document ?value {{ VALUES ?document {{ {terms} }} {pattern} }} ORDER BY ?document (STR(?value))"
        return [(document or "", value or "") for document, value in corpus.store.select(query).texts()]

    plain: dict[str, dict[str, list[str]]] = {iri: {} for iri in wanted}
    for name, term in PLAIN.items():
        for document, value in pairs(f"?document {term} ?value"):
            plain[document].setdefault(name, []).append(value)
    creators, publishers = pairs("?document dcterms:creator ?value"), pairs("?document dcterms:publisher ?value")
    persons = {value for _, value in pairs("?document dcterms:creator ?value . ?value a/rdfs:subClassOf* tg:Person")}
    names = things.labels([agent for _, agent in creators + publishers], language)
    whole = dict(pairs("?document dcterms:isPartOf ?value FILTER(isIRI(?value))"))
    titles = _titles(corpus, [*wanted, *whole.values()], language)
    spoken = dict(pairs("?version tg:isVersionOf ?document ; dcterms:language ?value")) | dict(pairs("?document dcterms:language ?value"))
    works = {}
    for iri in wanted:
        known = {name: ", ".join(values) for name, values in plain[iri].items()}
        container = whole.get(iri, "")
        works[iri] = Work(
            key=iri.rpartition("/")[2],
            title=titles[iri],
            kind=("article" if "issue" in known or "pages" in known else "part") if container else "page" if "address" in known else "document",
            iri=iri,
            authors=[Agent(names[agent], agent in persons) for document, agent in creators if document == iri],
            publishers=[Agent(names[agent]) for document, agent in publishers if document == iri],
            issued=(known.get("first", ""), known.get("last", "")),
            container=titles[container] if container else "",
            language=spoken.get(iri, ""),
            licence=LICENCES.get(known.get("licence", ""), known.get("licence", "")),
            notes=[known["rights"].rstrip(".")] if "rights" in known else [],
            **{name: known.get(name, "") for name in ("volume", "issue", "pages", "doi", "issn", "address")},
        )
    return works


def _titles(corpus: Corpus, documents: list[str], language: str) -> dict[str, str]:
    """The title of each document in its own language, with the one in the reader's behind it in brackets; else its label."""
    things = Things(corpus.store)
    terms = " ".join(iri_term(iri) for iri in dict.fromkeys(documents))
    rows = corpus.store.select(
        f"{QUERY_PREFIXES} SELECT DISTINCT ?document ?title (LANG(?title) AS ?language) {{"
        f" VALUES ?document {{ {terms} }} ?document dcterms:title ?title }} ORDER BY ?document ?language ?title"
    ).texts()
    titles = things.labels(documents, language)
    given: dict[str, dict[str, str]] = {}
    for document, title, tag in rows:
        given.setdefault(document or "", {}).setdefault(tag or "", title or "")
    for document, by_language in given.items():
        read = by_language.get(language) or by_language.get("en")
        original = next((title for tag, title in by_language.items() if tag not in ("en", language)), None) or next(iter(by_language.values()))
        titles[document] = f"{original} [{read}]" if read and read != original else original
    return titles


def _instrument(corpus: Corpus, things: Things, instrument: str, language: str) -> Work:
    """An agreement or another instrument: its parties, the day and place of its signature, and where its text is."""
    node = iri_term(instrument)

    def column(pattern: str) -> list[str]:
        return [value or "" for (value,) in corpus.store.select(f"{QUERY_PREFIXES} SELECT DISTINCT ?value {{ {pattern} }} ORDER BY (STR(?value))").texts()]

    def days(kind: str) -> list[list[str | None]]:
        return corpus.store.select(
            f"""{QUERY_PREFIXES} SELECT DISTINCT ?first ?last ?place {{ ?event a/rdfs:subClassOf* tg:{kind} ; tg:isEventOf {node} ; tg:startEarliest ?first
              OPTIONAL {{ ?event tg:startLatest ?last }} OPTIONAL {{ ?event tg:tookPlaceAt ?place }} }} ORDER BY ?first ?last ?place"""
        ).texts()

    parties = column(f"?part a/rdfs:subClassOf* tg:PartyRole ; tg:isParticipationIn {node} ; tg:hasParticipant ?value")
    signed, in_force = days("Signature"), days("EntryIntoForce")
    texts = column(f"?value tg:isTextOf {node}")
    first, last, place = signed[0] if signed else (None, None, None)
    labels = things.labels([*parties, *texts, *([place] if place else [])], language)
    notes = [f"Entry into force {' / '.join(dict.fromkeys(day or '' for day, *_ in in_force))}"] if in_force else []
    notes += [f"Text in {'; '.join(labels[text] for text in texts)}"] if texts else []
    return Work(
        key=instrument.rpartition("/")[2],
        title=things.label(instrument, language),
        kind="treaty",
        iri=instrument,
        authors=[Agent(labels[party]) for party in parties],
        issued=(first or "", last or first or ""),
        place=labels[place] if place else "",
        notes=notes,
    )
