"""Comparison of ``Cargo.lock`` files, without the subject."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping

SUBJECT = "duroxide"

_ELSEWHERE = re.compile(
    r"windows([-_].*)?|winapi([-_].*)?|winreg|schannel|ntapi|miow|vcpkg|wasi(p\d+|te)?|wit-(bindgen|component|parser).*"
    r"|wasm-.*|wasmparser|js-sys|web-(sys|time)|r-efi.*|libredox|redox_.*|hermit-abi|android[-_].*|ndk.*|fuchsia-.*"
    r"|iana-time-zone-haiku|plain"
)
"""Packages that no build for Linux or macOS compiles: they are locked for other systems."""
_APPLE = re.compile(r"core-foundation.*|core-graphics.*|security-framework.*|mach2?|objc2?([-_].*)?|block2|fsevent-sys")
"""Packages that only a build for macOS compiles."""

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


def requiring(lock: bytes, name: str) -> frozenset[str]:
    """Return the names of the packages in a lock file that depend on a package; empty if it is not a lock file."""
    try:
        packages = tomllib.loads(lock.decode("utf-8"))["package"]
        return frozenset(
            str(package["name"])
            for package in packages
            if any(str(each).split(" ")[0] == name for each in package.get("dependencies", ()))
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return frozenset()


def is_compiled(name: str, system: str | None) -> bool:
    """Return whether a build for a system may compile a package. Names that are not known to belong elsewhere count.

    Parameters
    ----------
    name
        Name of the package.
    system
        ``Linux``, ``Darwin`` or another name; ``None`` if it is unknown.
    """
    if _ELSEWHERE.fullmatch(name):
        return False
    return system != "Linux" or not _APPLE.fullmatch(name)


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
