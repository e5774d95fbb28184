"""The state of a page's flamegraph in the page's address: reloaded, and opened elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.driving import FIRST, SECOND, Driven
from tests.views.plain_stacks import CALLERS, INITIAL

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

ROOTS = ["std::thread::start", "tokio::runtime::run", "tokio::task::poll", "duroxide::run"]
STATES: list[dict[str, Any]] = [
    {
        "stage": FIRST, "thread": "tokio-rt", "seconds": [0, 2], "search": "a|b&c=#+ é", "literal": True,
        "zoom": ROOTS, "selected": [*ROOTS, "duroxide::get::<Alpha>"], "icicle": True, "color": "self", "table": True,
    },
    {
        "view": "sandwich", "function": "sqlite3_step", "search": "vfs_|poll", "recursion": True, "generics": True,
        "runtime": "folded", "zoom": [CALLERS, "sqlx_core::query"], "color": "module", "bucket": "sqlite_io",
    },
    {"view": "inverted", "runtime": "hidden", "focus": "sqlx|sqlite", "ignore": "^vfs_r", "zoom": ["vfs_write"]},
    {"view": "time", "stage": SECOND, "color": "plain", "zoom": [SECOND, "+1 s"], "search": "duroxide"},
]  # fmt: skip


def test_every_field_of_the_state_is_among_these() -> None:
    assert {name for state in STATES for name in state} == set(INITIAL)


@pytest.mark.parametrize("number", range(len(STATES)))
def test_what_is_shown_is_shown_again(browser: Browser, tmp_path: Path, number: int) -> None:
    with Driven.opened(browser, tmp_path / "a.html") as graph:
        state = STATES[number]
        graph.page.evaluate("state => { const [view] = window.duronb.views.values(); view.update(state); }", state)
        graph.check(**({"selected": state["zoom"]} | state))
        graph.page.wait_for_function("() => location.hash.length > 1")
        graph.page.wait_for_timeout(250)
        address = graph.page.url
        graph.page.reload()
        graph.locator("canvas.duronb-canvas").wait_for()
        graph.check(selected=graph.expected["selected"])
        graph.page.goto("about:blank")
        graph.page.goto(address)
        graph.locator("canvas.duronb-canvas").wait_for()
        graph.check(selected=graph.expected["selected"])
        # Another address in the same page.
        graph.page.evaluate("location.hash = ''")
        graph.check(**INITIAL)
        graph.page.go_back()
        graph.expected |= state
        graph.check(selected=state.get("selected", state["zoom"]))


def test_an_address_that_means_nothing_is_ignored(browser: Browser, tmp_path: Path) -> None:
    with Driven.opened(browser, tmp_path / "a.html") as graph:
        graph.page.goto("about:blank")
        graph.page.goto((tmp_path / "a.html").as_uri() + "#view=pie&seconds=9-1&stage=x&zoom=no&focus=(&runtime=&%")
        graph.locator("canvas.duronb-canvas").wait_for()
        graph.check()
