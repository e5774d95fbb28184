"""The cache of sources and builds in every engine: keys of builds, the choice of a build, and what is removed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from duronb.engine.cargo.settings import BuildSettings
from duronb.subject.cargo_lock import follows, lock_hash
from duronb.subject.source import BuildPlan

KEPT_SOURCES = 8
"""Number of unpacked sources that an engine keeps."""
PARTIAL = "partial-"
"""Prefix of the names of directories that are not complete yet."""
_PARTIAL_SECONDS = 3600.0
"""Age after which an incomplete directory is removed, since a killed process left it behind."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A source or a build in the cache.

    Parameters
    ----------
    name
        Name of its directory.
    used
        Time of its last use, in seconds: the modification time of the directory.
    """

    name: str
    used: float


def build_key(plan: BuildPlan, settings: BuildSettings, variables: Mapping[str, str], image: str | None = None) -> str:
    """Return a name for a build: 32 hexadecimal digits, equal for builds with equal results.

    Parameters
    ----------
    plan
        What to build.
    settings
        What decides the build besides its source.
    variables
        The environment variables that are set for cargo.
    image
        Id of the image in which it is built; ``None`` for this machine.
    """
    facts: dict[str, object] = {
        "source": plan.source.source_hash,
        "arguments": plan.cargo_arguments,
        "binary": [plan.kind, plan.binary],
        "workspace": plan.workspace,
        "variables": dict(variables),
        "rustc": settings.compiler,
        "settings": dict(settings.stated),
    }
    if image is not None:
        facts["image"] = image
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def choose_build(key: str, seed: bytes | None, built: Iterable[str], lock_of: Callable[[str], bytes | None]) -> str:
    """Return the name of the build to use. If no such build exists, it is the name of the build to make.

    Builds with one key but from different locked versions have different names.

    Parameters
    ----------
    key
        From ``build_key``.
    seed
        The ``Cargo.lock`` that the build starts from; ``None`` if all versions are accepted.
    built
        Names of the builds that contain the binary.
    lock_of
        Returns the ``Cargo.lock`` of one of these builds; ``None`` if it cannot be read.
    """
    if seed is None:
        return key
    seeded = f"{key}-{lock_hash(seed)[:16]}"
    names = sorted(name for name in built if (name == key or name.startswith(f"{key}-")) and not _is_partial(name))
    if seeded in names:
        return seeded
    for name in names:
        lock = lock_of(name)
        if lock is not None and follows(lock, seed):
            return name
    return seeded


def surplus(found: Iterable[Kept], kept: int, now: float) -> list[str]:
    """Return the names to remove: all except the last used, and directories that were never completed.

    Parameters
    ----------
    found
        Everything in one directory.
    kept
        Number of directories to keep.
    now
        The current time in seconds, by the clock of ``Kept.used``.
    """
    found = list(found)
    complete = sorted((one for one in found if not _is_partial(one.name)), key=lambda one: (one.used, one.name))
    dead = [one for one in found if _is_partial(one.name) and one.used < now - _PARTIAL_SECONDS]
    return [one.name for one in (*complete[: max(0, len(complete) - kept)], *dead)]


def _is_partial(name: str) -> bool:
    # Earlier versions used the suffix, and their builds may still exist.
    return name.startswith(PARTIAL) or name.endswith(".partial")
