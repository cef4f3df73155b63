"""The benchmark at the size of the UN Treaty Series: ``make bench-full``, or ``python tests/bench_full.py --sizes 10k,100k``.

Corpora that never were (`synthetic`), with faults in them, go through the program and through what a user would take instead:
Jena TDB2 with its SHACL and its RDFS, the ``oxigraph`` command, rdflib with owlrl and pySHACL. Each part is a process of its
own with a limit of time; what did not finish is in the table as capped. Out come a table (Markdown), a plot (SVG) of time over
size in logarithms, and the exponents of growth: 1 is linear. The others are given the same triples as one N-Triples file,
which is quicker to read than the Turtle files that ours is given.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from synthetic import FAULTS, generate

ROOT = Path(__file__).parent.parent
OUT = ROOT / "build" / "bench"
SIZES = {"10k": 57, "100k": 570, "1m": 5_700, "10m": 57_000, "unts": 80_000}
SLOW = {"owlrl": "10k", "pySHACL": "10k", "rdflib load": "100k"}  # the largest size at which a part is tried; above, it would take hours
SAMPLE = 0.5  # seconds between two looks at the memory
AGGREGATE = """PREFIX tg: <https://w3id.org/treatygraph/ontology/>
SELECT ?state (COUNT(?treaty) AS ?treaties)
{ ?role a tg:PartyRole ; tg:hasParticipant ?state ; tg:isParticipationIn ?treaty } GROUP BY ?state ORDER BY ?state"""
TEXT = """PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?passage { ?passage oa:hasSelector/oa:exact ?words FILTER(CONTAINS(LCASE(STR(?words)), "fishing")) } ORDER BY ?passage"""
MAIN = (ROOT / "queries" / "islands-claimed.rq").read_text(encoding="utf-8")
QUESTIONS = {"main question": MAIN, "aggregate": AGGREGATE, "text search": TEXT}

# What a person waits for, and what takes the whole corpus, each in a process of its own, from the built store.
COMMANDS = {
    "explain a thing": ("explain", "agreement:t30"),
    "explain a line": ("query", "islands-claimed", "--date", "1970-01-01", "--explain", "1"),
    "coverage of one document": ("coverage", "volume-0001", "--no-gaps"),
    "passages of one document": ("passages", "volume-0001"),
    "what follows (infer)": ("infer",),
    "export ntriples": ("export", "ntriples", "-o", "{out}"),
    "export turtle": ("export", "turtle", "-o", "{out}"),
}


class Part:
    """How a part ended: seconds, megabytes at most of all its processes together, what it printed, and how much processor it took."""

    def __init__(self, seconds: float | None, memory: float = 0, out: str = "", cpu: float = 0, why: str = "") -> None:
        self.seconds, self.memory, self.out, self.cpu, self.why = seconds, memory, out, cpu, why


def process(limit: float, *command: str | Path, env: dict[str, str] | None = None) -> Part:
    """Run a process, with its children, and measure it."""
    report = OUT / "usage.json"
    report.unlink(missing_ok=True)
    code = (
        "import json,resource,subprocess,sys,time\nb=time.perf_counter()\nd=subprocess.run(sys.argv[2:],capture_output=True,text=True)\n"
        "s=time.perf_counter()-b\n"
        "u=resource.getrusage(resource.RUSAGE_CHILDREN)\njson.dump([s,u.ru_maxrss/1024,d.returncode,d.stdout[-4000:],d.stderr[-2000:],u.ru_utime+u.ru_stime],open(sys.argv[1],'w'))"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", code, str(report), *map(str, command)], start_new_session=True, env=os.environ | (env or {}), cwd=ROOT / "tests"
    )
    ends, most = time.monotonic() + limit, 0.0
    while job.poll() is None:
        if time.monotonic() > ends:
            os.killpg(job.pid, 9)
            job.wait()
            return Part(None, most, why=f"capped at {limit:.0f} s")
        most = max(most, _memory_of(job.pid))
        with contextlib.suppress(subprocess.TimeoutExpired):
            job.wait(SAMPLE)
    seconds, memory, status, out, err, cpu = json.loads(report.read_text())
    memory = max(memory, most)  # of the largest process, where all ended between two samples
    return Part(seconds, memory, out, cpu) if status in (0, 1) else Part(None, why=f"failed: {err.strip().splitlines()[-1][:90] if err.strip() else status}")


def _memory_of(session: int) -> float:
    """Megabytes that all processes of a session have together, a page that several share counted once (PSS); Linux only."""
    total = 0
    for process_ in Path("/proc").glob("[0-9]*"):
        try:
            if int((process_ / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                rollup = (process_ / "smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, IndexError, StopIteration):  # it ended meanwhile
            continue
    return total / 1024


def inner(what: str, folder: Path) -> None:
    """A part that runs in this program's own process: ``--inner``."""
    from treatygraph.corpus import load_corpus
    from treatygraph.layout import Layout

    layout, times = Layout(folder), {}

    def timed(name: str, work: object) -> object:
        begun = time.perf_counter()
        result = work()  # type: ignore[operator]
        times[name] = time.perf_counter() - begun
        return result

    if what == "memory":
        from treatygraph.reasoning import close
        from treatygraph.validation import shape_findings

        corpus = timed("load", lambda: load_corpus(layout))
        found = timed("validation", lambda: shape_findings(corpus))
        timed("closure", lambda: close(corpus.store))
        times["findings"] = len(found)
    elif what == "warm":
        from treatygraph.built import find_built

        store = find_built(layout).asserted()
        for name, query in QUESTIONS.items():
            rows = store.select(query)
            times[name] = min(_once(lambda query=query: store.select(query)) for _ in range(3))
            times[f"{name} rows"] = len(rows)
    elif what == "references":
        from treatygraph.references import owlrl_closure, pyshacl_findings

        corpus = load_corpus(layout)
        timed("pySHACL", lambda: pyshacl_findings(corpus))
        timed("owlrl", lambda: owlrl_closure(corpus.store))
    times["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(times))


def _once(work: object) -> float:
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun


def merged(folder: Path, to: Path) -> int:
    """All triples of a corpus as one N-Triples file, for the others; how many they are."""
    import pyoxigraph as ox

    from treatygraph.layout import Layout

    layout, count = Layout(folder), 0
    with to.open("wb") as file:
        for path in layout.ontology_files + layout.data_files:
            data = ox.serialize(ox.parse(path=path, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES) or b""
            file.write(data)
            count += data.count(b"\n")
    return count


def jena(main: str) -> list[str]:
    return ["java", "-Xmx16g", "-XX:+UseParallelGC", "-cp", f"{ROOT}/build/jena/lib/*", main]


def measure(size: str, work: Path, limit: float, others: bool) -> tuple[int, list[tuple[str, str, Part]]]:
    """All parts at one size."""
    rows: list[tuple[str, str, Part]] = []
    folder, python = work / size, sys.executable
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    begun = time.perf_counter()
    expected = generate(folder, SIZES[size], dict.fromkeys(FAULTS, 1 if size == "10k" else 2), jobs=os.cpu_count() or 1)
    rows.append(("make the corpus", "treatygraph", Part(time.perf_counter() - begun)))

    def add(what: str, tool: str, part: Part) -> Part:
        rows.append((what, tool, part))
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {size} {what}, {tool}: {part.why or f'{part.seconds:.2f} s'}\n")
        return part

    program = [python, "-c", "from treatygraph.cli import main; main()", "--corpus", folder]
    if SIZES[size] <= SIZES["10m"]:  # the largest has no room in memory besides what follows from it
        part = process(limit, python, __file__, "--inner", "memory", folder)
        if part.seconds is not None:
            known = json.loads(part.out)
            for what in ("load", "closure", "validation"):
                add(what, "treatygraph, in memory", Part(known[what], known["rss"]))
    built = add("load, close, check, store", "treatygraph build", process(limit, *program, "build"))
    if built.seconds is None:
        return 0, rows
    lines = [json.loads(line) for path in folder.glob(".store/generation-*/findings.jsonl") for line in path.read_text().splitlines()]
    found = {(one["rule"], one["thing"]) for one in lines}
    assert found == {(one["rule"], one["thing"]) for one in expected}, "the findings are not the planted faults"
    path = folder / "data" / "volume-0001" / "t30.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace('"Agreement 30"@en', '"Agreement 30, amended"@en'), encoding="utf-8")
    add("one changed file", "treatygraph build", process(limit, *program, "build"))
    cold = [process(limit, *program, "query", "islands-claimed", "--format", "csv") for _ in range(3)]
    add("main question, cold process", "treatygraph", min(cold, key=lambda part: part.seconds or math.inf))
    part = process(limit, python, __file__, "--inner", "warm", folder)
    if part.seconds is not None:
        known = json.loads(part.out)
        for what in QUESTIONS:
            add(f"{what}, warm", "treatygraph", Part(known[what], known["rss"]))
    for what, command in COMMANDS.items():
        if size == "10k" and what == "explain a line":  # so few positions that nothing holds on the day
            continue
        add(what, "treatygraph", process(limit, *program, *(str(word).format(out=work / "out") for word in command)))
    (work / "out").unlink(missing_ok=True)
    triples = merged(folder, work / "all.nt")
    if others:
        compare(size, work, limit, add)
    return triples, rows


def compare(size: str, work: Path, limit: float, add: object) -> None:
    """The same with what a user would take instead."""
    data, folder, python = work / "all.nt", work / size, sys.executable
    shapes, ontology = work / "shapes.ttl", work / "ontology.ttl"
    for file, part in ((shapes, "ontology/shapes"), (ontology, "ontology")):
        file.write_text("\n".join(path.read_text(encoding="utf-8") for path in sorted((folder / part).glob("*.ttl"))), encoding="utf-8")
    for name, text in QUESTIONS.items():
        (work / f"{name}.rq").write_text(text, encoding="utf-8")
    if shutil.which("java") and (ROOT / "build" / "jena" / "lib").is_dir():
        add("load to disk", "Jena TDB2", process(limit, *jena("tdb2.tdbloader"), "--loc", work / "tdb", data))  # type: ignore[operator]
        out = work / "rdfs.nt"
        command = " ".join(f"'{one}'" for one in (*jena("riotcmd.riot"), f"--rdfs={ontology}", data))
        add("closure", "Jena riot --rdfs (RDFS only)", process(limit, "sh", "-c", f"{command} > {out}"))  # type: ignore[operator]
        out.unlink(missing_ok=True)
        add("validation", "Jena SHACL (loads in memory)", process(limit, *jena("shacl.shacl_validate"), "--text", "--shapes", shapes, "--data", data))  # type: ignore[operator]
        for name in QUESTIONS:
            query = process(limit, *jena("tdb2.tdbquery"), "--loc", work / "tdb", "--query", work / f"{name}.rq", "--results", "csv")
            add(f"{name}, cold process", "Jena TDB2", query)  # type: ignore[operator]
    else:
        sys.stderr.write("left out: Jena (tests/fetch_jena.sh fetches it)\n")
    oxigraph = shutil.which("oxigraph") or shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    if oxigraph:
        add("load to disk", "oxigraph CLI", process(limit, oxigraph, "load", "--location", work / "ox", "--file", data))  # type: ignore[operator]
        add("optimize", "oxigraph CLI", process(limit, oxigraph, "optimize", "--location", work / "ox"))  # type: ignore[operator]
        for name in QUESTIONS:
            query = process(limit, oxigraph, "query", "--location", work / "ox", "--query-file", work / f"{name}.rq", "--results-format", "csv")
            add(f"{name}, cold process", "oxigraph CLI", query)  # type: ignore[operator]
    if SIZES[size] <= SIZES[SLOW["owlrl"]]:
        part = process(limit, python, __file__, "--inner", "references", folder)
        known = json.loads(part.out) if part.seconds is not None else {}
        for what, tool in (("closure", "owlrl"), ("validation", "pySHACL")):
            add(what, tool, Part(known[tool], known["rss"]) if known else part)  # type: ignore[operator]


def exponents(results: dict[str, tuple[int, list[tuple[str, str, Part]]]]) -> list[str]:
    """How the time of each part of ours grows with the triples, between neighbouring sizes."""
    lines = []
    names = list(results)
    for what, tool, _ in results[names[-1]][1] if names else ():
        points = [(results[name][0], part.seconds) for name in names for one, other, part in results[name][1] if (one, other) == (what, tool) and part.seconds]
        steps = [f"{math.log(b[1] / a[1]) / math.log(b[0] / a[0]):.2f}" for a, b in pairwise(points) if a[0] and b[0] > a[0]]
        if steps:
            lines.append(f"| {what} | {tool} | {', '.join(steps)} |")
    return lines


def plot(results: dict[str, tuple[int, list[tuple[str, str, Part]]]]) -> str:
    """Time over size, both in logarithms, a line a part."""
    series: dict[str, list[tuple[int, float]]] = {}
    for triples, rows in results.values():
        for what, tool, part in rows:
            if part.seconds and triples:
                series.setdefault(f"{what}: {tool}", []).append((triples, part.seconds))
    drawn = {name: points for name, points in series.items() if len(points) > 1}
    lines = []
    for index, (name, points) in enumerate(sorted(drawn.items())):
        colour = f"hsl({index * 360 // max(len(drawn), 1)} 60% 40%)"
        path = " ".join(f"{60 + (math.log10(x) - 4) * 140:.0f},{330 - (math.log10(y) + 2) * 60:.0f}" for x, y in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="560" y="{20 + index * 15}" fill="{colour}">{name}</text>')
    for power in range(-2, 4):
        lines.append(f'<text x="50" y="{335 - (power + 2) * 60}" text-anchor="end">{10.0**power:g} s</text>')
    for power in range(4, 8):
        lines.append(f'<text x="{60 + (power - 4) * 140}" y="350" text-anchor="middle">10^{power}</text>')
    height = max(370, 40 + 15 * len(drawn))
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="960" height="{height}" font-family="sans-serif" font-size="12">{"".join(lines)}</svg>\n'


def table(results: dict[str, tuple[int, list[tuple[str, str, Part]]]]) -> str:
    lines = ["| size | triples | what | with | seconds | processor s | MB |", "| --- | ---: | --- | --- | ---: | ---: | ---: |"]
    for size, (triples, rows) in results.items():
        for what, tool, part in rows:
            time_ = f"{part.seconds:.2f}" if part.seconds is not None else part.why
            cpu, memory = f"{part.cpu:.1f}" if part.cpu else "", f"{part.memory:.0f}" if part.memory else ""
            lines.append(f"| {size} | {triples} | {what} | {tool} | {time_} | {cpu} | {memory} |")
    lines += ["", "Not tried above the size named, for it would take hours: " + ", ".join(f"{tool} ({size})" for tool, size in SLOW.items()) + "."]
    return "\n".join([*lines, "", "| growth of | with | exponents between sizes |", "| --- | --- | --- |", *exponents(results)])


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default=",".join(SIZES), help=f"some of {', '.join(SIZES)}")
    parser.add_argument("--limit", type=float, default=900, help="seconds for a part")
    parser.add_argument("--work", type=Path, default=OUT / "work", help="folder for the corpora; emptied")
    parser.add_argument("--ours", action="store_true", help="without the others")
    parser.add_argument("--inner", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.inner:
        inner(given.inner[0], Path(given.inner[1]))
        return
    OUT.mkdir(parents=True, exist_ok=True)
    results: dict[str, tuple[int, list[tuple[str, str, Part]]]] = {}
    for size in given.sizes.split(","):
        results[size] = measure(size, given.work, given.limit, not given.ours)
        (OUT / "full.md").write_text(table(results) + "\n", encoding="utf-8")
        (OUT / "full.svg").write_text(plot(results), encoding="utf-8")
    shutil.rmtree(given.work, ignore_errors=True)
    sys.stdout.write(table(results) + "\n")


if __name__ == "__main__":
    main()
