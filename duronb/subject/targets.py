"""Binaries and examples of a checkout, read from its manifests without cargo."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.subject.checkout import Checkout
from duronb.subject.workspace import is_member, strings

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Target:
    """A binary or example that cargo can build.

    Parameters
    ----------
    name
        Its name in cargo.
    package
        Name of its package.
    kind
        ``bin`` or ``example``.
    features
        Features that it requires according to its manifest.
    """

    name: str
    package: str
    kind: Literal["bin", "example"]
    features: tuple[str, ...] = ()


def bins(checkout: Checkout) -> list[Target]:
    """Return the binaries of every package in the workspace, sorted by name."""
    return _targets(checkout, "bin")


def examples(checkout: Checkout) -> list[Target]:
    """Return the examples of every package in the workspace, sorted by name."""
    return _targets(checkout, "example")


def find_target(checkout: Checkout, kind: Literal["bin", "example"], name: str) -> Target:
    """Return the target with this name.

    Raises
    ------
    RequestError
        There is no such target. The message lists similar names and all names.
    """
    targets = _targets(checkout, kind)
    for target in targets:
        if target.name == name:
            return target
    names = sorted({target.name for target in targets})
    what = "binary" if kind == "bin" else "example"
    if not names:
        raise RequestError(f"This checkout has no {what}s, so {quoted(name)} cannot be found.", f"Drop --{kind}.")
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    more = len(names) - _MOST_NAMED
    known = ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    raise RequestError(f"This checkout has no {what} {quoted(name)}.", f"{hint}It has {known}.")


def _targets(checkout: Checkout, kind: Literal["bin", "example"]) -> list[Target]:
    names = [entry.name for entry in checkout.entries]
    found: dict[tuple[str, str], Target] = {}
    for directory in _packages(checkout, names):
        for target in _package_targets(checkout.manifest(_join(directory, "Cargo.toml")), directory, names, kind):
            found.setdefault((target.name, target.package), target)
    return sorted(found.values(), key=lambda target: (target.name, target.package))


def _packages(checkout: Checkout, names: list[str]) -> Iterator[str]:
    """Yield the directories of the workspace's packages, the root (``""``) first."""
    yield ""
    workspace = checkout.manifest().get("workspace")
    if not isinstance(workspace, dict):
        return
    members, excluded = strings(workspace.get("members")), strings(workspace.get("exclude"))
    for name in names:
        directory, _, file = name.rpartition("/")
        if file == "Cargo.toml" and directory and is_member(directory, members) and directory not in excluded:
            yield directory


def _package_targets(
    manifest: dict[str, Any], directory: str, names: list[str], kind: Literal["bin", "example"]
) -> Iterator[Target]:
    package = manifest.get("package")
    if not isinstance(package, dict) or not isinstance(package.get("name"), str):
        return
    owner: str = package["name"]
    declared = manifest.get(kind)
    for table in declared if isinstance(declared, list) else []:
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            yield Target(table["name"], owner, kind, tuple(strings(table.get("required-features"))))
    if package.get(f"auto{kind}s") is False:
        return
    prefix = f"{directory}/" if directory else ""
    files = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    if kind == "bin" and "src/main.rs" in files:
        yield Target(owner, owner, kind)
    folder = PurePosixPath("src/bin" if kind == "bin" else "examples")
    for file in sorted(files):
        path = PurePosixPath(file)
        if path.parent == folder and path.suffix == ".rs":
            yield Target(path.stem, owner, kind)
        elif path.name == "main.rs" and path.parent.parent == folder:
            yield Target(path.parent.name, owner, kind)


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
