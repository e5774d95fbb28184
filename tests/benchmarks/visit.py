"""One visit of one viewer: load, memory, zooms, searches, hovers; each step within a time limit."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.browser import Tab, opened
from tests.benchmarks.spots import Spot
from tests.benchmarks.tools import Tool

STEP_SECONDS = 120.0
VISIT_STEPS = 3
"""A whole visit may take as long as this many steps at their limit."""
MARKS = ("duronb-decode", "duronb-layout", "duronb-draw")
DID_NOT_FINISH = "did not finish"

_LOST = ("closed", "crash")
_REST = "() => window.__bench.rest()"
_MEASURES = """names => {
    const found = {};
    for (const name of names) {
        found[name] = performance.getEntriesByName(name, 'measure').map(entry => entry.duration);
    }
    performance.clearMeasures();
    return found;
}"""


class MissedError(Exception):
    """An input had no effect, so its time means nothing."""


@dataclass(slots=True)
class Visit:
    """What one visit measured.

    Parameters
    ----------
    figures
        Milliseconds or megabytes by name; several values where a step was repeated.
    failure
        Why it ended early; empty for a whole visit.
    """

    figures: dict[str, list[float]] = field(default_factory=dict)
    failure: str = ""

    def add(self, name: str, *values: float | None) -> None:
        """Note values; ``None`` is not one."""
        self.figures.setdefault(name, []).extend(value for value in values if value is not None)


async def visit(
    tool: Tool, address: str, spots: Sequence[Spot], patterns: Sequence[str], *, seconds: float = STEP_SECONDS
) -> Visit:
    """Open a page in a browser of its own and use it.

    A browser that is lost is started once more.

    Parameters
    ----------
    tool
        What the page is.
    address
        Of the page.
    spots
        Frames to zoom into and to point at; the first zoom is reported on its own.
    patterns
        To search for.
    seconds
        Limit of every step.
    """
    from playwright.async_api import Error

    for attempt in (1, 2):
        result = Visit()
        try:
            async with opened() as tab:
                try:
                    steps = fresh_steps(tab, tool, result, seconds)
                    await asyncio.wait_for(_all_steps(steps, address, spots, patterns), VISIT_STEPS * seconds)
                except TimeoutError:
                    result.failure = DID_NOT_FINISH
                except MissedError as error:
                    result.failure = str(error)
            break
        except Error as error:
            lost = any(word in error.message for word in _LOST)
            result.failure = f"{'browser lost' if lost else 'failed'}: {error.message.splitlines()[0][:80]}"
            if not lost or attempt == 2:
                break
    return result


def fresh_steps(tab: Tab, tool: Tool, result: Visit, seconds: float) -> Steps:
    """Return steps whose inputs come at the same seeded moments in every visit."""
    return Steps(tab, tool, result, seconds, random.Random(4))


async def _all_steps(steps: Steps, address: str, spots: Sequence[Spot], patterns: Sequence[str]) -> None:
    await steps.load(address)
    await steps.memory()
    for number, spot in enumerate(spots):
        await steps.zoom(spot, "first zoom" if number == 0 else "zoom")
    for pattern in patterns:
        await steps.search(pattern)
    for spot in spots:
        await steps.hover(spot)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a visit; each adds its figures and none takes longer than the limit."""

    tab: Tab
    tool: Tool
    result: Visit
    seconds: float
    phase: random.Random

    async def load(self, address: str) -> None:
        await self._within(self._load(address))

    async def memory(self) -> None:
        for name, megabytes in (await self._within(self.tab.heap())).items():
            self.result.add(name, megabytes)
        self.result.add("process", await self._within(self.tab.resident()))

    async def zoom(self, spot: Spot, name: str) -> None:
        await self._within(self._zoom(spot, name))
        await self._within(self._evaluate(self.tool.reset, call=True))

    async def search(self, pattern: str) -> None:
        await self._within(self._search(pattern))
        await self._within(self._evaluate(self.tool.clear, call=True))

    async def hover(self, spot: Spot) -> None:
        await self._within(self._hover(spot))

    async def _load(self, address: str) -> None:
        page = self.tab.page
        await page.goto(address, wait_until="commit", timeout=0)
        done = await page.evaluate(f"() => window.__bench.waitFor(() => {self.tool.ready})")
        self.result.add("load", done["ms"])
        await self._marks("load")

    async def _zoom(self, spot: Spot, name: str) -> None:
        page = self.tab.page
        x, y = await page.evaluate(f"([x, depth]) => ({self.tool.point})(x, depth)", [spot.x, spot.depth])
        await page.mouse.move(x, y)
        await page.evaluate(_REST)
        before = await self.tab.metrics()
        await self._arm(self.tool.gesture)
        await (page.mouse.click(x, y) if self.tool.gesture == "click" else page.mouse.dblclick(x, y))
        done = await self._result()
        after = await self.tab.metrics()
        zoomed = await page.evaluate(f"() => {self.tool.zoomed}")
        if zoomed is False or (zoomed is None and done["drawn"] == 0):
            raise MissedError(f"a click on depth {spot.depth} zoomed into nothing")
        self.result.add(name, done["ms"])
        self.result.add(f"{name} work", (after["TaskDuration"] - before["TaskDuration"]) * 1000)
        await self._marks("zoom")

    async def _search(self, pattern: str) -> None:
        page = self.tab.page
        if self.tool.search is not None:
            done = await page.evaluate(f"pattern => window.__bench.call(() => ({self.tool.search})(pattern))", pattern)
        else:
            if self.tool.box_key:
                await page.keyboard.press(self.tool.box_key)
                await page.evaluate(_REST)
            await page.evaluate(str(self.tool.box))
            await page.evaluate(_REST)
            await self._arm("input")
            await page.keyboard.insert_text(pattern)
            done = await self._result()
        self.result.add("search", done["ms"])

    async def _hover(self, spot: Spot) -> None:
        page = self.tab.page
        x, y = await page.evaluate(f"([x, depth]) => ({self.tool.point})(x, depth)", [spot.x, spot.depth])
        await page.evaluate(_REST)
        await self._arm("mousemove")
        await page.mouse.move(x, y)
        self.result.add("hover", (await self._result())["ms"])

    async def _marks(self, step: str) -> None:
        found = await self.tab.page.evaluate(_MEASURES, list(MARKS))
        for name, durations in found.items():
            if durations:
                self.result.add(f"{step} {name.removeprefix('duronb-')}", *durations)

    async def _evaluate(self, action: str, *, call: bool) -> None:
        await self.tab.page.evaluate(f"() => window.__bench.call({action})" if call else action)

    async def _arm(self, event: str) -> None:
        await asyncio.sleep(self.phase.uniform(0, 1 / 60))  # an input arrives at any moment between two frames
        await self.tab.page.evaluate("event => { window.__bench.arm(event); }", event)

    async def _result(self) -> Any:
        return await self.tab.page.evaluate("() => window.__bench.result")

    async def _within(self, step: Any) -> Any:
        return await asyncio.wait_for(step, self.seconds)
