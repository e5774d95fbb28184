"""Where the time of a step in the browser goes: asked for only when a target was missed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.benchmarks.browser import Tab, opened
from tests.benchmarks.spots import PATTERNS, Spot
from tests.benchmarks.tools import DURONB
from tests.benchmarks.visit import Steps, Visit, fresh_steps

_INTERVAL_US = 200
_LINES = 14
_COUNTERS = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


async def browser_profiles(address: str, spots: Sequence[Spot], seconds: float) -> dict[str, str]:
    """Load duronb's page once more under Chromium's sampling profiler.

    Returns
    -------
    For ``load``, ``zoom`` and ``search``, a Markdown table of the functions with the most self time.
    """
    async with opened() as tab:
        steps = fresh_steps(tab, DURONB, Visit(), seconds)
        await tab.own.send("Profiler.enable")
        await tab.own.send("Profiler.setSamplingInterval", {"interval": _INTERVAL_US})
        return {
            "load": await _profiled(tab, steps.load(address)),
            "zoom": await _profiled(tab, _zooms(steps, spots)),
            "search": await _profiled(tab, _searches(steps)),
        }


async def _zooms(steps: Steps, spots: Sequence[Spot]) -> None:
    for spot in spots:
        await steps.zoom(spot, "zoom")


async def _searches(steps: Steps) -> None:
    for pattern in PATTERNS:
        await steps.search(pattern)


async def _profiled(tab: Tab, step: Any) -> str:
    before = await tab.metrics()
    await tab.own.send("Profiler.start")
    try:
        await step
    except (TimeoutError, asyncio.CancelledError):
        return "It did not finish."
    finally:
        answer = await tab.own.send("Profiler.stop")
    after = await tab.metrics()
    # A navigation starts the counters anew.
    spent = {name: after[name] - (before[name] if after[name] >= before[name] else 0) for name in _COUNTERS}
    return profile_table(answer["profile"], spent)


def profile_table(profile: Mapping[str, Any], spent: Mapping[str, float]) -> str:
    """Write a profile of Chromium as a table of self times.

    Parameters
    ----------
    profile
        As ``Profiler.stop`` returns it: ``nodes``, ``samples`` and ``timeDeltas`` in microseconds.
    spent
        Seconds by counter.
    """
    names = {node["id"]: _name(node["callFrame"]) for node in profile["nodes"]}
    own: Counter[str] = Counter()
    for node, delta in zip(profile.get("samples", []), profile.get("timeDeltas", []), strict=True):
        own[names[node]] += max(0, delta)
    del own["(idle)"]
    total = sum(own.values()) or 1
    lines = ["| self ms | share | function |", "| ---: | ---: | --- |"]
    lines += [f"| {us / 1000:.1f} | {us / total:.0%} | `{name}` |" for name, us in own.most_common(_LINES)]
    counted = ", ".join(f"{name.removesuffix('Duration')} {seconds * 1000:.0f} ms" for name, seconds in spent.items())
    return "\n".join([*lines, "", f"Main thread: {counted}."])


def _name(frame: Mapping[str, Any]) -> str:
    name = str(frame["functionName"]) or "(anonymous)"
    line = int(frame.get("lineNumber", -1))
    return (name if line < 0 else f"{name}:{line + 1}").replace("|", "/").replace("`", "'")
