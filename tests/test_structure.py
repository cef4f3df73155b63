"""The house: imports point down, no room knows the dispute, every artefact has its proof."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import click
import pytest

from treatygraph.cli import COMMANDS, cli
from treatygraph.namespaces import TG

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "treatygraph"
# Each layer may import from those above it in this list, never from its own.
LAYERS = [
    {"citing", "columns", "errors", "namespaces", "tokens", "typography"},
    {"canonical", "cff", "collation", "fragments", "layout", "sorting", "whole", "wkt"},
    {"drawing", "nesting"},
    {"writer"},
    {"turtle"},
    {"cache", "findings", "marking", "store"},
    {"built", "corpus", "positions", "things"},
    {"opening", "placing", "remembered", "words"},
    {"evidence", "fulltext", "questions", "reasoning", "results", "shacl"},
    {"apparatus", "bibliography", "changes", "compare", "coverage", "describe", "passages", "prepared", "quoting", "scope", "search", "sizes", "validation"},
    {"build", "explain", "export", "margins", "references", "stores"},
    {"answers", "atlas", "chronicle", "exhibits"},
    {"workbench"},
    {"web", "web.work"},
    {"web.addresses", "web.keep", "web.limits", "web.markup", "web.negotiation", "web.refusals", "web.settings", "web.wire"},
    {"web.dataset", "web.sparql_text"},
    {"web.pages", "web.served"},
    {"web.tables", "web.worker"},
    {"web.work.graphs", "web.work.query", "web.work.questions", "web.work.things", "web.work.update", "web.zygote"},
    {"web.processes", "web.work.description"},
    {"web.lanes"},
    {"web.running"},
    {"web.workers"},
    {"web.site"},
    {"web.requests", "web.responses"},
    {"web.description", "web.graph_store", "web.headers", "web.openapi", "web.things"},
    {"web.protocol", "web.questions_api"},
    {"web.app", "web.server"},
    {"pages", "pages.assets", "pages.names", "pages.relative", "pages.things", "pages.words"},
    {"pages.sitemap", "pages.view"},
    {"pages.citations", "pages.frame", "pages.paging"},
    {"pages.asking", "pages.desk", "pages.dossier", "pages.licences"},
    {"pages.dataset", "pages.geography", "pages.questions", "pages.thing"},
    {"pages.agreement", "pages.document", "pages.home", "pages.place", "pages.searching", "pages.term"},
    {"pages.every"},
    {"pages.jobs", "pages.static"},
    {"pages.routes", "pages.troubles"},
    {"cli.freshness", "cli.terminal"},
    {"cli.session"},
    {"cli.build", "cli.offers"},
    {"cli.explain"},
    {"cli.ask", "cli.changes", "cli.completing", "cli.curate", "cli.exchange", "cli.push", "cli.read", "cli.serve", "cli.site"},
    {"cli"},
    {"__main__"},
]
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "__init__.py"
}
ENGINES = {"build", "changes", "drawing", "explain", "export", "reasoning", "shacl", "stores"}  # each one engine in several files, entered by its front
INNER = {module for module in MODULES if module.partition(".")[0] in ENGINES and "." in module}
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
RANK |= {module: RANK[module.partition(".")[0]] for module in INNER}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("treatygraph"):
            found.add(node.module.removeprefix("treatygraph").removeprefix("."))
    return found - {""}


def test_every_module_has_a_layer():
    assert set(MODULES) == set(RANK)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_down(module):
    engine = module.partition(".")[0] if module.partition(".")[0] in ENGINES else None
    outside = {other for other in imports(MODULES[module]) if other.partition(".")[0] != engine}
    assert not [other for other in outside if RANK[other] >= RANK[module]]
    assert not outside & INNER


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_inside_an_engine_imports_make_no_circle(engine):
    inner = {module: imports(MODULES[module]) & (INNER | ENGINES) for module in MODULES if module.partition(".")[0] == engine}
    list(TopologicalSorter(inner).static_order())  # raises CycleError


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("pyoxigraph", {"canonical", "nesting", "store", "turtle", "web.dataset", "writer"}),
        ("uvicorn", {"web.server"}),
        ("(?:ctypes|resource)", {"web.limits"}),
        ("owlrl", {"references"}),
        ("pandas", {"answers"}),
        ("pyshacl", {"references"}),
        ("prettytable", {"results"}),
        ("pyarrow", set()),
        ("rdflib", {"references", "workbench"}),  # the second names it in a signature
        ("requests", set()),
        ("sqlite3", {"fulltext"}),
    ],
)
def test_one_room_knows_each_library(library, rooms):
    found = {
        module for module, path in MODULES.items() if module not in INNER and re.search(rf"^\s*(?:import|from) {library}\b", path.read_text(), re.MULTILINE)
    }
    assert found == rooms


def test_the_program_knows_nothing_of_the_dispute():
    words = re.compile(r"kuril|habomai|soviet|russia[^n]|japan[^e]|1956-10|yalta", re.IGNORECASE)
    for module, path in MODULES.items():
        assert not words.search(path.read_text()), module


def test_a_saved_query_imports_nothing_heavy():
    code = """import sys
from treatygraph.cli import main
try:
    main()
except SystemExit:
    pass
print([name for name in ("rdflib", "owlrl", "pyshacl", "difflib") if name in sys.modules], file=sys.stderr)"""
    done = subprocess.run([sys.executable, "-c", code, "--corpus", str(ROOT), "query", "islands-claimed"], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_every_query_has_an_expected_result():
    assert {path.stem for path in (ROOT / "queries").glob("*.rq")} == {path.stem for path in (ROOT / "tests" / "expected").glob("*.csv")}


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    context = click.Context(cli)
    assert cli.list_commands(context) == sorted(COMMANDS)
    missing = [name for name in COMMANDS if f"treatygraph {name}" not in readme]
    assert not missing


def test_every_term_of_the_ontology_is_used():
    used = "\n".join(path.read_text() for folder in ("queries", "data") for path in (ROOT / folder).iterdir() if path.suffix in (".rq", ".ttl"))
    used += "\n".join(path.read_text() for path in (ROOT / "ontology" / "shapes").glob("*.ttl"))
    ontology = "\n".join(path.read_text() for path in (ROOT / "ontology").glob("*.ttl"))
    terms = set(re.findall(r"^tg:([A-Za-z0-9]+)\n", ontology, re.MULTILINE)) - {"agents", "places", "agreements", "positions", "sources", "mappings"}
    assert len(terms) > 100
    ontology_use = "|".join((r"owl:NamedIndividual ,\s+tg:{0}\b", r"subClassOf[^;.]*tg:{0}\b"))  # the kind of named values, or of other terms
    unused = {
        term for term in terms if not re.search(rf"tg:{term}\b|{re.escape(TG)}{term}>", used) and not re.search(ontology_use.replace("{0}", term), ontology)
    }
    assert not unused
