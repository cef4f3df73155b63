"""RDF4J FedX over two repositories that each hold half of the documents: saved queries answered as one."""

from __future__ import annotations

import pytest

from treatygraph.corpus import load_corpus
from treatygraph.stores import Credentials, connect, corpus_in, plan_push, push

from . import servers
from .steps import LAYOUT, copied, pushed, quiet

FEDERATION = """@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix fedx: <http://rdf4j.org/config/federation#> .
[] a rep:Repository ; rep:repositoryID "federation" ; rep:repositoryImpl [
  rep:repositoryType "fedx:FedXRepository" ;
  fedx:config [ fedx:enforceMaxQueryTime 3600 ] ;
  fedx:member [ fedx:store "ResolvableRepository" ; fedx:repositoryName "corpus" ] ,
    [ fedx:store "ResolvableRepository" ; fedx:repositoryName "other" ] ] .
"""
# What FedX 4.1.3 answers rightly. Of the others it loses rows where a join goes over blank nodes (the selectors of passages) or
# an OPTIONAL has a sub-query, or gives up after 30 seconds whatever its configuration says; docs/stores.md tells.
ANSWERED = ("accompanying-instruments", "languages", "references", "scope", "succession", "transfers-carried-out", "unresolved")


@pytest.fixture(scope="module")
def federation(tmp_path_factory):
    if lacking := servers.missing("rdf4j"):
        pytest.skip(f"{lacking} is not here; tests/stores/fetch brings it")
    folder = tmp_path_factory.mktemp("federation")
    with servers.start("rdf4j", folder / "server") as server:
        other = server.create("other", servers.NATIVE.format(id="other"))
        halves = copied(folder / "one"), copied(folder / "two")
        for number, path in enumerate(LAYOUT.data_files):
            (halves[number % 2].root / "data" / path.name).unlink()
        pushed(server, halves[0])
        there = connect(other, None, Credentials(server.user, server.password))
        push(there, plan_push(there, halves[1], inferred=False, progress=quiet), adopt=False, progress=quiet)
        address = server.create("federation", FEDERATION)
        yield corpus_in(connect(address, None, Credentials(server.user, server.password)), LAYOUT, quiet).store


def test_both_halves_are_one_graph(federation):
    here = load_corpus(LAYOUT).store
    assert len(federation.graphs) == len(LAYOUT.ontology_files + LAYOUT.data_files)
    count = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o FILTER(!isBlank(?s) && !isBlank(?o)) } }"
    assert federation.select(count).texts() == here.select(count).texts()


@pytest.mark.parametrize("name", ANSWERED)
def test_saved_queries_are_answered_as_one(federation, name):
    text = (LAYOUT.root / "queries" / f"{name}.rq").read_text()
    assert federation.serialize(text, "csv") == load_corpus(LAYOUT).store.serialize(text, "csv")
