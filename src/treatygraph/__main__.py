"""``treatygraph`` and ``python -m treatygraph``: an interrupt is one word even while the program is still starting."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Start the command line."""
    try:
        from treatygraph.cli import main as start

        if sys.stdout is None:  # closed by the caller
            sys.exit(1)
        start()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
