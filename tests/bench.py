"""The benchmark: the engine of this package beside the references and the tools that others would use.

Prints a table and writes a plot (SVG). Figures are medians of one run on one machine; ratios say more than seconds.
Run with ``make bench``; what is not installed is left out by name. ``make bench-stores`` measures loads into other stores.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from treatygraph.corpus import load_corpus
from treatygraph.layout import Layout
from treatygraph.reasoning import close
from treatygraph.references import owlrl_closure, pyshacl_findings
from treatygraph.validation import shape_findings

ROOT = Path(__file__).parent.parent
OUT = ROOT / "build" / "bench"
TRIPLES, FILES = 1_000_000, 10
RDFLIB = """import sys, rdflib
graph = rdflib.Graph()
for path in sys.argv[2:]:
    graph.parse(path)
print(len(list(graph.query(open(sys.argv[1]).read()))))"""


def median(work: Callable[[], object], runs: int) -> float:
    """The median time of some work, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def process(*command: str | Path) -> Callable[[], object]:
    """A whole cold process."""
    return lambda: subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd=ROOT)


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    layout = Layout(ROOT)
    corpus = load_corpus(layout)
    size = len(corpus.store)
    question = ROOT / "queries" / "islands-claimed.rq"
    files = layout.ontology_files + layout.data_files
    program = Path(sys.executable).with_name("treatygraph")
    rows: list[tuple[str, str, float]] = [
        ("saved query, cold process", "treatygraph", median(process(program, "query", "islands-claimed", "--format", "csv"), 9))
    ]
    oxigraph = shutil.which("oxigraph") or shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    if oxigraph:
        store = OUT / "oxigraph"
        shutil.rmtree(store, ignore_errors=True)
        subprocess.run(
            [oxigraph, "load", "--location", str(store), *(part for path in files for part in ("--file", str(path)))], check=True, capture_output=True
        )
        subprocess.run([oxigraph, "optimize", "--location", str(store)], check=True, capture_output=True)
        command = (oxigraph, "query", "--location", store, "--query-file", question, "--results-format", "csv")
        rows.append(("saved query, cold process", "oxigraph CLI", median(process(*command), 9)))
    rows.append(("saved query, cold process", "rdflib", median(process(sys.executable, "-c", RDFLIB, question, *files), 3)))
    if arq := shutil.which("arq"):
        command = (arq, *(f"--data={path}" for path in files), f"--query={question}", "--results=csv")
        rows.append(("saved query, cold process", "Jena arq", median(process(*command), 3)))
    else:
        print("left out: Jena (no arq on the path)")  # noqa: T201 - what is missing has to be said
    fresh = [load_corpus(layout).store for _ in range(5)]
    rows.append(("closure", "treatygraph", median(lambda: close(fresh.pop()), 5)))
    rows.append(("closure", "owlrl", median(lambda: owlrl_closure(corpus.store), 1)))
    rows.append(("validation", "treatygraph", median(lambda: shape_findings(corpus), 5)))
    rows.append(("validation", "pySHACL", median(lambda: pyshacl_findings(corpus), 1)))
    rows.append(("check, everything, cold process", "treatygraph", median(process(program, "check"), 3)))
    rows += pyrudof_rows(layout)
    first: dict[str, float] = {}
    lines = [f"| what ({size} triples) | with | median s | times treatygraph |", "| --- | --- | ---: | ---: |"]
    for what, tool, seconds in rows:
        ratio = seconds / first.setdefault(what, seconds)
        lines.append(f"| {what} | {tool} | {seconds:.3f} | {ratio:.1f} |")
    table = "\n".join(lines)
    print(table)  # noqa: T201 - the table is the result
    (OUT / "bench.md").write_text(table + "\n", encoding="utf-8")
    (OUT / "bench.svg").write_text(plot(rows), encoding="utf-8")


