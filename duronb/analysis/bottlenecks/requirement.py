"""What a fix needs of a locked package, compared with the ``Cargo.lock`` of the run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from duronb.analysis.bottlenecks.bucket import Fix
from duronb.subject.cargo_lock import locked_packages, requiring

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def fixes_for(fixes: Iterable[Fix], lock: bytes) -> tuple[Fix, ...]:
    """Return fixes whose advice says whether the run has the version of a package that they need.

    Parameters
    ----------
    fixes
        Suggestions of a bucket.
    lock
        The ``Cargo.lock`` of the run; empty bytes if it is unknown, and then the fixes are returned unchanged.
    """
    locked = locked_packages(lock) if lock else None
    return tuple(
        fix if fix.needs is None or locked is None else _compared(fix, *fix.needs, locked.get(fix.needs[0], ()), lock)
        for fix in fixes
    )


def _compared(fix: Fix, package: str, needed: str, versions: tuple[str, ...], lock: bytes) -> Fix:
    if not versions:
        return fix
    newest = max(versions, key=_ordered)
    if _ordered(newest) >= _ordered(needed):
        return replace(fix, advice=f"{fix.advice} This run has {package} {newest}, which is new enough.")
    text = f"{fix.advice} This run has {package} {newest}"
    held = (locked_packages(lock) or {}).get(fix.together, ())
    if held:
        # A native library can be linked only once, so a direct requirement of the subject limits the package's version.
        family = package.split("-", maxsplit=1)[0]
        direct = any(not name.startswith(family) for name in requiring(lock, fix.together))
        verb = "held by" if direct else "with"
        return replace(fix, advice=f"{text}, {verb} {fix.together} {held[-1]}: raise both.")
    return replace(fix, advice=f"{text}: raise it.")


def _ordered(version: str) -> tuple[int, ...]:
    match = _NUMBERS.match(version)
    return tuple(map(int, match[0].split("."))) if match else ()
