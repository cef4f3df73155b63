"""The page about the data set, for people and, as DCAT in JSON-LD, for those who collect such descriptions."""

from __future__ import annotations

import json
from typing import Any

from treatygraph import __version__
from treatygraph.namespaces import DCAT, DCTERMS, FOAF, HOME, ID, TG, VOID
from treatygraph.pages.desk import Desk
from treatygraph.pages.frame import page
from treatygraph.positions import covered_days
from treatygraph.scope import titles_of
from treatygraph.sizes import kinds_of, triples_of
from treatygraph.web.markup import element

__all__ = ["dataset_page", "describe"]

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DUMPS = {
    "ttl": "text/turtle",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


def describe(desk: Desk, base: str) -> dict[str, Any]:
    """The data set by the Data Catalog Vocabulary (DCAT 3), as JSON-LD."""
    titles = desk.rows("SELECT DISTINCT ?title (LANG(?title) AS ?tag) { ?corpus a tg:Corpus ; dcterms:title ?title } ORDER BY ?title")
    spans = covered_days(desk.corpus.store)
    base = base or HOME.rstrip("/")  # where it is not known, the permanent address, which leads to the site
    return {
        "@context": {
            "dcat": DCAT,
            "dcterms": DCTERMS,
            "foaf": FOAF,
            "void": VOID,
            "dcterms:license": {"@type": "@id"},
            "dcat:downloadURL": {"@type": "@id"},
            "dcat:endpointURL": {"@type": "@id"},
            "dcat:landingPage": {"@type": "@id"},
            "dcterms:conformsTo": {"@type": "@id"},
        },
        "@id": f"{base}/dataset#dataset",
        "@type": ["dcat:Dataset", "void:Dataset"],
        "dcterms:title": [{"@value": title, "@language": tag} if tag else title for title, tag in titles],
        "dcterms:license": LICENCE,
        "dcterms:conformsTo": TG,
        "dcat:version": __version__,
        "dcat:landingPage": f"{base}/dataset",
        "void:triples": triples_of(desk.corpus),
        "void:uriSpace": ID,
        "dcterms:temporal": [{"@type": "dcterms:PeriodOfTime", "dcat:startDate": first, "dcat:endDate": after} for first, after in spans if first and after],
        "dcterms:language": ["en", "ja", "ru"],
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dcat:downloadURL": f"{base}/everything.{suffix}", "dcat:mediaType": media_type, "dcterms:license": LICENCE}
            for suffix, media_type in DUMPS.items()
        ],
    } | ({} if desk.view.is_local else {"dcat:service": {"@type": "dcat:DataService", "dcat:endpointURL": f"{base}/sparql", "dcterms:title": "SPARQL 1.1"}})


def dataset_page(desk: Desk, base: str) -> str:
    """The page.

    Args:
        base: the address of the site, for the description that others collect.
    """
    view = desk.view
    counts = kinds_of(desk.corpus)
    desk.learn(row[0] for row in counts)
    triples = triples_of(desk.corpus)
    years = [view.say("covers", first=first, after=after) for first, after in covered_days(desk.corpus.store) if first and after]
    links = [element("a", f".{suffix}", href=f"/everything.{suffix}", download=True) for suffix in DUMPS]
    return page(
        view,
        view.say("dataset-title"),
        element("p", "; ".join(titles_of(desk.corpus, view.language)), class_="lead"),
        element(
            "dl",
            element("dt", view.say("size")),
            element("dd", view.say("triples", count=f"{triples:,}".replace(",", " "))),
            element("dt", view.say("time")),
            element("dd", "; ".join(years) or "—"),
            element("dt", view.say("licence")),
            element("dd", element("a", "CC BY 4.0", href=LICENCE, rel="license"), " ", view.say("licence-texts")),
            element("dt", view.say("download")),
            element("dd", links, class_="downloads"),
            None if view.is_local else [element("dt", view.say("by-file")), element("dd", element("a", "/graph", href="/graph"))],
            element("dt", view.say("descriptions")),
            element(
                "dd", None if view.is_local else [element("a", "VoID", href="/.well-known/void"), " · "], element("a", "DCAT (JSON-LD)", href="/dataset.jsonld")
            ),
            element("dt", view.say("identifiers")),
            element("dd", element("code", HOME), " ", view.say("identifiers-told")),
            class_="facts",
        ),
        element("h2", view.say("contents")),
        element("table", element("tbody", [element("tr", element("th", desk.link(kind), scope="row"), element("td", count)) for kind, count in counts])),
        kind="dataset",
        data=json.dumps(describe(desk, base), ensure_ascii=False),
    )
