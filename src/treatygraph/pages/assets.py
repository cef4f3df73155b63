"""The files that pages use: the style sheet, the icon, and what the front end is bundled into, where it was built."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["FRONT", "ICON", "STYLE", "built", "front_files"]

HERE = Path(__file__).parent
STYLE = HERE / "style.css"
ICON = HERE / "icon.svg"
FRONT = HERE / "built"  # made by `make front`, ignored by git, shipped in the wheel


@cache
def front_files() -> frozenset[str]:
    """The names of the bundled files; none in a checkout without Node, where pages do without."""
    return frozenset(path.relative_to(FRONT).as_posix() for path in FRONT.rglob("*") if path.is_file())


def built(name: str) -> bool:
    """Whether a bundled file is there."""
    return name in front_files()
