"""Time the closure against owlrl: ``python tests/bench_closure.py [treaties ...] [--owlrl]``.

The data are made up: treaties of about 140 triples of their own each (clauses, claims, quotations, places, signatories) under an
ontology of some 80 axioms with classes, domains, ranges, inverses, a transitive and a symmetric property, four chains,
restrictions, keys by an inverse functional property, and disjointness. 77 treaties make about 12,000 triples, 825 about 115,000.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import pyoxigraph as ox

from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.reasoning import close, contradictions

HEAD = """@prefix : <urn:b:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES = """Instrument Entity; Agreement Instrument; Treaty Agreement; JointDeclaration Agreement; Assertion Entity; Position Assertion; Claim Position;
Provision Assertion; Clause Part; Part Entity; Place Feature; Island Place; Archipelago Place; Agent Entity; State Agent; Person Agent; Document Entity;
Passage Entity; Event Entity; Signature Event"""
PROPERTIES = """hasClause Instrument Clause; hasProvision Clause Provision; hasEvidence Assertion Passage; inDocument Passage Document; partOf Place Place;
claims Claim Place; heldBy Position Agent; hasParty Instrument State; signedIn Instrument Signature; signedBy Signature Person; represents Person State;
concerns Provision Place; follows Clause Clause; neighbourOf Place Place"""
AXIOMS = """
:hasPart a owl:TransitiveProperty . :hasClause rdfs:subPropertyOf :hasPart . :partOf a owl:TransitiveProperty . :neighbourOf a owl:SymmetricProperty .
:partOf owl:inverseOf :contains . :hasEvidence owl:inverseOf :proves . :hasParty owl:inverseOf :partyTo . :id a owl:InverseFunctionalProperty .
:regulates owl:propertyChainAxiom ( :hasClause :hasProvision :concerns ) . :claimsWithin owl:propertyChainAxiom ( :claims :partOf ) .
:evidencedIn owl:propertyChainAxiom ( :hasEvidence :inDocument ) . :signatory owl:propertyChainAxiom ( :signedIn :signedBy :represents ) .
:Contested owl:equivalentClass [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :claims ] ; owl:someValuesFrom :Claim ] .
:Evidenced owl:equivalentClass [ a owl:Restriction ; owl:onProperty :hasEvidence ; owl:someValuesFrom owl:Thing ] .
:Sourced owl:intersectionOf ( :Assertion :Evidenced ) . :Claim owl:disjointWith :Provision .
[] a owl:AllDisjointClasses ; owl:members ( :Agent :Place :Document :Passage ) .
"""


def ontology() -> str:
    lines = [f":{name} a owl:Class ; rdfs:subClassOf :{above} ." for name, above in (pair.split() for pair in CLASSES.split(";"))]
    lines += [
        f":{name} a owl:ObjectProperty ; rdfs:domain :{domain} ; rdfs:range :{value} ." for name, domain, value in (p.split() for p in PROPERTIES.split(";"))
    ]
    return HEAD + "\n".join(lines) + AXIOMS


def treaty(n: int) -> str:
    """The triples of one treaty, with places, states and documents shared by treaties."""
    t, said = f":t{n}", []
    parties = [f":state{(n * k) % 40}" for k in (1, 7)]
    said.append(f'{t} a :Treaty ; :id "T{n}" ; :title "Treaty {n}"@en ; :hasParty {", ".join(parties)} ; :signedIn {t}s ; :date "1956-10-19"^^xsd:date .')
    said.append(f"{t}s a :Signature ; :signedBy {t}p0 , {t}p1 . " + " ".join(f"{t}p{i} a :Person ; :represents {parties[i]} ." for i in range(2)))
    said.append(" ".join(f"{state} a :State ." for state in parties))
    for i in range(5):
        place = f":place{(n * 5 + i) % 400}"
        said.append(f"{place} a :Island ; :partOf :group{(n * 5 + i) % 40} ; :neighbourOf :place{(n * 5 + i + 1) % 400} .")
        said.append(f':group{(n * 5 + i) % 40} a :Archipelago ; :partOf :region{(n * 5 + i) % 4} . {place} :label "Place {n} {i}" .')
        clause, follows = f"{t}c{i}", f" ; :follows {t}c{i - 1}" if i else ""
        said.append(f'{t} :hasClause {clause} . {clause} a :Clause ; :number "{i}" ; :hasProvision {clause}v{follows} .')
        said.append(f'{clause}v a :Provision ; :concerns {place} ; :hasEvidence {clause}q ; :text "Provision {n} {i}"@en .')
        said.append(f'{clause}k a :Claim ; :claims {place} ; :heldBy {parties[i % 2]} ; :hasEvidence {clause}r ; :since "19{n % 80 + 10}-01-01"^^xsd:date .')
        for passage in (f"{clause}q", f"{clause}r"):
            said.append(f'{passage} a :Passage ; :inDocument :doc{n % 50} ; :exact "Words of {passage}" ; :start {n * 10 + i} ; :end {n * 10 + i + 40} .')
    said.append(f':doc{n % 50} a :Document ; :label "Document {n % 50}" .')
    return "\n".join(said)


def synthetic(treaties: int) -> ox.Store:
    store = ox.Store()
    text = ontology() + "\n".join(map(treaty, range(treaties)))
    store.bulk_load(input=text.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("urn:b"))
    return store


def real() -> ox.Store:
    return load_corpus(Layout(Path(__file__).parent.parent)).store.oxigraph


def measure(name: str, make, with_owlrl: bool) -> None:
    best, derived = float("inf"), 0
    for _ in range(5):
        store = make()
        asserted = {quad.triple for quad in store}
        start = time.perf_counter()
        closure = close(store)
        best, derived = min(best, time.perf_counter() - start), len(closure)
    start = time.perf_counter()
    found = contradictions(store, closure.rules)
    checked = time.perf_counter() - start
    line = f"{name}: {len(asserted)} triples, {derived} derived, {best:.3f} s; {len(found)} contradictions, {checked:.3f} s"
    if with_owlrl:
        import owlrl
        import rdflib

        rdflib.NORMALIZE_LITERALS = False
        graph = rdflib.Graph()
        graph.parse(data=ox.serialize(asserted, format=ox.RdfFormat.N_TRIPLES).decode(), format="ntriples")
        start = time.perf_counter()
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False).expand(graph)
        theirs = time.perf_counter() - start
        line += f"; owlrl {theirs:.1f} s, {theirs / best:.0f} times as long"
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("treaties", nargs="*", type=int, default=[77, 825])
    parser.add_argument("--owlrl", action="store_true")
    options = parser.parse_args()
    measure("corpus", real, options.owlrl)
    for size in options.treaties:
        measure(f"{size} treaties", lambda size=size: synthetic(size), options.owlrl)
