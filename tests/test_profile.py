"""The ontology is in OWL 2 DL and OWL 2 RL, says the OWL API; and consistent, says HermiT."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from treatygraph.store import GraphStore

JARS = os.environ.get("TREATYGRAPH_OWLAPI_JARS", "")
PROGRAM = Path(__file__).parent / "profile" / "ProfileCheck.java"
pytestmark = pytest.mark.skipif(not JARS or not shutil.which("java"), reason="needs Java, and the OWL API jars in TREATYGRAPH_OWLAPI_JARS (see .ci/run)")


def check(layout, folder: Path, extra: str = "") -> list[str]:
    store = GraphStore()
    for path in layout.ontology_files:
        store.load(path, "urn:o")
    # one document with one header, so that the terms of each module are typed for all
    lines = [line for line in store.dump().decode().splitlines() if "/ontology/" not in line.split()[0] or "2002/07/owl#Ontology" not in line]
    document = folder / "ontology.ttl"
    document.write_text(
        "\n".join(["<urn:all> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Ontology> .", *lines, extra]), encoding="utf-8"
    )
    done = subprocess.run(["java", "-cp", f"{JARS}/*", str(PROGRAM), str(document)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_ontology_is_in_dl_and_rl_and_consistent(layout, tmp_path):
    axioms, *rest = check(layout, tmp_path)
    assert int(axioms.split()[1]) > 200
    assert rest == ["consistent true", "unsatisfiable 0"]


def test_the_check_notices_what_leaves_the_profiles(layout, tmp_path):
    date_range = "<https://w3id.org/treatygraph/ontology/startEarliest> <http://www.w3.org/2000/01/rdf-schema#range> <http://www.w3.org/2001/XMLSchema#date> ."
    found = check(layout, tmp_path, date_range)
    assert any("DL" in line for line in found)
    assert any("RL" in line for line in found)


def test_the_check_notices_a_class_that_can_have_no_member(layout, tmp_path):
    base = "https://w3id.org/treatygraph/ontology/"
    both = f"<{base}State> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{base}Person> ."
    assert "unsatisfiable 1" in check(layout, tmp_path, both)
