"""The names of RDF, RDFS and OWL as SPARQL writes them, and which of them rules are compiled from."""

from __future__ import annotations

from treatygraph.namespaces import GRAPH, OWL, RDF, RDFS

__all__ = [
    "CLASSES", "DERIVED", "DIFFERENT", "DOMAIN", "FIRST", "INVERSE", "NIL", "NOTHING", "ON_PROPERTY", "PREDICATES", "RANGE",
    "REST", "SAME", "SAME_CLASS", "SAME_PROPERTY", "SCHEMA_KEYS", "SUB_CLASS", "SUB_PROPERTY", "THING", "TYPE", "owl",
]  # fmt: skip


def owl(name: str) -> str:
    """A name of OWL as SPARQL writes it."""
    return f"<{OWL}{name}>"


DERIVED = GRAPH + "derived"
"""The named graph of what was concluded."""

TYPE = f"<{RDF}type>"
FIRST, REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE = (f"<{RDFS}{name}>" for name in ("subClassOf", "subPropertyOf", "domain", "range"))
SAME, DIFFERENT, THING, NOTHING = (owl(name) for name in ("sameAs", "differentFrom", "Thing", "Nothing"))
SAME_CLASS, SAME_PROPERTY, INVERSE, ON_PROPERTY = (owl(name) for name in ("equivalentClass", "equivalentProperty", "inverseOf", "onProperty"))

PREDICATES = [SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE, SAME_CLASS, SAME_PROPERTY, INVERSE, ON_PROPERTY]
PREDICATES += map(owl, ("onClass", "someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality"))
PREDICATES += map(owl, ("intersectionOf", "unionOf", "oneOf", "complementOf", "disjointWith", "members", "distinctMembers"))
PREDICATES += map(owl, ("propertyDisjointWith", "propertyChainAxiom", "hasKey"))
PREDICATES += map(owl, ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue"))
CLASSES = [owl(f"{kind}Property") for kind in ("Functional", "InverseFunctional", "Symmetric", "Asymmetric", "Transitive", "Irreflexive")]
CLASSES += map(owl, ("AllDifferent", "AllDisjointClasses", "AllDisjointProperties"))
SCHEMA_KEYS = frozenset([*PREDICATES, FIRST, REST, *(f"a {name}" for name in [*CLASSES, *map(owl, ("Class", "ObjectProperty", "DatatypeProperty"))])])
"""The keys (see `notation.key_of`) of triples that rules are compiled from."""
