"""A revision of a corpus that is kept in git, as files in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from treatygraph.errors import UsageError, nearest
from treatygraph.layout import FOLDERS

__all__ = ["check_out"]

WANTED = (".ttl", ".rq")  # the texts of documents are not compared: their digests are in the data


def check_out(root: Path, revision: str, target: Path) -> str:
    """Write the Turtle and query files that a revision has of a corpus into a folder; the repository stays as it is.

    Args:
        root: the folder of the corpus, inside a git repository.
        revision: anything that git takes for a commit: a tag, a branch, ``HEAD~3``, a hash.
        target: the folder to write into.

    Returns:
        The short hash and the day of the commit.

    Raises:
        UsageError: git or the repository is missing, there is no such revision, or it has no corpus at that place.
    """
    repository = _Repository(root, revision)
    commit = repository.commit()
    prefix = repository.ask("rev-parse", "--show-prefix").decode().strip()
    entries = [entry.partition(b"\t") for entry in repository.ask("ls-tree", "-r", "-z", "--full-tree", commit, "--", *_paths(prefix)).split(b"\0") if entry]
    files = [(head.split()[2].decode(), os.fsdecode(path)) for head, _, path in entries if head.startswith(b"100") and path.endswith(_ENDINGS)]
    if not files:
        raise UsageError(f"The revision '{revision}' has no corpus at {prefix or 'the top of the repository'}.", "Name a later one.")
    for folder in FOLDERS:
        target.joinpath(folder).mkdir(parents=True, exist_ok=True)
    for (_, path), data in zip(files, repository.blobs(blob for blob, _ in files), strict=True):
        file = target / PurePosixPath(path).relative_to(prefix or ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return repository.ask("show", "--no-patch", "--format=%h, %cs", commit).decode().strip()


_ENDINGS = tuple(suffix.encode() for suffix in WANTED)


def _paths(prefix: str) -> list[str]:
    return [f"{prefix}{folder}" for folder in FOLDERS]


class _Repository:
    def __init__(self, root: Path, revision: str) -> None:
        self._revision = revision
        git = shutil.which("git")
        if git is None:
            raise UsageError(f"'{revision}' is no folder and no file, and git is not installed.", "Give a corpus folder or an exported file, or install git.")
        self._call = [git, "-C", str(root), "--no-optional-locks"]
        self._root = root

    def _run(self, *arguments: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        environment = os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
        return subprocess.run([*self._call, *arguments], input=data, capture_output=True, check=False, env=environment)  # noqa: S603 - git, with options closed

    def ask(self, *arguments: str, data: bytes | None = None) -> bytes:
        done = self._run(*arguments, data=data)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ").splitlines()
            raise UsageError(f"git could not read the revision '{self._revision}': {said[0] if said else 'it does not say why'}.")
        return done.stdout

    def commit(self) -> str:
        """The full hash of the commit."""
        inside = self._run("rev-parse", "--is-inside-work-tree")
        if inside.returncode:
            said = inside.stderr.decode(errors="replace").strip().removeprefix("fatal: ").splitlines()
            why = "is not in a git repository" if not said or "not a git repository" in said[0] else f"cannot be read by git ({said[0]})"
            raise UsageError(
                f"'{self._revision}' is no folder and no file, and the corpus {self._root} {why}.",
                "Give a corpus folder or an exported file, or stand in the repository of a corpus.",
            )
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{self._revision}^{{commit}}")
        if done.returncode:
            raise UsageError(f"There is no folder, file or git revision '{self._revision}'.", self._hint())
        return done.stdout.decode().strip()

    def _hint(self) -> str:
        names = self._run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes").stdout.decode(errors="replace").split()
        shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        near = nearest(self._revision, names)
        return near or (
            "This clone has only the newest revisions; fetch the rest with: git fetch --unshallow" if shallow else "List them with: git log --oneline"
        )

    def blobs(self, hashes: Iterable[str]) -> Iterable[bytes]:
        """The bytes of files as they were committed (git-cat-file(1), batch output)."""
        wanted = list(hashes)
        data = self.ask("cat-file", "--batch", data="".join(f"{blob}\n" for blob in wanted).encode())
        at = 0
        for _ in wanted:
            head = data.index(b"\n", at)
            size = int(data[at:head].split()[2])
            yield data[head + 1 : head + 1 + size]
            at = head + 1 + size + 1
