from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.browser import executable
from tests.benchmarks.pages import served
from tests.benchmarks.spots import Spot
from tests.benchmarks.tools import Tool
from tests.benchmarks.visit import DID_NOT_FINISH, Visit, visit

LATE_MS = 150
PAGE = f"""<!DOCTYPE html><body><canvas width=400 height=100 style="display:block"></canvas><script>
const canvas = document.querySelector('canvas').getContext('2d');
setTimeout(() => {{ canvas.fillRect(0, 0, 9, 9); window.data = true; }}, {LATE_MS});
window.addEventListener('click', event => {{
  if (event.clientX > 200) {{
    window.zoomed = true;
    performance.measure('duronb-draw', {{ start: 0, duration: 7 }});
    setTimeout(() => canvas.fillRect(0, 0, 9, 9), {LATE_MS});
  }}
}});
</script></body>"""
TOOL = Tool(
    name="made",
    ready="window.data === true",
    point="(x, depth) => [x * 400, depth]",
    gesture="click",
    zoomed="window.zoomed === true",
    reset="() => { window.zoomed = false; }",
    clear="() => {}",
    search="pattern => document.body.setAttribute('title', pattern)",
)
pytestmark = [
    pytest.mark.ui,
    pytest.mark.skipif(
        executable() is None and not os.environ.get("DURONB_REQUIRE_BROWSER"), reason="no Chromium on PATH"
    ),
]


def visited(tmp_path: Path, tool: Tool, x: float, seconds: float = 30) -> Visit:
    (tmp_path / "page.html").write_text(PAGE)
    with served(tmp_path) as base:
        return asyncio.run(visit(tool, f"{base}/page.html", [Spot(x, 20), Spot(x, 30)], ["a"], seconds=seconds))


def test_a_time_ends_after_the_last_change_even_where_it_comes_late(tmp_path: Path) -> None:
    found = visited(tmp_path, TOOL, 0.75)
    assert found.failure == ""
    assert {name: len(values) for name, values in found.figures.items()} == {
        "load": 1, "objects": 1, "buffers": 1, "DOM": 1, "heap": 1, "process": 1, "first zoom": 1, "first zoom work": 1,
        "zoom draw": 2, "zoom": 1, "zoom work": 1, "search": 1, "hover": 2,
    }  # fmt: skip
    assert min(found.figures["load"] + found.figures["first zoom"] + found.figures["zoom"]) > LATE_MS
    assert found.figures["zoom draw"] == [7, 7]
    parts = [found.figures[name][0] for name in ("objects", "buffers", "DOM")]
    assert found.figures["heap"] == [sum(parts)]


def test_a_click_without_effect_ends_the_visit_and_keeps_what_was_measured(tmp_path: Path) -> None:
    found = visited(tmp_path, TOOL, 0.25)
    assert found.failure == "a click on depth 20 zoomed into nothing"
    assert "load" in found.figures
    assert "first zoom" not in found.figures


def test_a_page_that_is_never_ready_did_not_finish(tmp_path: Path) -> None:
    found = visited(tmp_path, replace(TOOL, ready="false"), 0.75, seconds=3)
    assert found.failure == DID_NOT_FINISH
    assert found.figures == {}


def test_an_error_of_the_page_is_told(tmp_path: Path) -> None:
    found = visited(tmp_path, replace(TOOL, ready="Promise.reject(new Error('too large'))"), 0.75)
    assert found.failure.startswith("failed: ")
    assert "too large" in found.failure
