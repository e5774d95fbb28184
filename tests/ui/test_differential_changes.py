"""What a differential of two groups of runs reports, in a real browser: on the graph, in the list, in files."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from duronb.analysis.differential.differential import Change, Differential, differential
from duronb.results.differential import DifferentialDisplay
from duronb.views.differential.payload import differential_source
from tests.analysis.differential.programs import groups, planted, program
from tests.ui.drawn import opened
from tests.ui.test_differential import ROW, STATE, pixel_line
from tests.views.payloads import forget_loader

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.ui

BASE = program()
BEFORE = {**BASE, "main;old;x": 2.0}
AFTER = {**planted(BASE, "main;worker;hotspot", 0.1), "main;new;x": 2.0}


@pytest.fixture(scope="module")
def result() -> Differential:
    found = differential(*groups(BEFORE, AFTER, 6, 1))
    kinds = {change.name: change.kind for change in found.changes if change.of == "total"}
    assert kinds == {"hotspot": "appeared", "old": "moved", "new": "moved"}
    return found


@pytest.fixture(autouse=True)
def new_notebook() -> Iterator[None]:
    forget_loader()
    yield
    forget_loader()


def payload_of(result: Differential, **state: Any) -> dict[str, Any]:
    return differential_source(result, title="A → B", before_title="A", after_title="B", state=state).payload


def drawn(browser: Browser, path: Path, payload: dict[str, Any], **options: Any) -> tuple[Page, list[str]]:
    page, errors = opened(browser, path, DifferentialDisplay(payload).html(), **options)
    page.locator("canvas.duronb-canvas").wait_for()
    page.locator(".duronb-changes tbody tr").first.wait_for()
    return page, errors


def named(result: Differential, name: str) -> Change:
    return next(change for change in result.changes if change.name == name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_only_what_is_reported_is_coloured_and_what_moved_is_hatched_grey(
    browser: Browser, tmp_path: Path, result: Differential, scheme: str
) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(result, icicle=True), scheme=scheme)
    box = page.locator("canvas.duronb-canvas").bounding_box()
    assert box is not None
    own = [counts * scale for counts, scale in zip((result.before, result.after), result.scales, strict=True)]
    widths = [max(pair) for pair in zip(*(side.tolist() for side in own), strict=True)]
    hot = named(result, "hotspot")
    for depth in range(1 + int(result.tree.depth.max())):
        line = pixel_line(page, 0, ROW * depth + 1, box["width"] - 1)
        # Lines of hatching have a little of the colour of text.
        coloured = sum(max(colour) - min(colour) > 20 for colour in line)
        expected = widths[hot.node] / sum(widths) * box["width"] if depth == len(hot.path) else 0
        assert coloured == pytest.approx(expected, abs=3), depth
    # Old and new are beside each other below main; elsewhere one grey is all there is, and what separates frames.
    assert len(set(pixel_line(page, 0, 2 * ROW + 1, box["width"] - 1))) > 8
    assert len(set(pixel_line(page, 0, ROW + 1, box["width"] - 1))) <= 4
    assert errors == []


def test_the_list_of_changes_leads_to_the_frames(browser: Browser, tmp_path: Path, result: Differential) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(result))
    rows = page.locator(".duronb-changes tbody tr")
    assert rows.count() == len(result.changes)
    texts = dict(
        zip(rows.locator("th").all_inner_texts(), rows.locator("td.duronb-kind").all_inner_texts(), strict=True)
    )
    assert texts["hotspot"] == "appeared"
    assert texts["old"] == "moved to new: not slower"
    rows.filter(has_text="hotspot").first.get_by_role("button").click()
    page.wait_for_function(f"() => ({STATE})().selected.length === 3")
    shown = page.evaluate(STATE)
    assert (shown["selected"], shown["zoom"]) == (["main", "worker", "hotspot"], ["main", "worker"])
    assert rows.filter(has_text="hotspot").first.get_attribute("aria-current") == "true"
    assert errors == []


def test_the_unit_is_chosen_in_the_view_and_kept_in_the_address(
    browser: Browser, tmp_path: Path, result: Differential
) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(result))
    hot = page.locator(".duronb-changes tbody tr", has_text="hotspot").first
    assert " ms" in hot.inner_text()
    page.get_by_label("What is compared (u)").select_option("share")
    page.locator(".duronb-changes tbody tr", has_text="pp").first.wait_for()
    share = result.in_unit("share")
    assert share is not None
    assert f"+{100 * named(share, 'hotspot').delta:.2f} pp" in hot.inner_text()
    page.wait_for_function("() => location.hash.includes('unit=share')")
    page.reload()
    page.locator(".duronb-changes tbody tr", has_text="pp").first.wait_for()
    page.locator(".duronb-graph").focus()
    page.keyboard.press("u")
    page.locator(".duronb-changes tbody tr", has_text=" ms").first.wait_for()
    assert page.evaluate(STATE)["unit"] == ""
    assert errors == []


def test_how_it_was_tested_is_below_and_what_limits_belief_above(browser: Browser, tmp_path: Path) -> None:
    one = differential(*groups(BASE, planted(BASE, "main;hot", 0.1), 1, 3, seconds=10))
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(one))
    assert "only functions that appeared or vanished are coloured" in page.locator(".duronb-notices").inner_text()
    methods = page.locator(".duronb-methods")
    assert "only where one side has no sample" not in methods.inner_text()
    methods.locator("summary").click()
    assert "only where one side has no sample" in methods.inner_text()
    assert errors == []


def saved(page: Page, label: str, path: Path) -> Path:
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.locator(".duronb-popup").get_by_role("menuitem", name=label).click()
    target = path / download.value.suggested_filename
    download.value.save_as(target)
    return target


def test_files_have_both_sides(browser: Browser, tmp_path: Path, result: Differential) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(result, unit="share"))
    tree = result.tree
    lines = saved(page, "Folded stacks of both sides", tmp_path).read_text().splitlines()
    assert lines == [
        f"{';'.join(tree.frames.names[frame] for frame in tree.stack(node))} {result.before[node]} {result.after[node]}"
        for node in range(1, len(tree))
        if result.before[node] or result.after[node]
    ]
    titles = [text for text in (each.text for each in ET.parse(saved(page, "SVG picture", tmp_path)).iter()) if text]
    (hot,) = [text for text in titles if text.startswith("hotspot (")]
    assert hot.startswith("hotspot (0% → ")
    assert "appeared, +" in hot
    assert saved(page, "PNG picture", tmp_path).read_bytes()[:4] == b"\x89PNG"
    copy = saved(page, "HTML page", tmp_path)
    again, more = opened(browser, tmp_path / "b.html", copy.read_text())
    again.locator(".duronb-changes tbody tr", has_text="pp").first.wait_for()
    assert [*errors, *more] == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 700)])
def test_a_notebook_without_our_extension_draws_it(
    browser: Browser, tmp_path: Path, result: Differential, scheme: str, width: int
) -> None:
    output = DifferentialDisplay(payload_of(result))._repr_mimebundle_()["text/html"]
    page, errors = opened(
        browser, tmp_path / "a.html", f"<!DOCTYPE html><meta charset=utf-8>{output}", scheme=scheme, width=width
    )
    page.locator(".duronb-changes tbody tr").first.wait_for()
    assert page.locator("img.duronb-still").count() == 0
    assert page.locator("details", has_text="Changes as a table").count() == 1
    # The viewer says how it was tested, and the text below the static picture is gone with it.
    assert page.get_by_text("How this was tested").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=tmp_path / "notebook.png", full_page=True)
    assert errors == []
