"""Every IRI of the graph at its address, in every form, for every kind of client."""

from __future__ import annotations

import json
import re

import pytest
from pyld import jsonld
from rdflib import OWL, RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic

HOME = "https://w3id.org/treatygraph/"
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}
PROTEGE = "application/rdf+xml, */*"
OWL_API = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
THINGS = ["/id/island/shikotan", "/ontology/Reading", "/ontology/agents", "/ontology", "/id/passage/unts-3768-copies", "/graph/data/places"]


def read(text: str, form: str) -> Graph:
    """A graph; JSON-LD by another reader than rdflib's own, language tags in one case (RDF 1.1 Concepts, section 3.3)."""
    if form == "json-ld":
        text, form = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"}), "nt"
    graph = Graph()
    for subject, predicate, value in Graph().parse(data=text, format=form):
        plain = Literal(str(value), lang=value.language.lower()) if isinstance(value, Literal) and value.language else value
        graph.add((subject, predicate, plain))
    return graph


def iris_of_the_graph(server) -> list[str]:
    query = "SELECT DISTINCT ?x { { ?x ?p ?o } UNION { ?s ?x ?o } UNION { ?s ?p ?x } FILTER(isIRI(?x)) }"
    return [row["x"]["value"] for row in server.ask(query).json()["results"]["bindings"]]


def test_every_iri_of_the_graph_answers(server):
    iris = iris_of_the_graph(server)
    assert len(iris) > 2000
    ours = [iri for iri in iris if iri.startswith((f"{HOME}id/", f"{HOME}ontology/", f"{HOME}graph/"))]
    assert len(ours) > 1500
    missing = [iri for iri in ours if server.get("/" + iri.removeprefix(HOME), accept="application/n-triples").status_code != 200]
    assert not missing
    others = [iri for iri in iris if not iri.startswith(HOME)]
    predicates = {row["p"]["value"] for row in server.ask("SELECT DISTINCT ?p { ?s ?p ?o }").json()["results"]["bindings"]}
    missing = [iri for iri in others if server.get("/thing", accept="application/n-triples", iri=iri).status_code != 200 and iri not in predicates]
    assert not missing


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_is_the_same_in_every_form(server, thing):
    graphs = []
    for suffix, (media_type, name) in FORMS.items():
        negotiated, suffixed = server.get(thing, accept=media_type), server.get(f"{thing}.{suffix}")
        assert negotiated.status_code == suffixed.status_code == 200
        assert negotiated.headers["content-type"].partition(";")[0] == suffixed.headers["content-type"].partition(";")[0] == media_type
        assert "Accept" in negotiated.headers["vary"]
        graphs.append(read(suffixed.text, name))
        assert len(read(negotiated.text, name)) == len(graphs[-1])
    assert len(graphs[0]) > 3
    for graph in graphs[1:]:
        assert isomorphic(graphs[0], graph)


def test_what_is_told_is_what_the_graph_says(server):
    iri = f"{HOME}id/island/shikotan"
    told = Graph().parse(data=server.get("/id/island/shikotan.nt").text, format="nt")
    asked = Graph().parse(
        data=server.ask(f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{iri}> || ?o = <{iri}>) }}", accept="application/n-triples").text, format="nt"
    )
    assert isomorphic(told, asked)


def test_a_passage_comes_with_its_selectors(server):
    told = server.get("/id/passage/unts-3768-copies.ttl").text
    assert "oa:exact" in told
    assert "oa:start" in told


@pytest.mark.parametrize("accept", [PROTEGE, OWL_API, "*/*, application/rdf+xml"])
@pytest.mark.parametrize("address", ["/ontology/", "/ontology", "/ontology/agents", "/ontology/positions"])
def test_an_ontology_editor_opens_the_ontology_by_its_address(server, layout, accept, address):
    response = server.get(address, accept=accept)
    assert response.headers["content-type"] == "application/rdf+xml"
    graph = Graph().parse(data=response.text, format="xml")
    declared = set(graph.subjects(RDF.type, OWL.Ontology))
    assert len(declared) == (len(layout.ontology_files) if address.rstrip("/") == "/ontology" else 1)
    assert len(set(graph.subjects(RDF.type, OWL.Class))) > 5
    if len(declared) == 1:
        assert declared == {URIRef(HOME + address[1:])}


