"""The API does what its description says: schemathesis makes up requests, right and wrong ones, and reads the answers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("schemathesis")


def test_the_api_is_as_it_is_described(server, tmp_path, figure):
    """Without one of its checks: that a name which the schema allows is accepted; which names there are, only the graph knows."""
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{server.address}/openapi.json",
            *("--max-examples", "2", "--seed", "1956", "--exclude-checks", "positive_data_acceptance", "--no-color", "--continue-on-failure"),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-6000:]
    tested, generated = re.search(r"Tested: (\d+)", said), re.search(r"(\d+) generated", said)
    assert tested
    assert generated
    assert int(tested[1]) == len(server.get("/openapi.json").json()["paths"])
    figure(f"schemathesis: {tested[1]} operations, {generated[1]} requests")
