"""The documentation of the ontology, from the ontology itself: all terms on one page, and a page for each."""

from __future__ import annotations

from treatygraph.namespaces import DCTERMS, OWL, TG, short_name
from treatygraph.pages.desk import Desk
from treatygraph.pages.frame import page
from treatygraph.pages.thing import forms, incoming
from treatygraph.store import iri_term
from treatygraph.things import LANGUAGES
from treatygraph.web.markup import Content, Markup, element

__all__ = ["is_term", "ontology_page", "term_page"]

KINDS = {"Class": "classes", "ObjectProperty": "object-properties", "DatatypeProperty": "datatype-properties", "NamedIndividual": "values"}


def is_term(desk: Desk, iri: str) -> bool:
    """Whether an IRI is a term of the ontology."""
    return iri.startswith(TG) and desk.ask(f"ASK {{ {iri_term(iri)} a ?kind . FILTER(STRSTARTS(STR(?kind), '{OWL}') && ?kind != <{OWL}Ontology>) }}")


def ontology_page(desk: Desk) -> str:
    """The terms, by module and kind, each with its definition."""
    view = desk.view
    modules = [
        (module, _best(desk, module, f"<{DCTERMS}title>|rdfs:label") or short_name(module))
        for (module,) in desk.rows(f"SELECT ?m {{ ?m a <{OWL}Ontology> }} ORDER BY ?m")
    ]
    kinds = " ".join(iri_term(OWL + kind) for kind in KINDS)
    rows = desk.rows(
        f"""SELECT DISTINCT ?term ?kind ?module {{ VALUES ?kind {{ {kinds} }} ?term a ?kind . FILTER(STRSTARTS(STR(?term), '{TG}'))
          OPTIONAL {{ ?term rdfs:isDefinedBy ?module }} }} ORDER BY ?term"""
    )
    desk.learn(row[0] for row in rows)
    parents = dict(
        desk.rows(f"SELECT ?term (SAMPLE(?p) AS ?parent) {{ ?term rdfs:subClassOf ?p . FILTER(isIRI(?p) && STRSTARTS(STR(?p), '{TG}')) }} GROUP BY ?term")
    )
    meanings = _definitions(desk)
    parts: list[Content] = []
    for module, title in modules:
        groups: list[Content] = []
        for kind, key in KINDS.items():
            terms = sorted({term for term, what, where in rows if what == OWL + kind and where == module}, key=lambda term: (desk.label(term).casefold(), term))
            if kind == "Class":
                listed: Content = _tree(desk, terms, parents, meanings)
            else:
                listed = element("dl", [_entry(desk, term, meanings) for term in terms], class_="terms") if terms else None
            groups.append([element("h3", view.say(key)), listed] if terms else None)
        parts.append(element("section", element("h2", title, id=module.rpartition("/")[2]), groups))
    contents = element("ul", [element("li", element("a", title, href=f"#{module.rpartition('/')[2]}")) for module, title in modules], class_="chips")
    return page(
        view,
        view.say("nav-ontology"),
        element("p", view.say("ontology-lead", count=len({row[0] for row in rows})), class_="lead"),
        contents,
        element("div", parts, class_="measure"),
        forms(desk, TG),
        kind="ontology",
    )


def _best(desk: Desk, iri: str, path: str) -> str:
    rows = desk.rows(f"SELECT ?text (LANG(?text) AS ?tag) {{ {iri_term(iri)} {path} ?text }}")
    return min(((tag != desk.view.language, tag != "en", text) for text, tag in rows), default=(True, True, ""))[2]


def _definitions(desk: Desk) -> dict[str, tuple[str, str]]:
    best: dict[str, tuple[bool, bool, str, str]] = {}
    for term, text, tag in desk.rows(f"SELECT ?term ?text (LANG(?text) AS ?tag) {{ ?term skos:definition ?text . FILTER(STRSTARTS(STR(?term), '{TG}')) }}"):
        rank = (tag != desk.view.language, tag != "en", text, tag)
        best[term] = min(rank, best.get(term, rank))
    return {term: (text, tag) for term, (_, _, text, tag) in best.items()}


