"""Each view and each option in a real browser, by its control and by its key, against plain counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from duronb.model.stage import OUTSIDE
from tests.ui.driving import FIRST, SECOND, Driven

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui


@pytest.fixture
def graph(browser: Browser, tmp_path: Path) -> Iterator[Driven]:
    with Driven.opened(browser, tmp_path / "a.html") as driven:
        yield driven


def test_the_call_tree_is_drawn_root_at_the_bottom_and_flips(graph: Driven) -> None:
    graph.check()
    graph.button("Flip").click()
    graph.check(icicle=True)
    graph.press("i")
    graph.check(icicle=False)


def test_what_runs_is_shown_with_its_callers(graph: Driven) -> None:
    graph.button("Inverted").click()
    graph.check(view="inverted")
    graph.click("vfs_write")
    graph.check(zoom=["vfs_write"])
    graph.press("1")
    graph.check(view="flame", zoom=[])
    graph.press("2", "i")
    graph.check(view="inverted", icicle=True)
    graph.button("Flame").click()
    graph.check(view="flame")


def test_a_function_is_shown_between_its_callers_and_callees(graph: Driven) -> None:
    graph.page.mouse.move(*graph.point("sqlite3_step"))
    graph.press("3")
    graph.check(view="sandwich", function="sqlite3_step")
    callers = [place for place in graph.rectangles(graph.view()) if place[0] == "callers" and len(place[1]) == 2]
    graph.click(callers[0])
    graph.check(zoom=["\u2191", *(name for name, _, _ in callers[0][1])])
    graph.away()
    graph.press("Escape")
    graph.check(zoom=[])
    graph.click("vfs_write")
    graph.check(zoom=["vfs_write"])
    graph.press("1")
    graph.check(view="flame", zoom=[])
    # With nothing pointed at, the button shows the last one again.
    graph.away()
    graph.button("Sandwich").click()
    graph.check(view="sandwich")


def test_a_double_click_opens_the_sandwich_of_a_recursive_function(graph: Driven) -> None:
    graph.page.mouse.dblclick(*graph.point("duroxide::run"))
    graph.check(view="sandwich", function="duroxide::run", zoom=[])


def test_seconds_stand_in_their_order_below_their_stages(graph: Driven) -> None:
    graph.button("Time").click()
    graph.check(view="time")
    graph.locator(".duronb-search").first.fill("sqlite")
    # Names of stages are no functions, whatever they are called.
    graph.check(search="sqlite")
    graph.click(FIRST)
    graph.check(zoom=[FIRST])
    graph.click("+1 s")
    graph.check(zoom=[FIRST, "+1 s"])
    graph.press("1", "4")
    graph.check(zoom=[])


def test_stages_and_threads_are_selected(graph: Driven) -> None:
    graph.locator("select.duronb-stage").select_option(label=SECOND)
    graph.check(stage=SECOND)
    graph.locator("select.duronb-thread").select_option(label="sqlx-worker")
    graph.check(thread="sqlx-worker")
    graph.locator("select.duronb-stage").select_option(label="All stages")
    graph.check(stage=None)
    graph.locator("select.duronb-thread").select_option(label="All threads")
    graph.check(thread=None)
    shown = [label for label in graph.locator("select.duronb-stage").inner_text().split("\n") if label.strip()]
    for stage in [name.strip() for name in shown[1:]]:
        graph.press("s")
        assert graph.expect(stage=stage).whole == sum(n for (s, *_), n in graph.counts.items() if s == stage)
    assert shown[-1].strip() == OUTSIDE
    graph.press("s")
    graph.check(stage=None)


def test_seconds_are_picked_with_the_mouse_and_typed(graph: Driven) -> None:
    def second(at: float) -> tuple[float, float]:
        strip = graph.locator(".duronb-strip").bounding_box()
        assert strip is not None
        return strip["x"] + strip["width"] * at / 10, strip["y"] + strip["height"] / 2

    graph.page.mouse.move(*second(1.5))
    title = graph.locator(".duronb-strip").get_attribute("title") or ""
    assert "Second 1: 50 samples" in title
    graph.page.mouse.down()
    graph.page.mouse.move(*second(4))
    graph.page.mouse.move(*second(5.5))
    graph.page.mouse.up()
    graph.check(seconds=[1, 6])
    brush = graph.locator(".duronb-brush").bounding_box()
    assert brush is not None
    assert (brush["x"], brush["x"] + brush["width"]) == pytest.approx((second(1)[0], second(6)[0]), abs=2)
    assert graph.locator(".duronb-second").evaluate_all("all => all.map(e => e.value)") == ["1", "6"]
    up_to = graph.page.get_by_label("Up to second")
    up_to.fill("4")
    up_to.press("Tab")
    graph.check(seconds=[1, 4])
    first = graph.page.get_by_label("From second")
    first.fill("3")
    first.press("Enter")
    graph.check(seconds=[3, 4])
    graph.locator(".duronb-stage").select_option(label=SECOND)
    graph.expect(stage=SECOND)
    assert graph.view().whole == 0
    assert graph.errors == []
    graph.locator(".duronb-stage").select_option(label="All stages")
    graph.locator(".duronb-timeline").get_by_role("button", name="all").click()
    graph.check(seconds=None, stage=None)
    # Backwards, and undone by a double click.
    graph.page.mouse.move(*second(7.5))
    graph.page.mouse.down()
    graph.page.mouse.move(*second(6.5))
    graph.page.mouse.up()
    graph.check(seconds=[6, 8])
    graph.page.mouse.dblclick(*second(2.5))
    graph.check(seconds=None)


def test_stacks_are_filtered(graph: Driven) -> None:
    graph.button("Options").click()
    focus, ignore = graph.locator(".duronb-focus"), graph.locator(".duronb-ignore")
    focus.fill("sqlx|^clone")
    graph.check(focus="sqlx|^clone")
    ignore.fill("vfs_")
    ignore.press("Enter")
    graph.check(ignore="vfs_")
    ignore.fill("(")
    graph.locator("output.duronb-error", has_text="group").wait_for()
    graph.check()
    ignore.fill("")
    focus.fill("")
    graph.check(focus="", ignore="")
    graph.page.mouse.move(*graph.point("sqlx_core::query"))
    graph.press("f")
    graph.check(focus="^sqlx_core::query$")
    graph.press("f")
    graph.check(focus="")
    graph.page.mouse.move(*graph.point("duroxide::get::<Alpha>"))
    graph.press("x")
    graph.check(ignore="^duroxide::get::<Alpha>$")
    graph.press("x")
    graph.check(ignore="")


@pytest.mark.parametrize("by", ["control", "key"])
def test_stacks_are_written_anew(graph: Driven, by: str) -> None:
    if by == "control":
        graph.press("o")
    runtime = graph.locator("select.duronb-runtime")
    for change in ("folded", "hidden", "shown"):
        if by == "control":
            runtime.select_option(value=change)
        else:
            graph.press("u")
        graph.check(runtime=change)
    for label, key, name in (("Merge recursion", "r", "recursion"), ("Fold generics", "g", "generics")):
        for on in (True, False):
            if by == "control":
                graph.page.get_by_label(label).set_checked(on)
            else:
                graph.press(key)
            graph.check(**{name: on})
    graph.press("g", "r", "u", "2")
    graph.check(recursion=True, generics=True, runtime="folded", view="inverted")
    graph.press("4")
    graph.check(view="time")
    assert graph.errors == []
