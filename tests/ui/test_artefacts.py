"""Timer artefacts in a real browser: grey frames, their legend and their tooltips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from duronb.model.events.artefacts import SENTENCE
from duronb.views.flamegraph.palette import fill, shade_of
from duronb.views.kit.theme import MODES, Mode
from duronb.views.run.page import page as page_html
from tests.ui.drawn import opened
from tests.views.profiles import STAGES, Cell, make_run, stack_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.ui

ROW = 18
GREY, MIXED = "_raw_spin_unlock_irq", "finish_task_switch"
CELLS: dict[Cell, int] = {
    (STAGES[0], "main", 0, stack_of(f"main;k:{GREY}")): 6,
    (STAGES[0], "main", 0, stack_of(f"main;k:{MIXED}")): 1,
    (STAGES[0], "main", 0, stack_of(f"main;k:{MIXED};k:vfs_read")): 3,
}


def shown(browser: Browser, path: Path, event: str, scheme: Mode = "light") -> Page:
    run = make_run(CELLS)
    run = run.with_parts(environment=replace(run.environment, event=event))
    page, errors = opened(browser, path, page_html(run), scheme=scheme)
    page.locator(".duronb-legend li").first.wait_for()
    assert errors == []
    return page


def colour(page: Page, part: float) -> str:
    """Return the colour of the third row near the upper edge of a frame, at a part of the width."""
    found: list[int] = page.locator("canvas.duronb-canvas").evaluate(
        """(canvas, [part, rows]) => {
            const ratio = canvas.height / canvas.getBoundingClientRect().height;
            const [x, y] = [canvas.width * part + 1, canvas.height - rows * ratio + 1];
            return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
        }""",
        [part, 3 * ROW],
    )
    return "#" + "".join(f"{channel:02x}" for channel in found[:3])


def tooltip(page: Page, part: float) -> Locator:
    """Point at the third row and return the tooltip."""
    box = page.locator(".duronb-space").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] - 2.5 * ROW)
    return page.locator(".duronb-tooltip")


@pytest.mark.parametrize("scheme", MODES)
def test_artefacts_of_a_timer_are_grey_and_named(browser: Browser, tmp_path: Path, scheme: Mode) -> None:
    page = shown(browser, tmp_path / "a.html", "cpu-clock:ppp", scheme)
    legend = page.locator(".duronb-legend li")
    assert sorted(legend.all_text_contents()) == ["kernel30.0%", "timer artefact70.0%"]
    entry = legend.filter(has_text="timer artefact")
    assert entry.get_attribute("title") == f"70.0% of the samples are timer artefacts. {SENTENCE}"
    assert "repeating-linear-gradient" in entry.locator(".duronb-hatched").evaluate(
        "chip => getComputedStyle(chip).backgroundImage"
    )
    assert colour(page, 0.602) == fill("kernel", shade_of(MIXED), scheme)
    assert colour(page, 0.0) == fill("timer artefact", shade_of(GREY), scheme)
    grey = tooltip(page, 0.3)
    assert (grey.locator(".duronb-tooltip-origin").text_content() or "").startswith("timer artefact · [kernel]")
    assert page.locator(".duronb-tooltip dt").all_text_contents() == ["Total", "Self"]
    mixed = tooltip(page, 0.8)
    assert (mixed.locator(".duronb-tooltip-origin").text_content() or "").startswith("kernel · [kernel]")
    assert "Timer artefacts10.0% · 1 sample" in (mixed.locator("dl").text_content() or "")
    page.context.close()


def test_a_hardware_event_has_none(browser: Browser, tmp_path: Path) -> None:
    page = shown(browser, tmp_path / "a.html", "cycles")
    assert page.locator(".duronb-legend li").all_text_contents() == ["kernel100%"]
    assert page.locator(".duronb-hatched").count() == 0
    assert colour(page, 0.0) == fill("kernel", shade_of(GREY), "light")
    page.context.close()
