"""The table of functions in a real browser: every figure of every row, and the links with the graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.driving import Driven
from tests.views.plain_stacks import Frame, View
from tests.views.profiles import displayed, realistic_cells

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

_ROWS = """rows => rows.map(row => [
    row.querySelector('th').textContent.replace('⇅', ''),
    ...[...row.querySelectorAll('td')].map(cell => cell.textContent),
    row.hasAttribute('data-marked')
])"""


@pytest.fixture
def graph(browser: Browser, tmp_path: Path) -> Iterator[Driven]:
    with Driven.opened(browser, tmp_path / "a.html") as driven:
        driven.button("Table").click()
        driven.expect(table=True)
        yield driven


def rows(graph: Driven) -> list[list[Any]]:
    found: list[list[Any]] = graph.locator(".duronb-functions tbody tr").evaluate_all(_ROWS)
    return found


def check_rows(graph: Driven, view: View) -> list[list[Any]]:
    """Compare all rows with the plain counts, whatever their order."""
    expected: dict[Frame, tuple[int, int]] = view.functions()
    scope = view.scope if view.state["view"] == "flame" else view.whole
    found = rows(graph)
    seen = {}
    for name, own, own_share, total, total_share, module, _ in found:
        seen[name, module] = (int(own.replace(",", "")), int(total.replace(",", "")))
        for samples, share in zip(seen[name, module], (own_share, total_share), strict=True):
            assert float(share.rstrip("%")) == pytest.approx(100 * samples / scope, abs=0.0501)
    assert len(seen) == len(found)
    assert seen == {(name, module): figures for (name, module, _), figures in expected.items()}
    caption = graph.locator(".duronb-functions caption").text_content()
    assert caption == f"{len(expected)} of {len(expected)} functions"
    return found


def test_every_function_has_its_self_and_total_in_every_view(graph: Driven) -> None:
    found = check_rows(graph, graph.view())
    own = [int(row[1]) for row in found]
    assert own == sorted(own, reverse=True)
    graph.click("duroxide::run")
    roots = ["std::thread::start", "tokio::runtime::run", "tokio::task::poll"]
    check_rows(graph, graph.expect(zoom=[*roots, "duroxide::run"]))
    graph.press("r")
    check_rows(graph, graph.expect(recursion=True))
    graph.press("g", "u")
    graph.page.keyboard.press("Escape")
    check_rows(graph, graph.expect(generics=True, runtime="folded", zoom=[]))
    graph.press("4")
    check_rows(graph, graph.expect(view="time"))
    graph.locator("select.duronb-stage").select_option(label="File SQLite 1/1")
    check_rows(graph, graph.expect(stage="File SQLite 1/1"))
    graph.press("t")
    graph.expect(table=False)
    assert graph.locator(".duronb-functions").is_hidden()


def test_a_column_sorts_and_sorts_back(graph: Driven) -> None:
    def key(column: str, row: list[Any]) -> Any:
        place = {"name": 0, "self": 1, "total": 3, "module": 5}[column]
        return row[place] if place in (0, 5) else int(row[place].replace(",", ""))

    for column, first_descends in (("total", True), ("name", False), ("module", False), ("self", True)):
        for descends in (first_descends, not first_descends):
            button = graph.locator(".duronb-functions thead").get_by_title(f"Sort by {column}")
            button.click()
            shown = [key(column, row) for row in rows(graph)]
            assert shown == sorted(shown, reverse=descends)
            heading = graph.locator(".duronb-functions th", has=graph.page.get_by_title(f"Sort by {column}"))
            assert heading.get_attribute("aria-sort") == ("descending" if descends else "ascending")
    check_rows(graph, graph.view())


def test_a_row_finds_and_opens_its_function_and_is_marked_with_its_frame(graph: Driven) -> None:
    graph.page.get_by_title("Find sqlx_core::query").click()
    graph.check(search="^sqlx_core::query$")
    graph.page.get_by_label("Callers and callees of sqlite3_step").click()
    graph.check(view="sandwich", function="sqlite3_step")
    check_rows(graph, graph.view())
    graph.click("vfs_write")
    graph.expect(zoom=["vfs_write"])
    assert {row[0] for row in rows(graph) if row[-1]} == {"vfs_write"}
    graph.press("1")
    graph.expect(view="flame", zoom=[])
    graph.press("ArrowUp")
    graph.expect(selected=["std::thread::start"])
    assert {row[0] for row in rows(graph) if row[-1]} == {"std::thread::start"}
    current = graph.locator(".duronb-functions tr[aria-current=true]")
    assert current.count() == 1


def test_more_than_a_hundred_functions_come_in_pages(browser: Browser, tmp_path: Path) -> None:
    counts = realistic_cells(1200)
    own: dict[str, int] = {}
    totals: dict[str, int] = {}
    for (*_, stack), count in counts.items():
        names = displayed(stack)
        own[names[-1]] = own.get(names[-1], 0) + count
        for name in set(names):
            totals[name] = totals.get(name, 0) + count
    with Driven.opened(browser, tmp_path / "a.html", counts) as graph:
        graph.press("t")
        graph.locator(".duronb-functions tbody tr").first.wait_for()
        functions = len(totals)
        assert functions > 200
        for shown in (*range(100, functions, 100), functions):
            caption = graph.locator(".duronb-functions caption").text_content()
            assert caption == f"{shown:,} of {functions:,} functions"
            if shown < functions:
                graph.locator(".duronb-more").click()
        assert graph.locator(".duronb-more").count() == 0
        found = {row[0]: (int(row[1].replace(",", "")), int(row[3].replace(",", ""))) for row in rows(graph)}
        assert found == {name: (own.get(name, 0), total) for name, total in totals.items()}
        assert graph.errors == []
