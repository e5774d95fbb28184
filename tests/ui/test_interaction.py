"""Pointer and keys in a real browser, against plain counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.driving import FIRST, Driven
from tests.views.plain_stacks import Path as Way
from tests.views.plain_stacks import View

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

ROOTS = ["std::thread::start", "tokio::runtime::run", "tokio::task::poll"]


@pytest.fixture
def graph(browser: Browser, tmp_path: Path) -> Iterator[Driven]:
    with Driven.opened(browser, tmp_path / "a.html") as driven:
        yield driven


def names(path: Way) -> list[str]:
    return [name for name, _, _ in path]


def widest(view: View, path: Way) -> Way:
    children = view.parts["tree"].children[path]
    return max(children, key=lambda child: (view.parts["tree"].totals[child], -children.index(child)), default=path)


def test_a_click_zooms_and_crumbs_title_and_keys_lead_back(graph: Driven) -> None:
    view = graph.view()
    way = widest(view, widest(view, widest(view, widest(view, ()))))
    graph.click(("tree", way))
    graph.check(zoom=names(way))
    crumbs = graph.locator(".duronb-crumb")
    assert crumbs.count() == 5
    assert crumbs.last.get_attribute("aria-current") == "true"
    crumbs.nth(2).click()
    graph.check(zoom=names(way[:2]))
    # The frames below the zoomed one are its way back, as wide as the picture.
    graph.click(("tree", way[:1]))
    graph.check(zoom=names(way[:1]))
    graph.locator(".duronb-title").click()
    graph.check(zoom=[])
    graph.click(("tree", way))
    graph.expect(zoom=names(way))
    graph.away()
    graph.press("Backspace")
    graph.check(zoom=names(way[:3]))
    graph.press("Escape")
    graph.check(zoom=[])
    graph.click(("tree", way))
    graph.expect(zoom=names(way))
    graph.button("Reset").click()
    graph.check(zoom=[])
    assert graph.button("Reset").is_disabled()


def test_siblings_with_one_name_are_two_frames(graph: Driven) -> None:
    view = graph.view()
    polls = [path for path in view.parts["tree"].children[()] if path[-1][0] == "poll"]
    assert [path[-1][1] for path in polls] == ["libc.so.6", "sqlite-stress"]
    for path in polls:
        for way in (path, widest(view, path)):
            graph.click(("tree", way))
            graph.expect(zoom=names(way))
            facts = graph.locator(".duronb-status").text_content() or ""
            assert f"· {view.parts['tree'].totals[way]} samples ·" in facts
            graph.away()
            graph.press("Escape")
            graph.expect(zoom=[])


def test_arrow_keys_walk_and_enter_zooms(graph: Driven) -> None:
    view = graph.view()
    way: Way = ()
    graph.locator(".duronb-graph").focus()
    for _ in range(4):
        graph.press("ArrowUp")
        way = widest(view, way)
        graph.expect(selected=names(way))
        text = f"{view.parts['tree'].totals[way]} samples · {way[-1][0]}"
        assert text in (graph.locator(".duronb-status").text_content() or "")
        assert text in (graph.locator("[aria-live=polite].duronb-unseen").text_content() or "")
    graph.press("ArrowUp")
    row = view.parts["tree"].children[way]
    way = widest(view, way)
    graph.expect(selected=names(way))
    at = row.index(way)
    for key, step in (("ArrowRight", 1), ("ArrowRight", 1), ("ArrowLeft", -1), ("ArrowLeft", -1), ("ArrowLeft", -1)):
        graph.press(key)
        at = min(max(at + step, 0), len(row) - 1)
        graph.expect(selected=names(row[at]))
    graph.press("ArrowDown")
    graph.expect(selected=names(way[:-1]))
    graph.press("Enter")
    graph.check(zoom=names(way[:-1]))
    graph.press("i", "ArrowDown")
    graph.expect(icicle=True, selected=names(widest(view, way[:-1])))
    graph.press("ArrowUp")
    graph.expect(selected=names(way[:-1]))
    graph.press("Home")
    graph.expect(selected=names(way[:-1]))


def test_the_wheel_with_control_and_two_fingers_zoom_step_by_step(graph: Driven) -> None:
    view = graph.view()
    way = widest(view, widest(view, widest(view, widest(view, ()))))
    graph.page.mouse.move(*graph.point(("tree", way)))
    graph.page.keyboard.down("Control")
    graph.page.mouse.wheel(0, -100)
    graph.expect(zoom=names(way[:1]))
    graph.page.mouse.wheel(0, -100)
    graph.expect(zoom=names(way[:2]))
    graph.page.mouse.wheel(0, 100)
    graph.page.keyboard.up("Control")
    graph.check(zoom=names(way[:1]))
    graph.press("Escape")
    graph.expect(zoom=[])

    def spread(kind: str, fingers: list[float]) -> None:
        x, y = graph.point(("tree", way))
        points = [{"x": x + dx, "y": y, "id": number} for number, dx in enumerate(fingers)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch = graph.page.context.new_cdp_session(graph.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    spread("touchStart", [-30, 30])
    spread("touchMove", [-45, 45])
    spread("touchEnd", [])
    graph.check(zoom=names(way[:1]))
    spread("touchStart", [-60, 60])
    spread("touchMove", [-30, 30])
    spread("touchEnd", [])
    graph.check(zoom=[])


def test_hovering_tells_name_samples_share_and_time(graph: Driven) -> None:
    graph.page.mouse.move(*graph.point("vfs_write"))
    # 40 of 230 samples at 999 Hz, all of them in the function itself.
    line = "17.4% · 40 samples · 40 ms CPU"
    assert graph.tooltip() == ["vfs_write", ["Total", "Self"], [line, line]]
    origin = graph.locator(".duronb-tooltip-origin").text_content()
    assert origin == "kernel · [kernel] · SQLite I/O"
    graph.away()
    assert graph.tooltip() is None


def test_the_name_is_copied(graph: Driven) -> None:
    graph.page.mouse.move(*graph.point("duroxide::get::<Beta>"))
    graph.page.evaluate(
        "() => Object.defineProperty(navigator, 'clipboard',"
        " { value: { writeText: async text => { window.copied = text; } }, configurable: true })"
    )
    graph.press("y")
    graph.locator(".duronb-status", has_text="Copied").wait_for()
    assert graph.page.evaluate("window.copied") == "duroxide::get::<Beta>"
    graph.page.evaluate(
        "() => Object.defineProperty(navigator, 'clipboard',"
        " { value: { writeText: async () => { throw new Error('no'); } }, configurable: true })"
    )
    graph.press("y")
    graph.locator(".duronb-status", has_text="does not let").wait_for()
    assert "duroxide::get::<Beta>" in (graph.locator(".duronb-status").text_content() or "")


def test_help_lists_the_keys_and_closes(graph: Driven) -> None:
    graph.press("?")
    popup = graph.locator(".duronb-popup")
    popup.wait_for()
    keys = popup.locator("dt").all_text_contents()
    assert {"1", "4", "#", "i", "y", "?"} <= set(keys)
    assert len(keys) == popup.locator("dd").count() > 20
    graph.page.keyboard.press("Escape")
    popup.wait_for(state="hidden")
    assert graph.page.evaluate("document.querySelector('.duronb-host').shadowRoot.activeElement.className") == (
        "duronb-graph"
    )
    graph.button("Keys (?)").click()
    popup.wait_for()
    graph.page.keyboard.press("Escape")
    graph.check()


def test_the_menu_of_keys_and_views_can_be_used_without_a_pointer(graph: Driven) -> None:
    reached = set()
    for _ in range(40):
        graph.page.keyboard.press("Tab")
        reached.add(
            graph.page.evaluate(
                "() => { const at = document.querySelector('.duronb-host').shadowRoot.activeElement;"
                " return at && (at.getAttribute('aria-label') || at.title || at.className); }"
            )
        )
    wanted: Callable[[str], bool] = lambda label: any(label in (each or "") for each in reached)  # noqa: E731
    for label in (
        "Call tree (1)",
        "Second by second (4)",
        "Stage (s)",
        "Search function names",
        "Keys (?)",
        "duronb-graph",
    ):
        assert wanted(label), label


def test_a_stage_that_never_ran_the_zoomed_frame_shows_the_nearest_that_it_did(graph: Driven) -> None:
    graph.click("duroxide::ack::{closure#1}")
    graph.expect(zoom=[*ROOTS, "duroxide::run", "duroxide::ack::{closure#1}"])
    graph.locator("select.duronb-stage").select_option(label=FIRST)
    graph.check(stage=FIRST, zoom=[*ROOTS, "duroxide::run"])
