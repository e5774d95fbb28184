"""A checkout of Duroxide: where it is, what state it is in, and its files."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from duronb.errors import RequestError
from duronb.model.record.subject import SOURCE_FIELDS, Subject
from duronb.quoting import quoted
from duronb.subject.git import git, git_text, without_credentials
from duronb.subject.snapshot import Entry, commit_tree, content_hash, working_tree

PACKAGE = "duroxide"


@dataclass(frozen=True, eq=False)
class Checkout:
    """A checkout's files, from disk or from a commit; read when they are first asked for.

    Parameters
    ----------
    root
        The directory with the package's ``Cargo.toml``.
    ref
        What to take in place of the files on disk, as the user named it.
    commit
        The full hash that ``ref`` stands for.
    """

    root: Path
    ref: str | None = None
    commit: str | None = None

    @cached_property
    def entries(self) -> list[Entry]:
        """The files, in the order of their names."""
        if self.commit is None:
            return working_tree(self.root)
        # With "-C root" the archive holds root's own directory alone, also where root lies deeper in its repository.
        archive = git(self.root, "archive", "--format=tar", self.commit)
        return [] if archive is None else commit_tree(archive)

    @cached_property
    def facts(self) -> Subject:
        """What a run states about its subject, without the workload."""
        root = self.root
        sha, branch, dirty_hash, remote = self.commit, None, None, None
        if sha is None:
            sha = git_text(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
            branch = git_text(root, "symbolic-ref", "--quiet", "--short", "HEAD")
            dirty_hash = None if sha is None else _dirt(root, self.entries)
        if sha is not None:
            remote = git_text(root, "config", "--get", "remote.origin.url")
        version = self.version
        name = " ".join(part for part in (PACKAGE, version, f"@ {sha[:9]}" if sha else "") if part)
        return Subject(
            kind="checkout",
            name=f"{name} + changes" if dirty_hash else name,
            version=version,
            git_sha=sha,
            branch=branch,
            ref=self.ref,
            dirty=dirty_hash is not None,
            dirty_hash=dirty_hash,
            source_hash=content_hash(self.entries),
            remote=None if remote is None else without_credentials(remote),
            stated=SOURCE_FIELDS,
        )

    @property
    def version(self) -> str | None:
        """The package's version; ``None`` where its manifest names none."""
        version = self.manifest().get("package", {}).get("version")
        if not isinstance(version, str) and isinstance(workspace := self.manifest().get("workspace"), dict):
            version = workspace.get("package", {}).get("version")
        return version if isinstance(version, str) else None

    @property
    def features(self) -> frozenset[str]:
        """Features that the package declares."""
        declared = self.manifest().get("features")
        return frozenset(declared) if isinstance(declared, dict) else frozenset()

    def manifest(self, name: str = "Cargo.toml") -> dict[str, Any]:
        """Return a manifest's content; empty where it is missing or no TOML."""
        for entry in self.entries:
            if entry.name == name and entry.kind != "link":
                return _toml(entry.read().decode("utf-8", "replace"))
        return {}


def find_checkout(path: Path) -> Checkout | None:
    """Return the Duroxide checkout that ``path`` is or lies in, as it is on disk; ``None`` where there is none."""
    try:
        path = path.resolve()
        for directory in (path, *path.parents):
            if _is_duroxide(directory / "Cargo.toml"):
                return Checkout(directory)
    except OSError:
        return None
    return None


def open_checkout(path: Path, ref: str | None = None) -> Checkout:
    """Return the checkout that ``path`` is or lies in.

    Parameters
    ----------
    path
        The checkout, or a directory inside of it.
    ref
        A branch, tag or commit to take in place of the files on disk, which stay untouched.

    Raises
    ------
    RequestError
        No Duroxide is there, or the ref is not known.
    """
    checkout = find_checkout(path)
    if checkout is None:
        if not path.exists():
            raise RequestError(f"{quoted(str(path))} does not exist.", "Give --repo the path of a Duroxide checkout.")
        raise RequestError(
            f"{quoted(str(path))} is not a Duroxide checkout: no Cargo.toml with the package 'duroxide'.",
            "Give --repo the path of one, or --release a published version.",
        )
    return checkout if ref is None else _at(checkout.root, ref)


def _at(root: Path, ref: str) -> Checkout:
    if git_text(root, "rev-parse", "--git-dir") is None:
        raise RequestError(f"{quoted(str(root))} has no git history.", "Drop --ref to profile its files as they are.")
    commit = git_text(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise RequestError(
            f"{quoted(ref)} is no branch, tag or commit of {quoted(str(root))}.",
            "See 'git branch --all' and 'git tag'.",
        )
    checkout = Checkout(root, ref, commit)
    if not _names_duroxide(checkout.manifest()):
        raise RequestError(f"There is no Duroxide in this repository at {quoted(ref)}.", "Give another --ref.")
    return checkout


def _dirt(root: Path, entries: list[Entry]) -> str | None:
    """Return a hash of how the files differ from HEAD; ``None`` where they do not."""
    changes = git(root, "diff", "HEAD", "--no-ext-diff", "--no-textconv", "--binary", "--relative", "--", ".") or b""
    listed = git(root, "ls-files", "-z", "--others", "--exclude-standard") or b""
    untracked = {os.fsdecode(name) for name in listed.split(b"\0") if name}
    new = [entry for entry in entries if entry.name in untracked]
    if not changes and not new:
        return None
    return hashlib.sha256(changes + content_hash(new).encode()).hexdigest()


def _is_duroxide(manifest: Path) -> bool:
    try:
        return _names_duroxide(_toml(manifest.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return False


def _names_duroxide(manifest: dict[str, Any]) -> bool:
    package = manifest.get("package")
    return isinstance(package, dict) and package.get("name") == PACKAGE


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