def test_the_whole_ontology_is_its_files(server, layout):
    told = Graph().parse(data=server.get("/ontology.ttl").text, format="turtle")
    files = Graph()
    for path in layout.ontology_files:
        files.parse(path, format="turtle")
    assert isomorphic(told, files)
    assert server.get("/ontology.owl").headers["content-type"] == "application/rdf+xml"


def test_turtle_begins_with_the_thing(server):
    told = server.get("/id/island/shikotan").text
    body = told[told.index("\n\n") :].strip()
    assert body.startswith("island:shikotan\n    a tg:Island ;")
    assert "# What refers to it" in told
    assert [line for line in told.splitlines() if line.startswith("@prefix")] == sorted({line for line in told.splitlines() if line.startswith("@prefix")})


@pytest.mark.parametrize("path", ["/id/island/shikotan.exe", "/id/island/shikotn", "/id/island", "/id", "/id/", "/ontology/Readin", "/ontology/reading"])
def test_what_is_not_there_is_404(server, path):
    response = server.get(path)
    assert response.status_code == 404
    if path in ("/id/island/shikotn", "/ontology/Readin"):
        assert "Nearest: " in response.text


def test_what_cannot_be_told_so_is_406(server):
    assert server.get("/id/island/shikotan", accept="image/png").status_code == 406
    assert server.get("/id/island/shikotan.ttl", accept="image/png").status_code == 200
    assert server.get("/id/island/shikotan", accept="text/html;q=0, */*;q=0.1").headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize(("language", "label"), [("en", "Etorofu / Iturup"), ("ru", "Итуруп"), ("ja", "択捉島")])
def test_a_page_speaks_the_language(server, language, label):
    for response in (
        server.get("/id/island/iturup-etorofu.html", lang=language),
        server.client.get("/id/island/iturup-etorofu", headers={"Accept": "text/html", "Accept-Language": f"{language}-XX,en;q=0.1"}),
    ):
        assert f'<html lang="{language}">' in response.text
        assert f"<h1>{label}</h1>" in response.text
    assert "Nearest" in server.get("/id/island/shikotan", lang="jp").text or server.get("/id/island/shikotan", lang="jp").status_code == 400


def test_a_page_leads_on(server):
    told = server.get("/id/position/japan-demands-four-islands.html").text
    assert "The sentences behind it" in told
    assert "persistent demand" in told
    links = set(re.findall(r'href="(/[^"]*)"', told))
    assert len(links) > 8
    broken = [link for link in links if server.get(link.replace("&amp;", "&")).status_code not in (200, 204)]
    assert not broken
    assert '<link rel="alternate" type="text/turtle" href="/id/position/japan-demands-four-islands.ttl">' in told


def test_an_answer_that_is_known_is_not_sent_again(server):
    first = server.get("/id/island/shikotan.ttl")
    again = server.client.get("/id/island/shikotan.ttl", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert server.client.get("/id/island/shikotan.nt", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_links_name_the_other_forms(server):
    response = server.get("/id/island/shikotan", accept="text/turtle")
    assert response.headers["content-location"] == "/id/island/shikotan.ttl"
    assert '</id/island/shikotan.jsonld>; rel="alternate"; type="application/ld+json"' in response.headers["link"]


def test_a_thing_that_is_elsewhere_answers_by_its_iri(server):
    told = server.get("/thing", accept="text/turtle", iri="http://www.w3.org/ns/prov#Agent").text
    assert "tg:Agent" in told
    assert json.loads(server.get("/thing", iri="http://www.w3.org/ns/prov#Agent", format="jsonld").text)
    assert server.get("/thing").status_code == 400
    assert server.get("/thing", iri="not an iri").status_code in (400, 404)


def test_the_graphs_are_listed(server):
    listed = server.get("/graph").text
    assert 'href="/graph/data/places"' in listed
    page = server.get("/graph/data/places", accept="text/html").text
    assert 'href="/id/island/shikotan"' in page
