"""Every file that the menu gives, saved by a real browser and read back, against plain counts."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.driving import FIRST, Driven, figures
from tests.views.formats.firefox_reading import check_profile, samples_of
from tests.views.formats.pprof_reading import read
from tests.views.formats.test_speedscope import check_file
from tests.views.plain_stacks import CALLERS, INITIAL, View

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

SVG = "{http://www.w3.org/2000/svg}"
ROOTS = ["std::thread::start", "tokio::runtime::run", "tokio::task::poll", "duroxide::run"]
STATES: dict[str, dict[str, Any]] = {
    "all": {},
    "zoomed": {"zoom": ROOTS, "search": "vfs_", "icicle": True, "stage": FIRST},
    "rewritten": {"runtime": "hidden", "generics": True, "recursion": True, "ignore": "^clone$"},
    "inverted": {"view": "inverted", "zoom": ["vfs_write", "sqlite3_step"]},
    "callers": {"view": "sandwich", "function": "sqlite3_step", "zoom": [CALLERS, "sqlx_core::query"]},
    "callees": {"view": "sandwich", "function": "duroxide::run", "zoom": ["duroxide::get::<Alpha>"]},
    "second": {"view": "time", "zoom": [FIRST, "+1 s"], "runtime": "folded"},
}


@pytest.fixture
def graph(browser: Browser, tmp_path: Path) -> Iterator[Driven]:
    with Driven.opened(browser, tmp_path / "a.html") as driven:
        yield driven


def saved(graph: Driven, label: str, path: Path) -> bytes:
    """Choose a file in the menu."""
    graph.button("Export").click()
    with graph.page.expect_download() as download:
        graph.locator(".duronb-popup").get_by_role("menuitem", name=label).click()
    name = download.value.suggested_filename
    assert re.fullmatch(r"[\w.-]+", name)
    download.value.save_as(path / name)
    graph.locator(".duronb-status", has_text=f"Saved {name}").wait_for()
    return (path / name).read_bytes()


def show(graph: Driven, state: dict[str, Any]) -> View:
    whole = {**INITIAL, **state, "selected": state.get("zoom", [])}
    graph.page.evaluate("state => [...window.duronb.views.values()][0].update(state)", whole)
    return graph.expect(**whole)


def test_the_svg_has_the_rectangles_of_the_view(graph: Driven, tmp_path: Path) -> None:
    for state in STATES.values():
        view = show(graph, state)
        root = ET.fromstring(saved(graph, "SVG picture", tmp_path).decode())
        found: Counter[tuple[str, int, float]] = Counter()
        for group in root.iter(f"{SVG}g"):
            title, rect = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
            if title is None or rect is None:
                continue
            told = re.fullmatch(r"(.*) \(([\d,]+) samples?, .*\)", title.text or "", re.DOTALL)
            assert told is not None, title.text
            found[told[1], int(told[2].replace(",", "")), round(float(rect.attrib["width"]), -1)] += 1
        expected: Counter[tuple[str, int, float]] = Counter()
        for (part, path), (_, _, width) in graph.rectangles(view).items():
            if (part, path) != ("callers", ()):
                name = path[-1][0] if path else "all" if part == "tree" else view.state["function"]
                expected[name, view.parts[part].totals[path], round(width - (width > 3), -1)] += 1
        assert found == expected
        assert view.whole == figures("1% · " + "".join(graph.locator(".duronb-facts").all_text_contents()))[1]
        text = "".join(root.itertext())
        assert f"{view.whole:,} samples" in text


def test_the_png_is_the_picture(graph: Driven, tmp_path: Path) -> None:
    made = saved(graph, "PNG picture", tmp_path)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", made[16:24])
    box = graph.locator(".duronb-space").bounding_box()
    assert box is not None
    assert width >= box["width"]
    x, y = graph.point("vfs_write")
    # The page may not fetch, and an image in the address is allowed.
    same = graph.page.evaluate(
        """async ([text, x, y]) => {
            const image = new Image();
            image.src = 'data:image/png;base64,' + text;
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height);
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            const root = document.querySelector('.duronb-host').shadowRoot;
            const screen = root.querySelector('canvas.duronb-canvas');
            const box = screen.getBoundingClientRect();
            const pixels = context => (...area) => new Uint32Array(context.getImageData(...area).data.buffer);
            const [wanted] = pixels(screen.getContext('2d'))(x - box.x, y - box.y, 1, 1);
            const same = pixels(context)(0, 0, image.width, image.height).filter(each => each === wanted).length;
            return same / (image.width * image.height);
        }""",
        [base64.b64encode(made).decode(), x, y - 7],
    )
    assert height >= 18 * 9
    # A good sixth of the samples is in the function, which is one row of nine or more.
    assert same > 0.004


def test_the_page_shows_the_same_again(graph: Driven, browser: Browser, tmp_path: Path) -> None:
    state = STATES["callers"] | {"search": "vfs_|sqlx"}
    show(graph, state)
    made = saved(graph, "HTML page", tmp_path)
    (tmp_path / "again.html").write_bytes(made)
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 800})
    page = context.new_page()
    again = Driven(page, [], graph.counts, dict(graph.expected))
    page.on("pageerror", lambda error: again.errors.append(str(error)))
    page.goto((tmp_path / "again.html").as_uri())
    again.locator("canvas.duronb-canvas").wait_for()
    again.check()
    # It gives files itself.
    assert saved(again, "HTML page", tmp_path)[:15] == made[:15]
    context.close()


@pytest.mark.parametrize("name", STATES)
def test_folded_stacks_are_those_in_view(graph: Driven, tmp_path: Path, name: str) -> None:
    view = show(graph, STATES[name])
    lines = saved(graph, "Folded stacks", tmp_path).decode().splitlines()
    found = Counter({line.rsplit(" ", 1)[0]: int(line.rsplit(" ", 1)[1]) for line in lines})
    assert len(found) == len(lines)
    expected: Counter[str] = Counter()
    for sample, _, _ in view.in_view():
        expected[";".join(frame for frame, _, _ in sample.stack)] += sample.count
    assert found == expected
    assert found.total() == view.scope


def test_files_for_other_viewers_have_the_whole_run(graph: Driven, tmp_path: Path) -> None:
    # Whatever is selected in the view.
    show(graph, STATES["zoomed"])
    made = json.loads(saved(graph, "speedscope", tmp_path))
    check_file(made)
    frames = [(frame["name"], frame.get("file", "")) for frame in made["shared"]["frames"]]
    by_stage: Counter[Any] = Counter()
    for one in made["profiles"]:
        for stack, weight in zip(one["samples"], one["weights"], strict=True):
            by_stage[one["name"], tuple(frames[frame] for frame in stack)] += weight
    expected: Counter[Any] = Counter()
    for (stage, _, _, stack), count in graph.counts.items():
        expected[stage, stack] += count
    assert by_stage == expected

    pprof = read(gzip.decompress(saved(graph, "pprof", tmp_path)))
    assert pprof.samples == Counter(graph.counts)

    made = json.loads(saved(graph, "Firefox Profiler", tmp_path))
    check_profile(made)
    by_second: Counter[Any] = Counter()
    for (_, thread, second, stack), count in graph.counts.items():
        by_second[thread, second, stack] += count
    assert samples_of(made) == by_second
    assert graph.errors == []


def test_the_menu_opens_and_closes_with_the_keyboard(graph: Driven) -> None:
    graph.press("e")
    menu = graph.locator(".duronb-popup[role=menu]")
    menu.wait_for()
    assert menu.get_by_role("menuitem").count() == 7
    graph.page.keyboard.press("Escape")
    menu.wait_for(state="hidden")
    graph.press("e")
    for _ in range(3):
        graph.page.keyboard.press("ArrowDown")
    with graph.page.expect_download() as download:
        graph.page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".folded")
