"""Bottlenecks in a real browser: a click on a bucket highlights its frames, and nothing else changes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from duronb.analysis.bottlenecks.catalogue import bundled_catalogue
from tests.analysis.bottlenecks.plain_buckets import plain_bucket
from tests.ui.driving import SECOND, Driven, cells

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

# How many pixels of the picture are see-through: dimmed frames are, and frames of their own colour are not.
_FAINT = """() => {
    const root = document.querySelector('.duronb-host').shadowRoot;
    const canvas = root.querySelector('canvas.duronb-canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let faint = 0, full = 0;
    for (let i = 3; i < data.length; i += 4) {
        faint += data[i] > 0 && data[i] < 140 ? 1 : 0;
        full += data[i] === 255 ? 1 : 0;
    }
    return [faint, full];
}"""


def shares(stage: str | None = None) -> dict[str, float]:
    """The part of each bucket in percent, counted stack by stack."""
    catalogue, counts = bundled_catalogue(), Counter[str]()
    for (own, _, _, stack), count in cells().items():
        if stage in (None, own):
            counts[catalogue.buckets[plain_bucket(stack, catalogue)].id] += count
    return {bucket: 100 * count / counts.total() for bucket, count in counts.items()}


def shown(graph: Driven) -> dict[str, float]:
    """The part of each bucket in percent, as its button says."""
    buttons = graph.locator(".duronb-bucket").all()
    found: dict[str, Any] = {
        each.get_attribute("data-bucket") or "": each.locator("small").text_content() or "" for each in buttons
    }
    return {bucket: float(text.rstrip("%")) for bucket, text in found.items() if text != "0%"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_click_on_a_bucket_highlights_it_and_a_second_one_ends_it(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    with Driven.opened(browser, tmp_path / "a.html", scheme=scheme) as graph:
        assert shown(graph) == pytest.approx(shares(), abs=0.06)
        button = graph.locator(".duronb-bucket[data-bucket=sqlite]")
        assert button.get_attribute("aria-pressed") == "false"
        # The edges of frames share their pixels.
        before = edges, full = graph.page.evaluate(_FAINT)
        button.click()
        graph.settle()
        assert graph.state()["bucket"] == "sqlite"
        assert graph.locator(".duronb-bucket[aria-pressed=true]").get_attribute("data-bucket") == "sqlite"
        dimmed, left = graph.page.evaluate(_FAINT)
        assert dimmed > 10 * edges
        assert 0 < left < full / 2
        graph.page.wait_for_function("() => location.hash === '#bucket=sqlite'")
        graph.page.reload()
        graph.locator(".duronb-bucket[aria-pressed=true]").wait_for()
        assert graph.state()["bucket"] == "sqlite"
        # The address is written a moment after the last change.
        graph.page.wait_for_timeout(250)
        graph.locator(".duronb-bucket[data-bucket=sqlite]").click()
        graph.settle()
        assert graph.state()["bucket"] == ""
        assert graph.page.evaluate(_FAINT) == before
        assert graph.errors == []


def test_keys_and_names_on_the_page_choose_buckets_too(browser: Browser, tmp_path: Path) -> None:
    with Driven.opened(browser, tmp_path / "a.html") as graph:
        order = sorted(shares(), key=lambda bucket: -shares()[bucket])
        graph.locator(".duronb-graph").focus()
        for bucket in [*order, ""]:
            graph.page.keyboard.press("b")
            assert graph.state()["bucket"] == bucket
        graph.page.keyboard.press("b")
        graph.page.keyboard.press("Escape")
        assert graph.state()["bucket"] == ""
        button = graph.locator(".duronb-bucket[data-bucket=serde]")
        button.focus()
        graph.page.keyboard.press("Enter")
        assert graph.state()["bucket"] == "serde"
        assert button.evaluate("made => made.matches(':focus')")
        graph.page.get_by_role("link", name="SQLite execution").click()
        graph.page.wait_for_function("() => [...window.duronb.views.values()][0].state().bucket === 'sqlite'")
        assert graph.errors == []


def test_buckets_follow_the_stage_and_the_view(browser: Browser, tmp_path: Path) -> None:
    with Driven.opened(browser, tmp_path / "a.html") as graph:
        graph.locator("select.duronb-stage").select_option(label=SECOND)
        graph.settle()
        assert shown(graph) == pytest.approx(shares(SECOND), abs=0.06)
        for view in ("2", "4", "1"):
            graph.locator(".duronb-graph").focus()
            graph.page.keyboard.press(view)
            graph.locator(".duronb-bucket[data-bucket=sqlite]").click()
            graph.settle()
            assert shown(graph) == pytest.approx(shares(SECOND), abs=0.06)
            assert graph.page.evaluate(_FAINT)[0] > 5000
            graph.locator(".duronb-bucket[data-bucket=sqlite]").click()
        graph.page.evaluate("() => [...window.duronb.views.values()][0].update({ color: 'bucket' })")
        graph.settle()
        assert graph.locator("select.duronb-coloring").input_value() == "bucket"
        assert graph.errors == []
