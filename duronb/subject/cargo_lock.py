"""Comparison of ``Cargo.lock`` files, without the subject."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

SUBJECT = "duroxide"

Versions = Mapping[str, tuple[str, ...]]
"""Sorted versions of each package, by package name."""


class LockedPackage(NamedTuple):
    """A package in a lock file.

    Parameters
    ----------
    name, version
        As the lock file states them.
    source
        Where it is fetched from; empty for a package of the workspace.
    dependencies
        The packages that it requires: ``NAME``, ``NAME VERSION`` or ``NAME VERSION (SOURCE)``.
    """

    name: str
    version: str
    source: str
    dependencies: tuple[str, ...]


def packages_of(lock: bytes) -> list[LockedPackage] | None:
    """Return all packages in a lock file; ``None`` if the bytes are not a lock file."""
    try:
        return [
            LockedPackage(
                str(package["name"]),
                str(package["version"]),
                str(package.get("source") or ""),
                tuple(map(str, package.get("dependencies", ()))),
            )
            for package in tomllib.loads(lock.decode("utf-8"))["package"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def locked_packages(lock: bytes) -> Versions | None:
    """Return the packages that a lock file fetches, without the subject and the packages of its workspace.

    Returns
    -------
    The versions by package name; ``None`` if the bytes are not a lock file.
    """
    packages = packages_of(lock)
    return None if packages is None else fetched_versions(packages)


def fetched_versions(packages: Iterable[LockedPackage]) -> Versions:
    """Return the versions by package name, without the subject and the packages of its workspace."""
    # A package without a source belongs to the workspace.
    return versions_of((each.name, each.version) for each in packages if each.source and each.name != SUBJECT)


def versions_of(pairs: Iterable[tuple[str, str]]) -> Versions:
    """Return the versions by package name from pairs of name and version."""
    found: dict[str, set[str]] = {}
    for name, version in pairs:
        found.setdefault(name, set()).add(version)
    return {name: tuple(sorted(versions)) for name, versions in sorted(found.items())}


def requiring(lock: bytes, name: str) -> frozenset[str]:
    """Return the names of the packages in a lock file that depend on a package; empty if it is not a lock file."""
    packages = packages_of(lock) or ()
    return frozenset(
        package.name for package in packages if any(each.split(" ")[0] == name for each in package.dependencies)
    )


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