def stores() -> None:
    """How long a push of a million triples takes into each store that is here, the second push (nothing to do), and a change of a tenth."""
    sys.path.insert(0, str(Path(__file__).parent))
    from stores import servers
    from stores.steps import pushed

    lines = [f"| store | push {TRIPLES:,} triples | triples a second | the same again | a tenth changed |", "| --- | ---: | ---: | ---: | ---: |"]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = Path(name)
        layout = synthetic(root / "corpus")
        for kind in [name for name in sys.argv[1:] if name in servers.KINDS] or servers.KINDS:
            if lacking := servers.missing(kind):
                print(f"left out: {kind} ({lacking} is not here)")  # noqa: T201 - what is missing has to be said
                continue
            with servers.start(kind, root / kind) as server:
                first = median(lambda server=server: pushed(server, layout), 1)
                again = median(lambda server=server: pushed(server, layout), 1)
                part = layout.data_files[0]
                part.write_text(part.read_text() + f'<urn:extra> <urn:p> "{kind}" .\n')
                changed = median(lambda server=server: pushed(server, layout), 1)
            lines.append(f"| {kind} | {first:.0f} s | {TRIPLES / first:,.0f} | {again:.0f} s | {changed:.0f} s |")
            print(lines[-1], file=sys.stderr)  # noqa: T201
    table = "\n".join(lines)
    print(table)  # noqa: T201 - the table is the result
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "stores.md").write_text(table + "\n", encoding="utf-8")


def synthetic(root: Path) -> Layout:
    """A corpus of made-up triples in ten files: links, names in two languages, dates, numbers."""
    for folder in ("ontology", "data", "queries"):
        (root / folder).mkdir(parents=True)
    things = TRIPLES // FILES // 5
    for number in range(FILES):
        with (root / "data" / f"part{number}.ttl").open("w", encoding="utf-8") as file:
            for i in range(things):
                thing = f"<urn:thing:{number}:{i}>"
                file.write(f"{thing} <urn:linksTo> <urn:thing:{number}:{(i * 7919) % things}> .\n")
                file.write(f'{thing} <urn:name> "Name {i} of part {number}"@en .\n{thing} <urn:name> "名前{i}"@ja .\n')
                file.write(f'{thing} <urn:since> "{1855 + i % 170}-{1 + i % 12:02}-{1 + i % 28:02}"^^<http://www.w3.org/2001/XMLSchema#date> .\n')
                file.write(f"{thing} <urn:size> {i} .\n")
    return Layout(root)


def pyrudof_rows(layout: Layout) -> list[tuple[str, str, float]]:
    """Validation by pyrudof's native engine, of which the shapes with SPARQL are taken out: it cannot parse their queries."""
    try:
        import pyrudof
    except ImportError:
        print("left out: pyrudof (not installed)")  # noqa: T201 - what is missing has to be said
        return []
    data, shapes = pyrudof.Rudof(pyrudof.RudofConfig()), layout.shape_files
    text = "\n".join(path.read_text(encoding="utf-8") for path in layout.ontology_files + layout.data_files)
    core = "\n\n".join(
        block for path in shapes for block in path.read_text(encoding="utf-8").split("\n\n") if "sh:sparql" not in block and "sh:declare" not in block
    )
    try:
        data.read_data(text)
        data.read_shacl(core)
        return [("validation, core shapes only", "pyrudof", median(data.validate_shacl, 3))]
    except Exception as error:
        print(f"left out: pyrudof ({error})")  # noqa: T201
        return []


def plot(rows: list[tuple[str, str, float]]) -> str:
    """Bars on a logarithmic scale, from a millisecond to the longest, as SVG."""
    from math import log10

    top = max(log10(seconds * 1000) for *_, seconds in rows)
    bars = []
    for index, (what, tool, seconds) in enumerate(rows):
        y, width = 20 + index * 28, 420 * max(log10(seconds * 1000), 0.05) / top
        bars.append(f'<text x="330" y="{y + 15}" text-anchor="end">{what}: {tool}</text><rect x="340" y="{y}" width="{width:.0f}" height="20" fill="#456"/>')
        bars.append(f'<text x="{346 + width:.0f}" y="{y + 15}">{seconds:.3f} s</text>')
    height = 40 + 28 * len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="860" height="{height}" font-family="sans-serif" font-size="13">{"".join(bars)}</svg>\n'


if __name__ == "__main__":
    stores() if "--stores" in sys.argv else main()
