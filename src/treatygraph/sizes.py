"""How large a corpus is: counted once for a graph on the disk, and not whenever somebody asks."""

from __future__ import annotations

from treatygraph.corpus import Corpus
from treatygraph.namespaces import QUERY_PREFIXES, TG
from treatygraph.opening import BuiltCorpus
from treatygraph.remembered import Table, remembered
from treatygraph.store import iri_term

__all__ = ["Sizes", "kinds_of", "sizes_of", "triples_of"]


class Sizes:
    """The numbers that a description of a data set gives (VoID, section 4.6).

    Attributes:
        triples, subjects: of the merge of all graphs.
        classes: how many things each class has.
        properties: how many triples each property has.
    """

    def __init__(self, triples: str, subjects: str, classes: Table, properties: Table) -> None:
        self.triples = triples
        self.subjects = subjects
        self.classes = classes
        self.properties = properties


def sizes_of(corpus: Corpus) -> Sizes:
    """The sizes of a corpus."""

    def counted() -> Table:
        ((subjects,),) = _rows(corpus, "SELECT (COUNT(DISTINCT ?s) AS ?subjects) { ?s ?p ?o }")
        classes = _rows(corpus, "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class FILTER(isIRI(?class)) } GROUP BY ?class ORDER BY ?class")
        properties = _rows(corpus, "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property ORDER BY ?property")
        triples = str(sum(int(count) for _, count in properties))
        return [["", triples, subjects], *(["class", *row] for row in classes), *(["property", *row] for row in properties)]

    (_, triples, subjects), *rest = remembered(corpus, "sizes", counted)
    return Sizes(triples, subjects, [row[1:] for row in rest if row[0] == "class"], [row[1:] for row in rest if row[0] == "property"])


def triples_of(corpus: Corpus) -> int:
    """How many triples a corpus has: of a built store as its manifest says, else counted."""
    if isinstance(corpus, BuiltCorpus):
        return int(corpus.built.manifest["counts"]["asserted"])
    return int(_rows(corpus, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0][0])


def kinds_of(corpus: Corpus) -> Table:
    """The classes of the ontology with how many things have them for their most specific one, the largest first."""

    def counted() -> Table:
        every = dict(_rows(corpus, f"SELECT ?class (COUNT(*) AS ?n) {{ ?s a ?class FILTER(STRSTARTS(STR(?class), '{TG}')) }} GROUP BY ?class"))
        narrower: dict[str, list[str]] = {}
        for narrow, wide in _rows(corpus, "SELECT DISTINCT ?narrow ?wide { ?narrow rdfs:subClassOf+ ?wide }"):
            if narrow in every and wide in every and narrow != wide:
                narrower.setdefault(wide, []).append(narrow)
        # Few classes have things of their own beside those of a class below them, so that only for these anything is joined.
        for wide, below in narrower.items():
            terms = " ".join(map(iri_term, below))
            ((both,),) = _rows(corpus, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ VALUES ?below {{ {terms} }} ?s a ?below ; a {iri_term(wide)} }}")
            every[wide] = str(int(every[wide]) - int(both))
        return [[kind, count] for kind, count in sorted(every.items(), key=lambda item: (-int(item[1]), item[0])) if count != "0"]

    return remembered(corpus, "kinds", counted)


def _rows(corpus: Corpus, query: str) -> Table:
    return [[value or "" for value in row] for row in corpus.store.select(QUERY_PREFIXES + query).texts()]
