"""Hostile names wherever a browser shows them: text, and nothing but text."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from duronb.views.formats.svg import run_svg
from duronb.views.live.loader import loader_html
from tests.ui.drawn import opened
from tests.ui.driving import Driven
from tests.ui.test_exports import saved
from tests.views.payloads import forget_loader, mimebundle
from tests.views.plain_stacks import INITIAL
from tests.views.profiles import HOSTILE, Cell, make_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.ui

NAMES = (
    *HOSTILE,
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "lone \ud800 surrogate \udfff",
    "\u05d0\u05d1::\u200f\u202b<b>\u202c",
)
CONTROLS = re.compile("[\x00-\x1f]")
MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# What the shells and the view make themselves; an element, an attribute or an address made of a name is none of these.
_MADE = """() => {
    const bad = [];
    const look = (root, scripts) => {
        for (const each of root.querySelectorAll('*')) {
            if (each.shadowRoot) {
                look(each.shadowRoot, false);
            }
            const tag = each.localName;
            if (['iframe', 'object', 'embed', 'b', 'form'].includes(tag) || (tag === 'script' && !scripts)) {
                bad.push(tag);
            }
            if (tag === 'a' && !/^#bucket=[a-z-]+$/.test(each.getAttribute('href'))) {
                bad.push(each.outerHTML);
            }
            for (const { name, value } of each.attributes) {
                if (name.startsWith('on') || /^\\s*javascript:/i.test(value)) {
                    bad.push(`${tag} ${name}`);
                }
                if (name === 'src' && !/^(data:image|blob:)/.test(value)) {
                    bad.push(`${tag} ${value}`);
                }
            }
        }
    };
    look(document, true);
    return bad;
}"""


def written(name: str) -> str:
    """How a name is shown: controls as pictures, marks that turn text around as a replacement, long ones cut."""
    short = name if len(name) <= 2000 else f"{name[:1000]} … {name[-1000:]}"
    return MARKS.sub("\ufffd", CONTROLS.sub(lambda found: chr(0x2400 + ord(found[0])), short))


def counts() -> dict[Cell, int]:
    return {
        (f"stage {name}", f"thread {name}", place, ((name, f"module {name}"), ("inner", "m"))): 30 + place
        for place, name in enumerate(NAMES)
    }


def check_inert(page: Page, errors: list[str]) -> None:
    assert page.evaluate(_MADE) == []
    assert errors == []


@pytest.fixture(scope="module")
def graph(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    with Driven.opened(browser, tmp_path_factory.mktemp("hostile") / "a.html", counts()) as driven:
        driven.page.set_viewport_size({"width": 1600, "height": 1000})
        driven.settle()
        yield driven


@pytest.fixture(autouse=True)
def plain_again(graph: Driven) -> Iterator[None]:
    yield
    graph.away()
    graph.page.evaluate("state => [...window.duronb.views.values()][0].update(state)", INITIAL)


def places(graph: Driven) -> dict[str, tuple[float, float]]:
    """Where each hostile frame is: side by side, in the order of their names."""
    box = graph.locator(".duronb-space").bounding_box()
    assert box is not None
    whole = sum(30 + place for place in range(len(NAMES)))
    found, left = {}, 0.0
    for _, place in sorted((name, place) for place, name in enumerate(NAMES)):
        width = (30 + place) * box["width"] / whole
        found[NAMES[place]] = (box["x"] + left + width / 2, box["y"] + box["height"] - 18 - 9)
        left += width
    return found


def test_tooltip_crumbs_and_status_show_text(graph: Driven) -> None:
    seen = {}
    for x, y in places(graph).values():
        graph.page.mouse.move(x, y)
        tooltip: Any = graph.tooltip()
        origin = graph.locator(".duronb-tooltip-origin").text_content() or ""
        seen[tooltip[0]] = origin.split("module ", 1)[-1]
    assert seen == {written(name): written(f"module {name}").removeprefix("module ") for name in NAMES}
    for name, (x, y) in list(places(graph).items())[::3]:
        graph.page.mouse.click(x, y)
        graph.page.wait_for_function("() => [...window.duronb.views.values()][0].state().zoom.length === 1")
        crumb = graph.locator(".duronb-crumb[aria-current]")
        assert crumb.get_attribute("title") in {written(each) for each in NAMES}, name
        graph.away()
        graph.press("Escape")
    check_inert(graph.page, graph.errors)


def test_table_search_and_address_hold_text(graph: Driven) -> None:
    graph.press("t")
    rows = graph.locator(".duronb-functions tbody tr")
    rows.first.wait_for()
    shown = rows.locator("th button:not(.duronb-open)").all_text_contents()
    assert sorted(shown) == sorted([*(written(name) for name in NAMES), "inner"])
    modules = rows.locator("td.duronb-module").all_text_contents()
    assert sorted(modules) == sorted([*(written(f"module {name}") for name in NAMES), "m"][: len(modules)])
    for number in range(len(shown)):
        rows.nth(number).locator("button").nth(1).click()
        text = graph.locator(".duronb-matched").text_content() or ""
        own = 30 + [written(name) for name in NAMES].index(shown[number]) if shown[number] != "inner" else None
        if own is not None:
            assert text.endswith(f"matched · {own}"), shown[number]
    for name in NAMES:
        graph.locator("input.duronb-search").first.fill(name)
    rows.first.get_by_title("Callers and callees").click()
    graph.page.wait_for_function("() => location.hash.includes('sandwich')")
    check_inert(graph.page, graph.errors)
    graph.page.reload()
    graph.locator("canvas.duronb-canvas").wait_for()
    check_inert(graph.page, graph.errors)


def test_selectors_title_and_legend_hold_text(graph: Driven) -> None:
    for what in ("stage", "thread"):
        options = graph.locator(f"select.duronb-{what} option").all_text_contents()
        assert {written(f"{what} {name}") for name in NAMES} <= set(options)
    for name in NAMES:
        graph.locator("select.duronb-stage").select_option(label=" ".join(written(f"stage {name}").split()))
        graph.page.wait_for_function("() => [...window.duronb.views.values()][0].state().stage !== null")
    for color in ("module", "self", "kind"):
        graph.locator("select.duronb-coloring").select_option(value=color)
        graph.settle()
    graph.press("4")
    graph.settle()
    check_inert(graph.page, graph.errors)


def test_files_from_the_menu_run_nothing(graph: Driven, browser: Browser, tmp_path: Path) -> None:
    for label, ending in (("SVG picture", "svg"), ("HTML page", "html")):
        (tmp_path / f"b.{ending}").write_bytes(saved(graph, label, tmp_path))
        page, errors = opened(browser, tmp_path / "c.html", "")
        page.goto((tmp_path / f"b.{ending}").as_uri())
        page.wait_for_timeout(200)
        check_inert(page, errors)
        if ending == "svg":
            assert page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))].sort()") == [
                "g", "rect", "svg", "text", "title",
            ]  # fmt: skip
            assert "<script>alert(1)</script>" in page.evaluate("document.documentElement.textContent")
        page.context.close()
    for label in ("PNG", "Folded", "speedscope", "pprof", "Firefox"):
        assert saved(graph, label, tmp_path)
    check_inert(graph.page, graph.errors)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_svg_beside_the_run_runs_nothing(browser: Browser, tmp_path: Path, scheme: str) -> None:
    run = make_run(counts())
    page, errors = opened(browser, tmp_path / "a.html", "", scheme=scheme)
    (tmp_path / "a.svg").write_bytes(run_svg(run, run.profile))
    page.goto((tmp_path / "a.svg").as_uri())
    page.wait_for_selector("svg[data-ready]")
    frames = page.locator("#frames .frame")
    for number in range(frames.count()):
        frames.nth(number).locator("rect").hover(force=True)
    titles = page.locator("#frames .frame title").all_text_contents()
    assert any("<script>alert(1)</script>" in title for title in titles)
    assert any('"><img src=x onerror=alert(1)>' in title for title in titles)
    check_inert(page, errors)
    page.context.close()


def test_a_notebook_output_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    forget_loader()
    try:
        output = loader_html() + mimebundle(make_run(counts()))["text/html"]
    finally:
        forget_loader()
    html = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{output}</body></html>'
    page, errors = opened(browser, tmp_path / "a.html", html)
    view = page.locator(".duronb-view")
    view.locator("canvas.duronb-canvas").wait_for()
    box = view.locator(".duronb-space").bounding_box()
    assert box is not None
    for step in range(20):
        page.mouse.move(box["x"] + (step + 0.5) * box["width"] / 20, box["y"] + box["height"] - 27)
    view.locator(".duronb-graph").focus()
    for key in ("t", "3", "2", "4", "1", "n", "#", "e", "Escape", "?", "Escape"):
        page.keyboard.press(key)
    check_inert(page, errors)
    page.context.close()


def test_the_picture_in_an_output_is_an_image_of_text(graph: Driven) -> None:
    still = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", mimebundle(make_run(counts()))["text/html"])
    assert still
    for each in still:
        text = base64.b64decode(each).decode()
        elements = list(ET.fromstring(text).iter())
        assert {element.tag.rpartition("}")[2] for element in elements} <= {
            "svg",
            "title",
            "desc",
            "style",
            "g",
            "path",
            "text",
        }
        assert not [name for element in elements for name in element.attrib if name.startswith("on") or "href" in name]
        assert any("<scr" in (element.text or "") for element in elements)
    assert graph.errors == []
