"""Comparison of ``Cargo.lock`` files, without the subject."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping

SUBJECT = "duroxide"

Versions = Mapping[str, tuple[str, ...]]
"""Sorted versions of each package, by package name."""


def locked_packages(lock: bytes) -> Versions | None:
    """Return the packages that a lock file fetches, without the subject and the packages of its workspace.

    Returns
    -------
    The versions by package name; ``None`` if the bytes are not a lock file.
    """
    try:
        packages = tomllib.loads(lock.decode("utf-8"))["package"]
        found: dict[str, set[str]] = {}
        for package in packages:
            # A package without a source belongs to the workspace.
            if package.get("source") and package["name"] != SUBJECT:
                found.setdefault(str(package["name"]), set()).add(str(package["version"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return {name: tuple(sorted(versions)) for name, versions in sorted(found.items())}


def differing_packages(before: bytes, after: bytes) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the packages whose versions differ, by name, with the versions in each of the two files.

    The subject and the packages of its workspace are left out.
    """
    first, second = locked_packages(before) or {}, locked_packages(after) or {}
    pairs = {name: (first.get(name, ()), second.get(name, ())) for name in sorted({*first, *second})}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def follows(lock: bytes, seed: bytes) -> bool:
    """Return whether ``lock`` can result from ``seed``: all versions that it fetches are locked in ``seed``."""
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
    """Return the SHA-256 (hex) of the packages of ``locked_packages``; ``None`` if the bytes are not a lock file."""
    packages = locked_packages(lock)
    return None if packages is None else hashlib.sha256(repr(sorted(packages.items())).encode()).hexdigest()
