"""The matrix: each store that is here, and what holds of it. Exit code 1 where something does not.

Run with ``make stores``, which fetches the stores; or ``python tests/stores/matrix.py [STORE...]``.
"""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from stores import servers
from stores.steps import CANNOT, STEPS


def main() -> int:
    wanted = sys.argv[1:] or list(servers.KINDS)
    width = max(map(len, STEPS)) + 2
    lines, failed = [], 0
    for kind in wanted:
        if lacking := servers.missing(kind):
            lines.append([kind, *["not here"] * len(STEPS)])
            failed += 1
            print(f"{kind}: {lacking} is not here; run tests/stores/fetch", file=sys.stderr)  # noqa: T201 - the matrix is read by a person
            continue
        cells = [kind]
        with tempfile.TemporaryDirectory(prefix=f"{kind}-") as name, servers.start(kind, Path(name) / "server") as server:
            for step, work in STEPS.items():
                began = time.monotonic()
                try:
                    work(server, Path(name) / step.replace(" ", "-"))
                    without = len(CANNOT.get(kind, ())) if step == "queries" else 0
                    cells.append(f"green but {without}" if without else "green")
                except Exception:  # whatever it is, the cell says so and the other cells are still wanted
                    traceback.print_exc()
                    cells.append("FAILED")
                    failed += 1
                print(f"{kind}: {step}: {cells[-1]}, {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)  # noqa: T201 - the matrix is read by a person
        lines.append(cells)
    for cells in [["store", *STEPS], *lines]:
        print("".join(cell.ljust(width) for cell in cells).rstrip())  # noqa: T201 - the matrix is read by a person
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
