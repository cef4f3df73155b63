"""The house: imports point down, no room knows the dispute, every artefact has its proof."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from treatygraph.cli import COMMANDS, cli
from treatygraph.namespaces import TG

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "treatygraph"
# Each layer may import from those above it in this list, never from its own.
LAYERS = [
    {"errors", "namespaces"},
    {"layout", "turtle"},
    {"findings", "store"},
    {"corpus", "things"},
    {"rules"},
    {"closure", "evidence", "questions", "results", "shacl"},
    {"compare", "describe", "prepared", "scope", "validation"},
    {"references"},
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
    {"cli.session"},
    {"cli.ask", "cli.curate", "cli.serve"},
    {"cli"},
    {"__main__"},
]
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "__init__.py"
}
RANK_OF_SHACL = next(rank for rank, layer in enumerate(LAYERS) if "shacl" in layer)
INNER = {module for module in MODULES if module.startswith("shacl.")}  # one engine in several files, entered by its front
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer} | dict.fromkeys(INNER, RANK_OF_SHACL)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("treatygraph"):
            found.add(node.module.removeprefix("treatygraph").removeprefix("."))
    return found - {""}


def test_every_module_has_a_layer():
    assert set(MODULES) == set(RANK)


@pytest.mark.parametrize("module", sorted(set(MODULES) - INNER))
def test_imports_point_down(module):
    wrong = [other for other in imports(MODULES[module]) if not (module == "shacl" and other in INNER) and RANK[other] >= RANK[module]]
    assert not wrong


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("pyoxigraph", {"store", "turtle", "closure", "web.dataset"}),
        ("uvicorn", {"web.server"}),
        ("(?:ctypes|resource)", {"web.limits"}),
        ("owlrl", {"references"}),
        ("pyshacl", {"references"}),
        ("prettytable", {"results"}),
        ("rdflib", {"references"}),
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
    terms = set(re.findall(r"^tg:([A-Za-z0-9]+)\n", ontology, re.MULTILINE)) - {"agents", "places", "agreements", "positions", "sources"}
    assert len(terms) > 100
    ontology_use = "|".join((r"owl:NamedIndividual ,\s+tg:{0}\b", r"subClassOf[^;.]*tg:{0}\b"))  # the kind of named values, or of other terms
    unused = {
        term for term in terms if not re.search(rf"tg:{term}\b|{re.escape(TG)}{term}>", used) and not re.search(ontology_use.replace("{0}", term), ontology)
    }
    assert not unused
