"""Real servers: what has to hold of every store holds of each that is here (``tests/stores/fetch`` brings them)."""

from __future__ import annotations

import pytest

from . import servers
from .steps import STEPS


@pytest.fixture(scope="module", params=servers.KINDS)
def server(request, tmp_path_factory):
    if lacking := servers.missing(request.param):
        pytest.skip(f"{lacking} is not here; tests/stores/fetch brings it")
    with servers.start(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.mark.parametrize("step", STEPS)
def test_it_holds(server, step, tmp_path):
    STEPS[step](server, tmp_path)