def _entry(desk: Desk, term: str, meanings: dict[str, tuple[str, str]]) -> list[Markup]:
    text, tag = meanings.get(term, ("", ""))
    return [element("dt", desk.link(term), " ", element("small", short_name(term))), element("dd", text, lang=tag or None)]


def _tree(desk: Desk, terms: list[str], parents: dict[str, str], meanings: dict[str, tuple[str, str]]) -> Markup:
    def branch(term: str) -> Markup:
        text, tag = meanings.get(term, ("", ""))
        below = [branch(other) for other in terms if parents.get(other) == term]
        head = [desk.link(term), " ", element("small", short_name(term)), element("br"), element("span", text, lang=tag or None, class_="meaning")]
        return element("li", head, element("ul", below) if below else None)

    return element("ul", [branch(term) for term in terms if parents.get(term) not in terms], class_="tree")


def term_page(desk: Desk, iri: str) -> str:
    """The page of one term."""
    view = desk.view
    kinds = [kind for (kind,) in desk.rows(f"SELECT ?kind {{ {iri_term(iri)} a ?kind . FILTER(STRSTARTS(STR(?kind), '{OWL}')) }} ORDER BY ?kind")]
    names = desk.rows(f"SELECT (LANG(?label) AS ?tag) ?label {{ {iri_term(iri)} rdfs:label ?label }} ORDER BY ?tag")
    texts = {
        key: desk.rows(f"SELECT ?text (LANG(?text) AS ?tag) {{ {iri_term(iri)} skos:{key} ?text }} ORDER BY ?text")
        for key in ("definition", "scopeNote", "example")
    }
    relations = {
        "broader": f"{iri_term(iri)} rdfs:subClassOf|rdfs:subPropertyOf ?other",
        "narrower": f"?other rdfs:subClassOf|rdfs:subPropertyOf {iri_term(iri)}",
        "domain": f"{iri_term(iri)} rdfs:domain ?other",
        "range": f"{iri_term(iri)} rdfs:range ?other",
        "has-domain": f"?other rdfs:domain {iri_term(iri)}",
        "has-range": f"?other rdfs:range {iri_term(iri)}",
        "disjoint": f"{iri_term(iri)} owl:disjointWith|^owl:disjointWith ?other",
        "module": f"{iri_term(iri)} rdfs:isDefinedBy ?other",
    }
    found = {
        key: [other for (other,) in desk.rows(f"SELECT DISTINCT ?other {{ {pattern} . FILTER(isIRI(?other)) }} ORDER BY ?other")]
        for key, pattern in relations.items()
    }
    rows: list[Content] = [[element("dt", view.say(f"term-{key}")), element("dd", desk.links(others))] for key, others in found.items() if others]
    shown: list[Content] = [
        [element("dt", view.say(f"term-{key}")), element("dd", [element("p", text, lang=tag or None) for text, tag in told])]
        for key, told in texts.items()
        if told
    ]
    labels = [
        [element("dt", tag, lang="en"), element("dd", label, lang=tag)] for tag, label in sorted(names, key=lambda row: (row[0] not in LANGUAGES, row[0]))
    ]
    uses = desk.rows(f"SELECT (COUNT(*) AS ?n) {{ ?s {iri_term(iri)} ?o }}")[0][0]
    is_class = OWL + "Class" in kinds
    return page(
        view,
        desk.label(iri),
        element("dl", shown, rows, class_="facts"),
        element("h2", view.say("term-labels")),
        element("dl", labels, class_="facts"),
        element("p", view.say("term-uses", count=uses), class_="when") if uses != "0" else None,
        incoming(desk, iri) if is_class or OWL + "NamedIndividual" in kinds else None,
        forms(desk, iri),
        heading=[
            element(
                "p",
                element("a", view.say("nav-ontology"), href=view.to("/ontology/")),
                " › ",
                ", ".join(kind.removeprefix(OWL) for kind in kinds),
                class_="crumbs",
            ),
            element("h1", desk.label(iri)),
            element("p", element("code", iri), class_="when"),
        ],
        kind="term",
    )
