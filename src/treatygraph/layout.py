"""Where the files of a corpus lie: ontology/, data/ and queries/ under one folder."""

from __future__ import annotations

from pathlib import Path

from treatygraph.errors import UsageError

__all__ = ["Layout", "find_layout"]

FOLDERS = ("ontology", "data", "queries")


class Layout:
    """The files of one corpus folder, each list in the order of the names.

    A corpus is any folder with ``ontology/`` (modules, with ``shapes/`` inside), ``data/`` (Turtle, in
    folders as wanted, with the texts of documents in ``texts/``) and ``queries/`` (one ``.rq`` file a question).
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def ontology_files(self) -> list[Path]:
        return _shown(self.root / "ontology", "*.ttl")

    @property
    def shape_files(self) -> list[Path]:
        return _shown(self.root / "ontology" / "shapes", "*.ttl")

    @property
    def data_files(self) -> list[Path]:
        """In ``data/`` and the folders below it, but for the texts."""
        return [path for path in _shown(self.root / "data", "**/*.ttl") if self.texts not in path.parents]

    @property
    def query_files(self) -> list[Path]:
        return _shown(self.root / "queries", "*.rq")

    @property
    def texts(self) -> Path:
        return self.root / "data" / "texts"

    def shown(self, path: Path) -> str:
        """A path as a person sees it from the folder of the corpus."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def _shown(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder but those of which a part begins with a dot: locks and backups of editors, what some systems put beside a file."""
    found = (path for path in folder.glob(pattern) if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    return sorted(path for path in found if path.is_file())


def _is_corpus(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in FOLDERS)


def find_layout(root: Path | None, start: Path, builtin: Path) -> Layout:
    """The corpus to work on.

    Args:
        root: the folder that was asked for, or None.
        start: the working directory; without ``root``, the nearest folder from here upwards that is a corpus is
            taken, so that a curator works on the corpus he stands in.
        builtin: the corpus that the package carries, used where neither is given.

    Raises:
        UsageError: no corpus is there.
    """
    if root is not None:
        if not _is_corpus(root):
            missing = [f"{name}/" for name in FOLDERS if not (root / name).is_dir()]
            raise UsageError(f"{root} is not a corpus: {', '.join(missing)} is missing.", "Give a folder with ontology/, data/ and queries/.")
        return Layout(root)
    for folder in (start, *start.parents):
        if _is_corpus(folder):
            return Layout(folder)
    if _is_corpus(builtin):
        return Layout(builtin)
    raise UsageError("No corpus here, and this installation carries none.", "Give one with --corpus DIR.")
