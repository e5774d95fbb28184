"""What is kept of sources and builds, in every engine: the key of a build, the choice of its place, and what goes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from duronb.subject.cargo_lock import follows, lock_hash
from duronb.subject.source import BuildPlan

KEPT_SOURCES = 8
"""How many unpacked sources an engine keeps."""
PARTIAL = "partial-"
"""Names begin with it until what they name is complete."""
_PARTIAL_SECONDS = 3600.0
"""Older than this, an incomplete directory belongs to a process that was killed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A source or a build in its directory.

    Parameters
    ----------
    name
        Of its own directory.
    used
        When it was last used: modification time of the directory, in seconds.
    """

    name: str
    used: float


def build_key(plan: BuildPlan, compiler: str, variables: Mapping[str, str], image: str | None = None) -> str:
    """Return a name for a build, equal where the result would be: 32 hexadecimal digits.

    Parameters
    ----------
    plan
        What is built.
    compiler
        What ``rustc -vV`` prints.
    variables
        The variables under which cargo builds.
    image
        Id of the image that it is built in; ``None`` for this machine.
    """
    facts: dict[str, object] = {
        "source": plan.source.source_hash,
        "arguments": plan.cargo_arguments,
        "binary": plan.binary,
        "workspace": plan.workspace,
        "variables": dict(variables),
        "rustc": compiler,
    }
    if image is not None:
        facts["image"] = image
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def choose_build(key: str, seed: bytes | None, built: Iterable[str], lock_of: Callable[[str], bytes | None]) -> str:
    """Return the name of the build to use, or to make where none of that name is built.

    Builds with one key but from different locked versions have different names.

    Parameters
    ----------
    key
        From ``build_key``.
    seed
        The ``Cargo.lock`` that the build starts from; ``None`` where any versions will do.
    built
        Names of the builds that have the binary.
    lock_of
        Returns the ``Cargo.lock`` of one of them; ``None`` where it cannot be read.
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
    """Return the names of what is to be removed: all but the last used, and what was never completed.

    Parameters
    ----------
    found
        Everything in one directory.
    kept
        How many stay.
    now
        The time in seconds, by the clock that wrote ``Kept.used``.
    """
    found = list(found)
    complete = sorted((one for one in found if not _is_partial(one.name)), key=lambda one: (one.used, one.name))
    dead = [one for one in found if _is_partial(one.name) and one.used < now - _PARTIAL_SECONDS]
    return [one.name for one in (*complete[: max(0, len(complete) - kept)], *dead)]


def _is_partial(name: str) -> bool:
    # The ending was used by earlier versions, whose builds may still be there.
    return name.startswith(PARTIAL) or name.endswith(".partial")
