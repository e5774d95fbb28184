"""A flamegraph in a page, driven as a user drives it; everything that it shows is compared with plain counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from duronb.model.stage import OUTSIDE
from duronb.views.run.page import page as page_html
from tests.ui.drawn import opened
from tests.views.agreement.plain_drawing import Rectangle, rectangles
from tests.views.plain_stacks import INITIAL, Place, Sample, View
from tests.views.profiles import STAGES, Cell, make_run, stack_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ROW = 18
FREQUENCY_HZ = 999.0
FIRST, SECOND = "File SQLite 1/1", "File SQLite 2/2"
FOLDS = {
    "duroxide::get::<Alpha>": "duroxide::get",
    "duroxide::get::<Beta>": "duroxide::get",
    "duroxide::ack::{closure#1}": "duroxide::ack::{closure}",
    "duroxide::ack::{closure#2}": "duroxide::ack::{closure}",
}
_RUNTIME = "std::thread::start;tokio::runtime::run;tokio::task::poll;duroxide::run;"
_GET = "duroxide::get::<Alpha>"
_STATE = "() => [...window.duronb.views.values()][0].state()"
_SHOWS = f"""wanted => {{
    const state = ({_STATE})();
    return Object.entries(wanted).every(([key, value]) => JSON.stringify(state[key]) === JSON.stringify(value));
}}"""
_SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
_POINTED = """points => {
    const root = document.querySelector('.duronb-host').shadowRoot;
    const space = root.querySelector('.duronb-space');
    const tip = root.querySelector('.duronb-tooltip');
    const box = space.getBoundingClientRect();
    const text = all => [...tip.querySelectorAll(all)].map(each => each.textContent);
    return points.map(([x, y]) => {
        const at = { clientX: box.x + x, clientY: box.y + y, bubbles: true, composed: true };
        space.dispatchEvent(new PointerEvent('pointermove', at));
        return tip.hidden ? null : [text('.duronb-tooltip-name')[0], text('dt'), text('dd')];
    });
}"""
_TOOLTIP = """() => {
    const tip = document.querySelector('.duronb-host').shadowRoot.querySelector('.duronb-tooltip');
    const text = all => [...tip.querySelectorAll(all)].map(each => each.textContent);
    return tip.hidden ? null : [text('.duronb-tooltip-name')[0], text('dt'), text('dd')];
}"""


def cells() -> dict[Cell, int]:
    """Two stages, three threads, recursion, generics, runtime frames, equal names in different modules."""
    return {
        (FIRST, "tokio-rt", 0, stack_of(_RUNTIME + _GET + ";sqlx_core::query;sqlite3_step;k:vfs_write")): 40,
        (FIRST, "tokio-rt", 0, stack_of(_RUNTIME + "duroxide::get::<Beta>;sqlx_core::query;sqlite3_step")): 25,
        (FIRST, "tokio-rt", 1, stack_of(_RUNTIME + "core::ops::call;duroxide::run;serde_json::to_vec")): 30,
        (FIRST, "sqlx-worker", 1, stack_of("c:clone;sqlite3_step;sqlite3_balance;sqlite3_balance;k:vfs_read")): 20,
        (FIRST, "sqlx-worker", 3, stack_of("c:clone;sqlite3_step")): 10,
        (SECOND, "tokio-rt", 5, stack_of(_RUNTIME + _GET)): 35,
        (SECOND, "tokio-rt", 6, stack_of(_RUNTIME + "duroxide::ack::{closure#1};sqlx_core::query;c:memcpy")): 17,
        (SECOND, "tokio-rt", 6, stack_of(_RUNTIME + "duroxide::ack::{closure#2};sqlx_core::query")): 13,
        (SECOND, "sqlx-worker", 7, stack_of("c:clone;sqlite3_step;k:vfs_write")): 22,
        (SECOND, "sqlx-worker", 7, stack_of("c:poll;k:vfs_read")): 8,
        (SECOND, "main", 8, stack_of("poll;sqlite3_step")): 6,
        (OUTSIDE, "main", 9, stack_of("main")): 4,
    }  # fmt: skip


@cache
def _usual_page() -> str:
    return page_html(make_run(cells()))


def plain(counts: dict[Cell, int]) -> list[Sample]:
    """The same samples, with the kinds that decide what is runtime."""

    def kind(name: str) -> str:
        crate = name.split("::", maxsplit=1)[0]
        return "tokio" if crate == "tokio" else "std" if crate in ("std", "core") else "other"

    return [
        Sample(stage, thread, second, tuple((name, module, kind(name)) for name, module in stack), count)
        for (stage, thread, second, stack), count in counts.items()
    ]


def figures(text: str) -> tuple[float, int, float]:
    """Read ``12.5% · 3 samples · 30 ms CPU`` as percent, samples and milliseconds."""
    found = re.fullmatch(r"<?([\d.]+)% · ([\d,]+) samples? · ([\d.]+) (ms|s) CPU", text)
    assert found is not None, text
    return float(found[1]), int(found[2].replace(",", "")), float(found[3]) * (1000 if found[4] == "s" else 1)


def expected_figures(samples: int, whole: int) -> Any:
    milliseconds = 1000 * samples / FREQUENCY_HZ
    rounding = 0.51 if milliseconds < 1000 else 5.1
    return (
        pytest.approx(100 * samples / whole if whole else 0, abs=0.0501),
        samples,
        pytest.approx(milliseconds, abs=rounding),
    )


@dataclass
class Driven:
    """A page with one flamegraph, and what it is expected to show."""

    page: Page
    errors: list[str]
    counts: dict[Cell, int]
    expected: dict[str, Any] = field(default_factory=lambda: dict(INITIAL))

    @classmethod
    @contextmanager
    def opened(
        cls, browser: Browser, path: Path, counts: dict[Cell, int] | None = None, **options: Any
    ) -> Iterator[Driven]:
        html = _usual_page() if counts is None else page_html(make_run(counts))
        counts = cells() if counts is None else counts
        page, errors = opened(browser, path, html, **options)
        page.set_default_timeout(8000)
        driven = cls(page, errors, counts)
        driven.locator("canvas.duronb-canvas").wait_for()
        driven.settle()
        yield driven
        page.context.close()

    def locator(self, selector: str, **options: Any) -> Locator:
        return self.page.locator(f".duronb-view {selector}", **options)

    def button(self, name: str) -> Locator:
        return self.locator(".duronb-bar").get_by_role("button", name=name, exact=True)

    def settle(self) -> None:
        self.page.evaluate(_SETTLED)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.page.evaluate(_STATE)
        return {name: state[name] for name in INITIAL}

    def view(self) -> View:
        stages = [*STAGES, OUTSIDE]
        return View(plain(self.counts), self.expected, stages, FOLDS)

    def expect(self, **change: Any) -> View:
        """Wait until the state is the one before with a change; give what is to be seen then."""
        self.expected |= change
        if "selected" not in change:
            self.expected["selected"] = self.expected["zoom"]
        self.page.wait_for_function(_SHOWS, arg=self.expected)
        self.settle()
        return self.view()

    def check(self, **change: Any) -> None:
        """Compare headline, matches, and the tooltip at every rectangle with the plain counts."""
        view = self.expect(**change)
        assert self.errors == []
        _, whole, _ = figures("100% · " + (self.locator(".duronb-facts").text_content() or ""))
        assert whole == view.whole
        matched = self.locator(".duronb-matched").text_content() or ""
        if view.state["search"]:
            samples, _ = view.matched()
            found = re.fullmatch(r"([\d.]+)%(?: of view)? matched · ([\d,]+)", matched)
            assert found is not None, matched
            assert int(found[2].replace(",", "")) == samples
            assert float(found[1]) == pytest.approx(100 * samples / view.scope if view.scope else 0, abs=0.0501)
        else:
            assert matched == ""
        self.check_rectangles(view)

    def check_rectangles(self, view: View) -> None:
        drawn = {
            place: rectangle
            for place, rectangle in self.rectangles(view).items()
            if rectangle.width >= 3 and place != ("callers", ())
        }
        points = [[x + (width - 1) / 2, row + ROW / 2] for row, x, width in drawn.values()]
        assert points
        for place, tooltip in zip(drawn, self.page.evaluate(_POINTED, points), strict=True):
            self.check_tooltip(view, place, tooltip)

    def check_tooltip(self, view: View, place: Place, tooltip: Any) -> None:
        part, path = place
        totals = view.parts[part].totals
        assert tooltip is not None, place
        name, keys, values = tooltip
        assert name == (path[-1][0] if path else "all" if part == "tree" else view.state["function"])
        rows = dict(zip(keys, values, strict=True))
        assert figures(rows["Total"]) == expected_figures(totals[path], view.whole)
        own = view.parts[part].own[path]
        if view.state["view"] == "inverted" or part == "callers":
            assert "Self" not in rows
            assert figures(rows["Outermost"])[1] == own if own else "Outermost" not in rows
        else:
            assert figures(rows["Self"]) == expected_figures(own, view.whole)
        zoomed_part, zoomed = view.zoom
        if zoomed and zoomed_part == part and path[: len(zoomed)] == zoomed:
            assert float(rows["Of view"].rstrip("%")) == pytest.approx(100 * totals[path] / view.scope, abs=0.0501)

    def rectangles(self, view: View) -> dict[Place, Rectangle]:
        """Rectangles in pixels of the canvas, their row counted in pixels from its top."""
        box = self.locator(".duronb-space").bounding_box()
        assert box is not None
        drawn = rectangles(view, box["width"])
        callers = max((row for (part, _), (row, _, _) in drawn.items() if part == "callers"), default=0)
        placed = {}
        for place, (row, x, width) in drawn.items():
            if place[0] == "tree":
                y = ROW * row if view.state["icicle"] else box["height"] - ROW * (row + 1)
            else:
                y = ROW * (callers + (row if place[0] == "callees" else -row))
            placed[place] = Rectangle(int(y), x, width)
        return placed

    def point(self, place: Place | str) -> tuple[float, float]:
        """The middle of a frame in the window; of the widest with a name."""
        rectangles = self.rectangles(self.view())
        if isinstance(place, str):
            named = [other for other in rectangles if (other[1][-1][0] if other[1] else "all") == place]
            place = max(named, key=lambda other: rectangles[other].width)
        y, x, width = rectangles[place]
        left, top = self.locator(".duronb-graph").evaluate(
            """(graph, y) => {
                if (y < graph.scrollTop || y + 18 > graph.scrollTop + graph.clientHeight) {
                    graph.scrollTop = y;
                }
                const box = graph.querySelector('.duronb-space').getBoundingClientRect();
                return [box.x, box.y];
            }""",
            y,
        )
        return left + x + (width - 1) / 2, top + y + ROW / 2

    def tooltip(self) -> Any:
        return self.page.evaluate(_TOOLTIP)

    def click(self, place: Place | str, **options: Any) -> None:
        self.page.mouse.click(*self.point(place), **options)

    def press(self, *keys: str) -> None:
        """Press keys while the graph has the focus."""
        self.locator(".duronb-graph").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def away(self) -> None:
        """Take the pointer off the graph: keys then are about the selected frame."""
        self.page.mouse.move(1, 1)
