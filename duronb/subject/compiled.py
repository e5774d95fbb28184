"""The packages that a build compiles: as cargo named them, or as far as a lock file shows them.

cargo names every package that it compiles, and runs store these names. A lock file alone contains more: packages for
other systems, and packages of optional features. Runs of earlier versions have only that, so the lock file is walked
from its roots. The walk stops at packages that this module names: ``ELSEWHERE``, ``APPLE`` and ``OPTIONAL``. What only
these require is not reached either.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from duronb.subject.cargo_lock import LockedPackage, Versions, fetched_versions, packages_of, versions_of

ELSEWHERE = re.compile(
    r"windows([-_].*)?|winapi([-_].*)?|winreg|schannel|ntapi|miow|wasi(p\d+|te)?|wit-(bindgen|component|parser).*"
    r"|wasm-.*|wasmparser|js-sys|web-(sys|time)|r-efi.*|libredox|redox_.*|hermit-abi|android[-_].*|ndk.*|fuchsia-.*"
    r"|iana-time-zone-haiku|plain"
)
"""Packages that no build for Linux or macOS compiles: they are locked for other systems."""
APPLE = re.compile(r"core-foundation.*|core-graphics.*|security-framework.*|mach2?|objc2?([-_].*)?|block2|fsevent-sys")
"""Packages that only a build for macOS compiles."""
OPTIONAL = frozenset(
    (parent, driver) for parent in ("sqlx", "sqlx-macros-core") for driver in ("sqlx-mysql", "sqlx-postgres")
)
"""Dependencies that are locked for optional features: sqlx locks the drivers of all databases. Duroxide uses SQLite."""


def named_packages(text: str) -> Versions:
    """Return the versions by package name in the list ``NAME VERSION, …`` that a run stores."""
    pairs = (each.partition(" ") for each in text.split(", "))
    return versions_of((name, version) for name, _, version in pairs if name and version)


def packages_of_build(named: str | None, lock: bytes, system: str | None = None) -> Versions:
    """Return the packages of a build: those that cargo named, otherwise those that the walk of its lock file reaches.

    Parameters
    ----------
    named
        As for ``named_packages``; ``None`` if they are not known.
    lock, system
        As for ``reached_packages``. No package is returned if ``lock`` is not a lock file.
    """
    return (reached_packages(lock, system) or {}) if named is None else named_packages(named)


def reached_packages(lock: bytes, system: str | None) -> Versions | None:
    """Return the packages of a lock file that a build for a system may compile, without the subject and its workspace.

    A lock file does not state for which systems and features a dependency is, so these are more than a build compiles.

    Parameters
    ----------
    lock
        The content of ``Cargo.lock``.
    system
        ``Linux``, ``Darwin`` or another name; ``None`` if it is unknown.

    Returns
    -------
    The versions by package name; ``None`` if the bytes are not a lock file.
    """
    packages = packages_of(lock)
    return None if packages is None else fetched_versions(_reached(packages, system))


def differing_packages(before: Versions, after: Versions) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the packages whose versions differ, by name, with the versions before and after."""
    pairs = {name: (before.get(name, ()), after.get(name, ())) for name in sorted({*before, *after})}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _reached(packages: Sequence[LockedPackage], system: str | None) -> list[LockedPackage]:
    """Return the packages that the walk reaches. Its roots are the workspace and packages that no other requires."""
    by_name: defaultdict[str, list[LockedPackage]] = defaultdict(list)
    for each in packages:
        by_name[each.name].append(each)
    required = {each: _required(each, by_name) for each in packages}
    children = {child for found in required.values() for child in found}
    roots = (each for each in packages if not each.source or each not in children)
    waiting = [each for each in roots if not _is_elsewhere(each.name, system)]
    reached = dict.fromkeys(waiting)
    while waiting:
        parent = waiting.pop()
        new = [
            child
            for child in required[parent]
            if child not in reached
            and (parent.name, child.name) not in OPTIONAL
            and not _is_elsewhere(child.name, system)
        ]
        reached.update(dict.fromkeys(new))
        waiting += new
    return list(reached)


def _required(parent: LockedPackage, by_name: Mapping[str, list[LockedPackage]]) -> list[LockedPackage]:
    """Return the packages that the dependencies of a package name; see ``LockedPackage``."""
    found = []
    for text in parent.dependencies:
        name, *more = text.split(" ")
        found += [each for each in by_name.get(name, ()) if not more or each.version == more[0]]
    return found


def _is_elsewhere(name: str, system: str | None) -> bool:
    return bool(ELSEWHERE.fullmatch(name)) or (system == "Linux" and bool(APPLE.fullmatch(name)))
