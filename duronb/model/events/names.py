"""Names of perf events: which printed names are one event."""

from __future__ import annotations

import re
from functools import lru_cache

_PMU = re.compile(r"(?:cpu(?:_\w+)?|armv\d\w*|apple_\w+|riscv\w*)/([^/=,]+)(?:,[^/]*)?/[a-zA-Z]*$")
_OTHER_PMU = re.compile(r"([^/\s]+/[^/]*/)[a-zA-Z]+$")
_MODIFIERS = re.compile(r"(?<=.):(?:[ukhIGHSDWebRX]|p{1,3}|P)+$")


def base_event(name: str) -> str:
    """Return the name of an event without the PMU of a kind of core and without modifiers.

    On processors with two kinds of cores perf splits one event: ``cpu_core/cycles/P`` and ``cpu_atom/cycles/P`` are
    both ``cycles``, as are ``cycles:u`` and ``cycles:P``. Other PMUs are part of the name: ``power/energy-pkg/``.
    """
    of_core = _PMU.match(name)
    if of_core is not None:
        return of_core[1]
    other = _OTHER_PMU.match(name)
    return other[1] if other is not None else _MODIFIERS.sub("", name)


@lru_cache(maxsize=256)
def event_condition(name: str) -> str:
    """Return what two runs must have in common to count the same: the event, and whether it is restricted to user code.

    How precisely an instruction is attributed (``:P``, ``:ppp``) and the kinds of cores do not matter.
    """
    base = base_event(name)
    modifiers = re.search(r"[/:]([a-zA-Z]*)$", name) if name != base else None
    levels = set(modifiers[1]) & set("ukh") if modifiers is not None else set()
    return base if not levels else f"{base}:{''.join(level for level in 'ukh' if level in levels)}"
