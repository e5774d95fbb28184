"""Workspaces of cargo on disk: the root that a package belongs to, and the members that a root lists."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any


def workspace_root(package: Path) -> Path:
    """Return the root of the workspace whose manifest lists a package; the package itself if no workspace lists it."""
    if "workspace" in read_manifest(package / "Cargo.toml"):
        return package
    for directory in package.parents:
        workspace = read_manifest(directory / "Cargo.toml").get("workspace")
        if isinstance(workspace, dict):
            name = package.relative_to(directory).as_posix()
            listed = is_member(name, strings(workspace.get("members")))
            return directory if listed and name not in strings(workspace.get("exclude")) else package
    return package


def member_named(root: Path, name: str) -> str | None:
    """Return the directory of the package with a name, relative to the root of its workspace; ``None`` without one."""
    workspace = read_manifest(root / "Cargo.toml").get("workspace")
    members = strings(workspace.get("members")) if isinstance(workspace, dict) else []
    for directory in _directories(root, members):
        package = read_manifest(directory / "Cargo.toml").get("package")
        if isinstance(package, dict) and package.get("name") == name:
            return directory.relative_to(root).as_posix()
    return None


def is_member(directory: str, members: list[str]) -> bool:
    """Return whether a directory fits one of the patterns of ``workspace.members``."""
    parts = directory.split("/")
    for member in members:
        pattern = [part for part in member.split("/") if part not in ("", ".")]
        if len(pattern) == len(parts) and all(map(fnmatchcase, parts, pattern)):
            return True
    return False


def read_manifest(file: Path) -> dict[str, Any]:
    """Return the content of a manifest on disk; empty if it is missing or invalid."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8", errors="replace"))
    except (OSError, tomllib.TOMLDecodeError, RecursionError):
        return {}


def strings(value: object) -> list[str]:
    """Return the strings in a list of a manifest; empty if the value is not a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _directories(root: Path, members: list[str]) -> Iterator[Path]:
    for member in members:
        pattern = [part for part in member.split("/") if part not in ("", ".")]
        if pattern and not member.startswith("/") and ".." not in pattern and "**" not in member:
            yield from sorted(root.glob("/".join(pattern)))
