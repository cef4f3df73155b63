"""Assertions as reifiers of RDF 1.2: who, in what relation, to what, as a triple that is named and not asserted.

W3C RDF 1.2 Concepts, section 1.5 (a triple term, and ``rdf:reifies``). The reifier is the assertion itself, which has
the days, the words and the evidence already; the kind of the assertion is the predicate of the triple term:
``position:x rdf:reifies <<( state:y tg:SovereigntyClaim island:z )>>``. Nothing in a triple term is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from treatygraph.export.selection import Selection
from treatygraph.namespaces import GRAPH, RDF, SKOSXL, TG
from treatygraph.reasoning import DERIVED

__all__ = ["REIFIED", "with_reifiers"]

REIFIED = GRAPH + "reified"
"""The named graph of the reifiers, so that the asserted graphs stay as they are."""

_WHO_AND_WHAT = {
    "isHeldBy": ("concernsPlace", "concernsGroup", "concernsInstrument", "concernsClause", "concernsProvision", "isReadingOf", "includesPlace", "isOfficeOf"),
    "isMadeBy": ("isMadeIn",),
    "hasActor": ("isEventOf",),
    "hasParticipant": ("isParticipationIn",),
    "isTransferredTo": ("concernsPlace", "concernsGroup"),
    "isStatedIn": ("isAbout",),
    "isAreaOf": ("squareKilometres",),
    "isNameOf": (SKOSXL + "literalForm",),
}
_TYPE, _REIFIES, _EVIDENCED = ox.NamedNode(RDF + "type"), ox.NamedNode(RDF + "reifies"), ox.NamedNode(TG + "isEvidencedBy")
_PAIRS = [(ox.NamedNode(TG + who), ox.NamedNode(what if ":" in what else TG + what)) for who, found in _WHO_AND_WHAT.items() for what in found]


def with_reifiers(selection: Selection) -> Selection:
    """A selection with the graph `REIFIED`: each assertion that has evidence, a holder and an object, as a reifier."""
    asserted = (triple for graph, triples in selection.graphs.items() if graph != DERIVED for triple in triples)
    return selection.with_graph(REIFIED, _reified(asserted), {"rdf": RDF})


def _reified(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    wanted = {_TYPE, _EVIDENCED, *(end for pair in _PAIRS for end in pair)}
    about: dict[ox.NamedNode, dict[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]] = {}
    for triple in triples:
        if triple.predicate in wanted and isinstance(triple.subject, ox.NamedNode):
            about.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    for assertion, said in about.items():
        if _EVIDENCED not in said:
            continue
        kinds = [kind for kind in said.get(_TYPE, ()) if isinstance(kind, ox.NamedNode) and kind.value.startswith(TG)]
        for who, what in _PAIRS:
            for subject in said.get(who, ()):
                if isinstance(subject, ox.NamedNode):
                    for value in said.get(what, ()):
                        for kind in kinds:
                            yield ox.Triple(assertion, _REIFIES, ox.Triple(subject, kind, value))
