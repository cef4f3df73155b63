"""The kept closure: the same lines, rebuilt when it has to be, and never half of one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from treatygraph.cache import cache_folder, digest_of
from treatygraph.layout import Layout
from treatygraph.prepared import derived_lines

IMPORTS = "from pathlib import Path; from treatygraph.layout import Layout; from treatygraph.prepared import derived_lines; "


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def kept():
    return sorted(path.name for path in cache_folder().iterdir()) if cache_folder().is_dir() else []


def test_the_second_answer_is_read_and_the_same(layout):
    first = derived_lines(layout)
    assert len(first) > 5000
    (name,) = kept()
    path = cache_folder() / name
    stamp = path.stat().st_mtime_ns
    assert derived_lines(layout) == first
    assert path.stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[: len(data) // 2], lambda data: data.replace(b"Assertion", b"Assertiom", 1), lambda data: b""],
    ids=["half", "one letter", "empty"],
)
def test_a_damaged_one_is_built_anew(layout, spoil):
    first = derived_lines(layout)
    path = cache_folder() / kept()[0]
    path.write_bytes(spoil(path.read_bytes()))
    assert derived_lines(layout) == first
    assert derived_lines(layout) == first


def test_a_change_in_any_file_asks_for_another(copy):
    layout = Layout(copy)
    before = digest_of(layout)
    for path in (copy / "data" / "places.ttl", copy / "ontology" / "agents.ttl"):
        path.write_bytes(path.read_bytes() + b"\n")
        after = digest_of(layout)
        assert after != before
        before = after


def test_without_a_place_to_keep_it_the_answer_is_the_same(layout, cache):
    first = derived_lines(layout)
    cache.rename(cache.with_name("gone"))
    cache.write_text("a file where the folder should be")
    assert derived_lines(layout) == first


def test_killed_at_any_moment_it_leaves_nothing_that_is_read(layout):
    expected = derived_lines(layout)
    (cache_folder() / kept()[0]).unlink()
    dice = random.Random(1855)
    code = f"{IMPORTS}derived_lines(Layout(Path({str(layout.root)!r})))"
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", code], env=os.environ)
        time.sleep(dice.uniform(0.1, 0.9))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert derived_lines(layout) == expected
        for name in kept():
            if name.endswith(".nt"):
                (cache_folder() / name).unlink()


def test_two_at_once_write_the_same(layout):
    code = f"{IMPORTS}print(len(derived_lines(Layout(Path({str(layout.root)!r})))))"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ) for _ in range(2)]
    counts = {process.communicate()[0] for process in both}
    assert counts == {f"{len(derived_lines(layout))}\n"}
    assert len(kept()) == 1
