"""What two ``Cargo.lock`` files have in common, beside the subject that is meant to differ."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping

SUBJECT = "duroxide"

Versions = Mapping[str, tuple[str, ...]]
"""The versions of each package by its name, sorted."""


def locked_packages(lock: bytes) -> Versions | None:
    """Return the packages that a lock file fetches, without the subject itself and the packages of its workspace.

    Returns
    -------
    ``None`` where the bytes are no lock file.
    """
    try:
        packages = tomllib.loads(lock.decode("utf-8"))["package"]
        found: dict[str, set[str]] = {}
        for package in packages:
            # What has no source lies in the workspace.
            if package.get("source") and package["name"] != SUBJECT:
                found.setdefault(str(package["name"]), set()).add(str(package["version"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return {name: tuple(sorted(versions)) for name, versions in sorted(found.items())}


def differing_packages(before: bytes, after: bytes) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the packages whose versions differ, by name: those of the one file, and those of the other.

    The subject is left out, and so are the packages of its workspace.
    """
    first, second = locked_packages(before) or {}, locked_packages(after) or {}
    pairs = {name: (first.get(name, ()), second.get(name, ())) for name in sorted({*first, *second})}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def follows(lock: bytes, seed: bytes) -> bool:
    """Tell whether cargo would make ``lock`` from ``seed``: it takes from there every version that it fetches."""
    if lock == seed:
        return True
    ours, theirs = locked_packages(lock), locked_packages(seed)
    if ours is None or theirs is None:
        return False
    return all(set(versions) <= set(theirs.get(name, ())) for name, versions in ours.items())


def lock_hash(lock: bytes) -> str:
    """Return the SHA-256 (hex) of a lock file."""
    return hashlib.sha256(lock).hexdigest()


def dependencies_hash(lock: bytes) -> str | None:
    """Return a SHA-256 (hex) over the packages that are not the subject's own; ``None`` where it is no lock file."""
    packages = locked_packages(lock)
    return None if packages is None else hashlib.sha256(repr(sorted(packages.items())).encode()).hexdigest()
