"""A checkout of Duroxide: its root, its git state and its files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from duronb.errors import RequestError
from duronb.model.record.subject import SOURCE_FIELDS, Subject
from duronb.quoting import quoted
from duronb.subject.commit_files import changes_hash, commit_files
from duronb.subject.git.commands import git_text, has_history, remote_of
from duronb.subject.snapshot import Entry, content_hash, working_tree
from duronb.subject.workspace import member_named, read_manifest, workspace_root

PACKAGE = "duroxide"


@dataclass(frozen=True, eq=False)
class Checkout:
    """A checkout of Duroxide, with its files from disk or from a commit. They are read on first use.

    Parameters
    ----------
    root
        Directory with the package's ``Cargo.toml``, or the root of the workspace that lists the package.
    ref
        Git ref, as the user wrote it, whose files replace those on disk; ``None`` for the files on disk.
    commit
        Full hash of the commit that ``ref`` names.
    package
        Directory of the package in ``root``; empty if it is ``root``.
    """

    root: Path
    ref: str | None = None
    commit: str | None = None
    package: str = ""

    @cached_property
    def entries(self) -> list[Entry]:
        """The files, sorted by name."""
        if self.commit is None:
            return working_tree(self.root)
        return commit_files(self.root, self.commit)

    @cached_property
    def facts(self) -> Subject:
        """The subject of a run record, without the workload."""
        root = self.root
        sha, branch, dirty_hash, remote, committed = self.commit, None, None, None, None
        if sha is None:
            sha = git_text(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
            branch = git_text(root, "symbolic-ref", "--quiet", "--short", "HEAD")
            dirty_hash = None if sha is None else changes_hash(root, self.entries)
        if sha is not None:
            committed = git_text(root, "show", "--no-patch", "--format=%cI", sha)
            remote = remote_of(root)
        version = self.version
        name = " ".join(part for part in (PACKAGE, version, f"@ {sha[:9]}" if sha else "") if part)
        return Subject(
            kind="checkout",
            name=f"{name} + changes" if dirty_hash else name,
            version=version,
            git_sha=sha,
            committed=committed,
            branch=branch,
            ref=self.ref,
            dirty=dirty_hash is not None,
            dirty_hash=dirty_hash,
            source_hash=content_hash(self.entries),
            remote=remote,
            stated=SOURCE_FIELDS,
        )

    @property
    def version(self) -> str | None:
        """The package's version; ``None`` if its manifest states no version."""
        version = self.package_manifest.get("package", {}).get("version")
        if not isinstance(version, str) and isinstance(workspace := self.manifest().get("workspace"), dict):
            version = workspace.get("package", {}).get("version")
        return version if isinstance(version, str) else None

    @property
    def features(self) -> frozenset[str]:
        """Names of the features that the package declares."""
        declared = self.package_manifest.get("features")
        return frozenset(declared) if isinstance(declared, dict) else frozenset()

    @property
    def package_manifest(self) -> dict[str, Any]:
        """The content of the package's manifest; empty if it is missing or invalid."""
        return self.manifest(f"{self.package}/Cargo.toml" if self.package else "Cargo.toml")

    def manifest(self, name: str = "Cargo.toml") -> dict[str, Any]:
        """Return the content of a manifest; empty if it is missing or invalid."""
        for entry in self.entries:
            if entry.name == name and entry.kind != "link":
                return _toml(entry.read().decode("utf-8", "replace"))
        return {}


def find_checkout(path: Path) -> Checkout | None:
    """Return the Duroxide checkout that contains ``path``, with its files on disk; ``None`` if there is none."""
    try:
        path = path.resolve()
        for directory in (path, *path.parents):
            if _names_duroxide(read_manifest(directory / "Cargo.toml")):
                root = workspace_root(directory)
                return Checkout(root, package="" if root == directory else directory.relative_to(root).as_posix())
            member = member_named(directory, PACKAGE)
            if member is not None:
                return Checkout(directory, package=member)
    except OSError:
        return None
    return None


def open_checkout(path: Path, ref: str | None = None) -> Checkout:
    """Return the checkout that contains ``path``.

    Parameters
    ----------
    path
        The root of the checkout, or a path inside it.
    ref
        Branch, tag or commit whose files are used instead of those on disk. The files on disk are not changed.

    Raises
    ------
    RequestError
        There is no Duroxide checkout, or the ref is unknown.
    """
    checkout = find_checkout(path)
    if checkout is None:
        if not path.exists():
            raise RequestError(f"{quoted(str(path))} does not exist.", "Give --repo the path of a Duroxide checkout.")
        raise RequestError(
            f"{quoted(str(path))} is not a Duroxide checkout: it has no Cargo.toml with the package 'duroxide'.",
            "Give --repo the path of one, or --release a published version.",
        )
    return checkout if ref is None else _at(checkout, ref)


def _at(on_disk: Checkout, ref: str) -> Checkout:
    root = on_disk.root
    if not has_history(root):
        raise RequestError(f"{quoted(str(root))} has no git history.", "Drop --ref to profile its files on disk.")
    commit = git_text(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise RequestError(
            f"{quoted(ref)} is not a branch, tag or commit of {quoted(str(root))}.",
            "See 'git branch --all' and 'git tag'.",
        )
    checkout = replace(on_disk, ref=ref, commit=commit)
    if not _names_duroxide(checkout.package_manifest):
        raise RequestError(f"This repository contains no Duroxide at {quoted(ref)}.", "Give another --ref.")
    return checkout


def _names_duroxide(manifest: dict[str, Any]) -> bool:
    package = manifest.get("package")
    return isinstance(package, dict) and package.get("name") == PACKAGE


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
