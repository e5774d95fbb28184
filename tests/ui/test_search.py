"""Search and colours in a real browser, against plain counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.driving import Driven

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

ROOTS = ["std::thread::start", "tokio::runtime::run", "tokio::task::poll"]


@pytest.fixture
def graph(browser: Browser, tmp_path: Path) -> Iterator[Driven]:
    with Driven.opened(browser, tmp_path / "a.html") as driven:
        yield driven


@pytest.mark.parametrize("pattern", ["sqlite3_step", "vfs_|duroxide::", "RUN", "Alpha", r"\[", "nothing at all"])
def test_matches_are_counted_once_and_walked_through(graph: Driven, pattern: str) -> None:
    graph.page.keyboard.press("Tab")
    graph.locator(".duronb-graph").focus()
    graph.page.keyboard.press("Control+f")
    graph.page.keyboard.type(pattern)
    graph.check(search=pattern)
    _, places = graph.view().matched()
    graph.away()
    walked = []
    for _ in range(len(places) + 1):
        graph.press("n")
        walked.append(graph.locator(".duronb-status").text_content() or "")
    if places:
        assert {int(re.match(r"Match (\d+) of", text)[1]) for text in walked} == set(range(1, len(places) + 1))  # type: ignore[index]
        assert walked[0] == walked[-1]
        shown = sorted(re.sub(r".*? samples? · ", "", text) for text in walked[:-1])
        assert shown == sorted(path[-1][0] for _, path in places)
        graph.press("N")
        assert graph.locator(".duronb-status").text_content() == walked[-2]
        graph.button("Next match (n)").click()
        assert graph.locator(".duronb-status").text_content() == walked[-1]
    graph.press("Escape", "Escape")
    graph.check(search="", zoom=[])


def test_text_is_searched_as_it_is_and_a_wrong_expression_loses_nothing(graph: Driven) -> None:
    box = graph.locator("input.duronb-search").first
    box.fill("duroxide::")
    graph.check(search="duroxide::")
    box.fill("duroxide::(")
    graph.locator(".duronb-matched.duronb-error").wait_for()
    assert "group" in (graph.locator(".duronb-matched").text_content() or "").lower()
    assert box.input_value() == "duroxide::("
    assert box.get_attribute("aria-invalid") == "true"
    assert graph.state()["search"] == "duroxide::"
    box.fill("<Alpha>.")
    graph.check(search="<Alpha>.")
    graph.button("Search by regular expression or by plain text").click()
    graph.check(literal=True)
    box.fill("{closure#")
    graph.check(search="{closure#")
    box.fill("sqlite3_")
    graph.check(search="sqlite3_")
    box.fill("(")
    graph.check(search="(")
    graph.button("Search by regular expression or by plain text").click()
    graph.locator(".duronb-matched.duronb-error").wait_for()
    assert (graph.state()["search"], graph.state()["literal"]) == ("(", True)
    box.press("Escape")
    graph.check(search="", literal=True)


def test_the_function_under_the_pointer_is_searched(graph: Driven) -> None:
    graph.page.mouse.move(*graph.point("duroxide::ack::{closure#1}"))
    graph.press("#")
    graph.check(search=r"^duroxide::ack::\{closure#1\}$")
    graph.click("duroxide::run")
    graph.check(zoom=[*ROOTS, "duroxide::run"])
    graph.press("2")
    graph.check(view="inverted", zoom=[])


def pixel(graph: Driven, name: str) -> tuple[int, ...]:
    """The colour at the left end of a frame."""
    x, y = graph.point(name)
    drawn: list[int] = graph.locator("canvas.duronb-canvas").evaluate(
        """(canvas, [x, y]) => {
            const box = canvas.getBoundingClientRect();
            const ratio = canvas.width / box.width;
            return [...canvas.getContext('2d').getImageData((x - box.x) * ratio, (y - box.y) * ratio, 1, 1).data];
        }""",
        [x, y - 7],
    )
    return tuple(drawn)


def test_colours_follow_kind_module_and_self_share(graph: Driven) -> None:
    def legend() -> list[str]:
        return graph.locator(".duronb-legend li").all_text_contents()

    samples = graph.view().whole
    colours = {name: [pixel(graph, name)] for name in ("vfs_write", "duroxide::run", "sqlite3_step")}
    kernel = sum(n for (*_, stack), n in graph.counts.items() if stack[-1][1] == "[kernel]")
    assert any(re.fullmatch(rf"kernel{100 * kernel / samples:.1f}%", text) for text in legend())
    choose = graph.locator("select.duronb-coloring")
    for color in ("safe", "module", "self", "plain"):
        choose.select_option(value=color)
        graph.expect(color=color)
        for name, seen in colours.items():
            seen.append(pixel(graph, name))
        if color == "module":
            assert any(re.fullmatch(rf"\[kernel\]{100 * kernel / samples:.1f}%", text) for text in legend())
        elif color == "self":
            assert "most self samples" in legend()
    assert all(len(set(seen)) == 5 for seen in colours.values())
    # One hue for all; what runs itself has more colour than what calls others.
    by_self = {name: max(seen[3][:3]) - min(seen[3][:3]) for name, seen in colours.items()}
    assert by_self["vfs_write"] > by_self["sqlite3_step"] > by_self["duroxide::run"]
    for color in ("bucket", "kind"):
        graph.press("c")
        graph.expect(color=color)
    assert [pixel(graph, name) for name in colours] == [seen[0] for seen in colours.values()]
    searched = pixel(graph, "sqlite3_step")
    graph.locator("input.duronb-search").first.fill("^sqlite3_step")
    graph.expect(search="^sqlite3_step")
    assert pixel(graph, "sqlite3_step") != searched
