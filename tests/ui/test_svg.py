"""The standalone SVG in a real browser: zoom, reset, search, hover, against figures counted in Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from duronb.views.formats.svg import run_svg
from tests.ui.drawn import note_dialogs
from tests.views.profiles import displayed, hostile_run, make_run, realistic_cells, small_cells, totals_by_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

pytestmark = pytest.mark.ui


def opened(browser: Browser, path: Path, content: bytes, scheme: str = "light") -> tuple[Page, list[str]]:
    path.write_bytes(content)
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1250, "height": 700})  # type: ignore[arg-type]
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_selector("svg[data-ready]", timeout=60_000)
    return page, errors


def answer(page: Page, text: str) -> None:
    def accept(dialog: Dialog) -> None:
        dialog.accept(text)

    page.once("dialog", accept)


def titles(page: Page) -> list[tuple[str, int]]:
    texts = page.eval_on_selector_all("#frames .frame title", "all => all.map(e => e.textContent)")
    found = [re.fullmatch(r"(.*) \(([\d,]+) samples, .*\)", text, re.DOTALL) for text in texts]
    return sorted((match[1], int(match[2].replace(",", ""))) for match in found if match is not None)


def frame(page: Page, name: str) -> object:
    return page.locator("#frames .frame").filter(
        has=page.locator("title", has_text=re.compile(rf"^{re.escape(name)} \("))
    )


def test_click_zooms_and_a_click_on_the_title_resets(browser: Browser, tmp_path: Path) -> None:
    run = make_run(small_cells())
    page, errors = opened(browser, tmp_path / "a.svg", run_svg(run, run.profile))
    totals = totals_by_path((displayed(stack), count) for (*_, stack), count in small_cells().items())
    everything = sorted((path[-1] if path else "all", total) for path, total in totals.items())
    assert titles(page) == everything
    frame(page, "step").locator("rect").click()  # type: ignore[attr-defined]
    below = {path: total for path, total in totals.items() if not path or path[0] == "step"}
    assert titles(page) == sorted((path[-1] if path else "all", total) for path, total in below.items())
    width = frame(page, "vfs_write").locator("rect").get_attribute("width")  # type: ignore[attr-defined]
    assert float(width) == pytest.approx(1180 * totals["step", "vfs_write"] / totals["step",], abs=1.5)
    assert page.locator("#unzoom").is_visible()
    page.locator("#title").click()
    assert titles(page) == everything
    assert not page.locator("#unzoom").is_visible()
    assert errors == []


def test_ctrl_f_searches_and_counts_nested_matches_once(browser: Browser, tmp_path: Path) -> None:
    run = make_run(realistic_cells(1500))
    page, errors = opened(browser, tmp_path / "a.svg", run_svg(run, run.profile))
    stacks = [(displayed(stack), count) for (*_, stack), count in realistic_cells(1500).items()]
    everything = sum(count for _, count in stacks)
    for pattern in ("sqlite3_|pager_", "vfs_(read|write)", "^duroxide::"):
        matched = sum(
            count for stack, count in stacks if any(re.search(pattern, name, re.IGNORECASE) for name in stack)
        )
        answer(page, pattern)
        page.keyboard.press("Control+f")
        page.wait_for_function("document.getElementById('matched').textContent.startsWith('Matched')")
        shown = float((page.locator("#matched").text_content() or "").split()[-1].rstrip("%"))
        assert shown == pytest.approx(100 * matched / everything, abs=0.051)
    page.locator("#search").click()
    assert page.locator("#matched").text_content() == ""
    answer(page, "(")
    page.keyboard.press("Control+f")
    assert page.locator("#matched").text_content()
    assert errors == []


def test_hovering_names_the_frame_with_its_samples_and_share(browser: Browser, tmp_path: Path) -> None:
    run = make_run(small_cells())
    page, _ = opened(browser, tmp_path / "a.svg", run_svg(run, run.profile))
    frame(page, "vfs_write").locator("rect").hover()  # type: ignore[attr-defined]
    assert page.locator("#details").text_content() == "vfs_write (24 samples, 52.2%)"


def test_the_first_picture_is_the_one_that_the_script_draws(browser: Browser, tmp_path: Path) -> None:
    run = make_run(realistic_cells(1500))
    content = run_svg(run, run.profile)
    still = browser.new_context(java_script_enabled=False).new_page()
    (tmp_path / "a.svg").write_bytes(content)
    still.goto((tmp_path / "a.svg").as_uri())
    page, _ = opened(browser, tmp_path / "b.svg", content)
    before = re.findall(
        r"<g class=\"frame\"><title>(.*?)</title><rect class=\"[\w-]+\" x=\"([\d.]+)\" y=\"(\d+)\"", content.decode()
    )
    drawn = page.eval_on_selector_all(
        "#frames .frame",
        "all => all.map(g => [g.querySelector('title').textContent, +g.querySelector('rect').getAttribute('x'),"
        " +g.querySelector('rect').getAttribute('y')])",
    )
    expected = sorted((title.replace("&lt;", "<").replace("&gt;", ">"), float(x), float(y)) for title, x, y in before)
    assert len(drawn) == len(expected) > 100
    for (title, x, y), (title_before, x_before, y_before) in zip(sorted(map(tuple, drawn)), expected, strict=True):
        assert (title, y) == (title_before, y_before)
        assert x == pytest.approx(x_before, abs=0.11)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_names_run_nothing(browser: Browser, tmp_path: Path, scheme: str) -> None:
    run = hostile_run()
    (tmp_path / "a.svg").write_bytes(b"")
    page, errors = opened(browser, tmp_path / "a.svg", run_svg(run, run.profile), scheme)
    dialogs: list[str] = []
    note_dialogs(page, dialogs)
    page.wait_for_timeout(300)
    assert dialogs == errors == []
    assert any("<script>alert(1)</script>" in name for name, _ in titles(page))
    page.screenshot(path=tmp_path / f"{scheme}.png")
