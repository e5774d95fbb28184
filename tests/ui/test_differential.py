"""The differential flamegraph in a real browser, against figures computed here from the stacks alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from duronb.model.profile import Profile
from duronb.views.differential.page import differential_page
from tests.ui.drawn import opened
from tests.views.differential.encoder import NodeVerdicts, differential_payload
from tests.views.differential.encoder import Pair as Sides
from tests.views.profiles import HOSTILE, STAGES, make_profile, stack_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.ui

Path_ = tuple[str, ...]
Pair = dict[str, tuple[int, int]]

PAIR: Pair = {
    "main;poll": (150, 200),
    "main;poll;cheaper": (300, 300),
    "main;poll;dearer": (100, 500),
    "main;poll;fresh;inner": (0, 380),
    "main;poll;gone;inner": (150, 0),
    "main;poll;noise": (100, 220),
    "main;poll;same": (200, 400),
}
"""Self samples before and after: twice as many after, so that only shares compare."""

Q = {"cheaper": 0.0004, "dearer": 0.00000001, "fresh": 0.003, "gone": 0.01, "inner": 0.02, "noise": 0.61, "same": 1.0}
ROW = 18
STATE = "() => { const [view] = window.duronb.views.values(); return view.state(); }"


def pixel_line(page: Page, x: float, y: float, width: float) -> list[tuple[int, int, int]]:
    """Colours of a line of the picture."""
    data = page.evaluate(
        "([x, y, w]) => { const host = document.querySelector('.duronb-host').shadowRoot;"
        " const canvas = host.querySelector('canvas.duronb-canvas'); const ratio = window.devicePixelRatio;"
        " return [...canvas.getContext('2d').getImageData(x * ratio, y * ratio, Math.max(1, w * ratio), 1).data]; }",
        [round(x), round(y), round(width)],
    )
    return [tuple(data[at : at + 3]) for at in range(0, len(data), 4)]


def profiles(pair: Pair) -> tuple[Profile, Profile]:
    sides = [{(STAGES[0], "main", 0, stack_of(text)): counts[side] for text, counts in pair.items()} for side in (0, 1)]
    before, after = (make_profile({cell: count for cell, count in side.items() if count}) for side in sides)
    return before, after


def payload_of(pair: Pair = PAIR, *, tested: bool = True, **options: Any) -> dict[str, Any]:
    union = Sides.of(*profiles(pair))
    names = [union.tree.name(node) for node in range(len(union.tree))]
    q = np.asarray([Q.get(name, np.nan) for name in names])
    return differential_payload(
        union,
        title="duroxide 0.1.31 → 0.1.32",
        before_title="0.1.31",
        after_title="0.1.32",
        tests=NodeVerdicts(total=q, own=q) if tested else None,
        **options,
    )


def drawn(browser: Browser, path: Path, payload: dict[str, Any], **options: Any) -> tuple[Page, list[str]]:
    page, errors = opened(browser, path, differential_page(payload, "Differential"), **options)
    page.locator("canvas.duronb-canvas").wait_for()
    page.wait_for_function(
        "() => document.querySelector('.duronb-host').shadowRoot.querySelector('.duronb-legend').children.length"
    )
    return page, errors


def shares(pair: Pair = PAIR) -> dict[Path_, tuple[float, float]]:
    whole = [sum(counts[side] for counts in pair.values()) for side in (0, 1)]
    return {tuple(text.split(";")): (a / whole[0], b / whole[1]) for text, (a, b) in pair.items()}


def per_function(mode: str) -> dict[str, tuple[float, float]]:
    """Both sides of every function, straight from the stacks."""
    found: dict[str, tuple[float, float]] = {}
    for path, (a, b) in shares().items():
        for name in {path[-1]} if mode == "self" else set(path):
            before, after = found.get(name, (0.0, 0.0))
            found[name] = (before + a, after + b)
    return {name: found.get(name, (0.0, 0.0)) for path in shares() for name in path}


WIDTHS: Mapping[str, Callable[[float, float], float]] = {
    "both": max,
    "before": lambda a, b: a,
    "after": lambda a, b: b,
    "difference": lambda a, b: abs(b - a),
}


def rectangles(width: str, pixels: float) -> dict[Path_, tuple[float, float]]:
    """Left edge and width of every frame: children by name from the left, a frame's own part at its right."""
    own = {path: WIDTHS[width](a, b) for path, (a, b) in shares().items()}
    nodes = sorted({path[:depth] for path in own for depth in range(len(path) + 1)})
    extent = {node: sum(part for path, part in own.items() if path[: len(node)] == node) for node in nodes}
    left: dict[Path_, float] = {(): 0.0}
    used = dict.fromkeys(nodes, 0.0)
    for node in nodes[1:]:
        left[node] = left[node[:-1]] + used[node[:-1]]
        used[node[:-1]] += extent[node]
    scale = pixels / extent[()]
    return {node: (left[node] * scale, extent[node] * scale) for node in nodes}


def telling(value: float) -> str:
    if value == 0:
        return "0"
    rounded = Context(prec=3, rounding=ROUND_HALF_UP).create_decimal_from_float(value)
    return f"{rounded:.{min(4, max(0, 2 - rounded.adjusted()))}f}"


def percent(value: float) -> str:
    return "0%" if value == 0 else "100%" if value == 1 else f"{100 * value:.{2 if value < 0.1 else 1}f}%"


def points(value: float) -> str:
    value = round(value, 12)
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"{sign}{telling(abs(100 * value))} pp"


def factor(a: float, b: float) -> str:
    if a == b:
        return "×1"
    return "appeared" if a == 0 else "vanished" if b == 0 else f"×{telling(b / a)}"


def rows_of(view: Locator) -> dict[str, list[str]]:
    return {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in view.locator(".duronb-functions tbody tr").all()
    }


@pytest.mark.parametrize("mode", ["total", "self"])
def test_the_table_has_both_sides_of_every_function(browser: Browser, tmp_path: Path, mode: str) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(state={"table": True, "mode": mode}))
    view = page.locator("div.duronb-flamegraph")
    view.locator(".duronb-functions tbody tr").first.wait_for()
    found = rows_of(view)
    expected = per_function(mode)
    assert found.keys() == expected.keys()
    for name, (a, b) in expected.items():
        assert found[name][:4] == [percent(a), percent(b), points(b - a), factor(a, b)], name
    assert found["dearer"][4] == "significant, q < 0.000001"
    assert found["noise"][4] == "not significant, q = 0.610"
    assert found["main"][4] == "not tested"
    sizes = [abs(expected[name][1] - expected[name][0]) for name in found]
    assert sizes == pytest.approx(sorted(sizes, reverse=True))
    keys_of: dict[str, Callable[[str], float]] = {
        "Before": lambda name: -expected[name][0],
        "After": lambda name: -expected[name][1],
        "Difference": lambda name: expected[name][0] - expected[name][1],
        "Test": lambda name: Q.get(name, math.inf),
    }
    for heading, key in keys_of.items():
        view.locator(".duronb-functions thead button", has_text=heading).first.click()
        keys = [key(name) for name in rows_of(view)]
        assert keys == pytest.approx(sorted(keys)), heading
    assert errors == []


@pytest.mark.parametrize(
    ("side", "width"),
    [("difference", "both"), ("difference", "before"), ("difference", "after"), ("difference", "difference"),
     ("before", "both"), ("after", "both")],
)  # fmt: skip
def test_every_frame_stands_where_the_widths_put_it(browser: Browser, tmp_path: Path, side: str, width: str) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(state={"icicle": True, "side": side, "width": width}))
    box = page.locator("canvas.duronb-canvas").bounding_box()
    assert box is not None
    placed = rectangles(width if side == "difference" else side, box["width"])
    seen = {node: place for node, place in placed.items() if place[1] > 0.5}
    assert page.evaluate(STATE)["visible"] == len(seen)
    tooltip = page.locator(".duronb-tooltip")
    for node, (left, wide) in seen.items():
        for x in (left + 1.5, left + wide - 2.5):
            page.mouse.move(box["x"] + x, box["y"] + ROW * len(node) + 8)
            assert tooltip.locator(".duronb-tooltip-name").inner_text() == (node[-1] if node else "all")
    assert errors == []


def test_the_tooltip_says_what_each_side_has(browser: Browser, tmp_path: Path) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(state={"icicle": True}))
    box = page.locator("canvas.duronb-canvas").bounding_box()
    assert box is not None
    placed = rectangles("both", box["width"])
    whole = [sum(counts[side] for counts in PAIR.values()) for side in (0, 1)]
    verdicts = {
        ("main", "poll"): "not tested",
        ("main", "poll", "dearer"): "significant (q < 0.000001)",
        ("main", "poll", "noise"): "not significant (q = 0.610)",
        ("main", "poll", "gone"): "vanished, significant (q = 0.010)",
        ("main", "poll", "fresh"): "appeared, significant (q = 0.003)",
    }
    for node, verdict in verdicts.items():
        left, wide = placed[node]
        page.mouse.move(box["x"] + left + wide / 2, box["y"] + ROW * len(node) + 8)
        a, b = (sum(value[side] for path, value in shares().items() if path[: len(node)] == node) for side in (0, 1))
        own_a, own_b = shares().get(node, (0.0, 0.0))
        expected = {
            "Before": f"{percent(a)} · {round(a * whole[0]):,} samples",
            "After": f"{percent(b)} · {round(b * whole[1]):,} samples",
            "Total change": f"{points(b - a)} · {factor(a, b)}",
            "Self": f"{percent(own_a)} → {percent(own_b)} · {points(own_b - own_a)} · {factor(own_a, own_b)}",
            "Total difference": verdict,
        }
        tooltip = page.locator(".duronb-tooltip")
        keys, values = tooltip.locator("dt").all_inner_texts(), tooltip.locator("dd").all_inner_texts()
        assert dict(zip(keys, values, strict=True)) == expected
    assert errors == []


def is_grey(colour: tuple[int, int, int]) -> bool:
    return max(colour) - min(colour) <= 6


HUES = {
    ("red-blue", "dearer"): lambda r, g, b: r > g + 20 and r > b + 20,
    ("red-blue", "cheaper"): lambda r, g, b: b > r + 20 and b > g,
    ("orange-purple", "dearer"): lambda r, g, b: r > g + 10 and g > b + 20,
    ("orange-purple", "cheaper"): lambda r, g, b: b > g + 10 and r > g + 5,
}


@pytest.mark.parametrize("palette", ["red-blue", "orange-purple"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("intensity", ["absolute", "relative"])
def test_colours_say_dearer_cheaper_or_neither(
    browser: Browser, tmp_path: Path, scheme: str, palette: str, intensity: str
) -> None:
    state = {"icicle": True, "palette": palette, "intensity": intensity}
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(state=state), scheme=scheme)
    box = page.locator("canvas.duronb-canvas").bounding_box()
    assert box is not None
    colours = {}
    for node, (left, wide) in rectangles("both", box["width"]).items():
        # Above the label, below the edge.
        line = pixel_line(page, left + 3, ROW * len(node) + 1, wide - 8)
        hatched = node[2:3] in (("gone",), ("fresh",))
        assert (len(set(line)) > 1) == hatched, node
        colours[node[-1] if node else "all"] = max(set(line), key=line.count)
    assert all(is_grey(colours[name]) for name in ("all", "main", "poll", "same", "noise"))
    for name, hue in (("dearer", "dearer"), ("fresh", "dearer"), ("cheaper", "cheaper"), ("gone", "cheaper")):
        assert HUES[palette, hue](*colours[name]), (name, colours[name])
    assert errors == []


def test_without_tests_every_difference_is_coloured_and_that_is_said(browser: Browser, tmp_path: Path) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(tested=False, state={"icicle": True}))
    box = page.locator("canvas.duronb-canvas").bounding_box()
    assert box is not None
    left, _ = rectangles("both", box["width"])["main", "poll", "noise"]
    assert not is_grey(pixel_line(page, left + 3, 3 * ROW + 1, 1)[0])
    left, _ = rectangles("both", box["width"])["main", "poll", "same"]
    assert is_grey(pixel_line(page, left + 3, 3 * ROW + 1, 1)[0])
    assert "not tested" in (page.locator(".duronb-legend").text_content() or "")
    assert errors == []


def test_self_mode_colours_own_samples(browser: Browser, tmp_path: Path) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(tested=False, state={"icicle": True}))
    box = page.locator("canvas.duronb-canvas").bounding_box()
    assert box is not None
    assert is_grey(pixel_line(page, 3, 2 * ROW + 1, 1)[0])
    page.get_by_role("button", name="Self", exact=True).click()
    page.wait_for_timeout(100)
    assert HUES["red-blue", "cheaper"](*pixel_line(page, 3, 2 * ROW + 1, 1)[0])
    assert errors == []


def test_search_counts_both_sides_once(browser: Browser, tmp_path: Path) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of())
    box = page.locator(".duronb-searching input")
    matched = page.locator(".duronb-matched")
    for pattern, names in (("gone|fresh|inner", {"inner"}), ("^(dearer|noise)$", {"dearer", "noise"}), ("poll", None)):
        box.fill(pattern)
        page.wait_for_function(f"() => ({STATE})().search === {pattern!r}")
        a, b = (
            sum(value[side] for path, value in shares().items() if names is None or path[-1] in names)
            for side in (0, 1)
        )
        assert matched.text_content() == f"{percent(a)} → {percent(b)} matched"
        shown = page.evaluate(STATE)
        assert [shown["matched"]["before"], shown["matched"]["after"]] == pytest.approx([a, b])
    box.fill("(")
    page.wait_for_function("() => document.querySelector('.duronb-host').shadowRoot.querySelector('.duronb-error')")
    assert page.evaluate(STATE)["search"] == "poll"
    assert errors == []


def test_keys_reach_every_view_and_figure(browser: Browser, tmp_path: Path) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of())
    page.locator(".duronb-graph").focus()
    steps = [
        ("1", "side", "before"), ("3", "side", "after"), ("b", "side", "before"), ("b", "side", "after"),
        ("2", "side", "difference"), ("s", "mode", "self"), ("s", "mode", "total"), ("w", "width", "before"),
        ("w", "width", "after"), ("w", "width", "difference"), ("w", "width", "both"),
        ("c", "palette", "orange-purple"), ("a", "intensity", "relative"), ("i", "icicle", True), ("t", "table", True),
        ("ArrowDown", "selected", ["main"]), ("ArrowDown", "selected", ["main", "poll"]),
        ("ArrowDown", "selected", ["main", "poll", "cheaper"]),
        ("ArrowRight", "selected", ["main", "poll", "dearer"]), ("Enter", "zoom", ["main", "poll", "dearer"]),
        ("#", "search", "^dearer$"), ("Backspace", "zoom", ["main", "poll"]),
        ("n", "selected", ["main", "poll", "dearer"]),
        ("Escape", "zoom", []), ("Escape", "search", ""),
    ]  # fmt: skip
    for key, field, value in steps:
        page.keyboard.press(key)
        assert page.evaluate(STATE)[field] == value, key
    page.keyboard.press("?")
    assert page.locator(".duronb-popup").get_by_role("menuitem").count() > 15
    page.keyboard.press("Escape")
    assert page.locator(".duronb-popup").is_hidden()
    assert errors == []


def test_the_address_keeps_what_is_shown(browser: Browser, tmp_path: Path) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of())
    page.get_by_role("button", name="After", exact=True).click()
    page.locator(".duronb-graph").focus()
    for key in ("s", "c", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("() => location.hash.includes('zoom=main')")
    before = page.evaluate(STATE)
    page.reload()
    page.locator("canvas.duronb-canvas").wait_for()
    after = page.evaluate(STATE)
    assert after == before
    assert (after["side"], after["mode"], after["palette"], after["zoom"]) == (
        "after",
        "self",
        "orange-purple",
        ["main"],
    )
    page.evaluate("() => { location.hash = '#side=pie&width=before&mode=self' }")
    page.wait_for_function(f"() => ({STATE})().width === 'before'")
    assert page.evaluate(STATE)["side"] == "difference"
    assert errors == []


def test_cpu_time_per_orchestration_is_in_milliseconds(browser: Browser, tmp_path: Path) -> None:
    scales = (0.02, 0.0125)
    payload = payload_of(unit="cpu_ms_per_orchestration", scales=scales, state={"table": True})
    page, errors = drawn(browser, tmp_path / "a.html", payload)
    view = page.locator("div.duronb-flamegraph")
    view.locator(".duronb-functions tbody tr").first.wait_for()
    found = rows_of(view)
    for name, (a, b) in {"dearer": (100, 500), "noise": (100, 220), "main": (1000, 2000)}.items():
        x, y = a * scales[0], b * scales[1]
        sign = "+" if y > x else "\u2212"
        expected = [f"{telling(x)} ms", f"{telling(y)} ms", f"{sign}{telling(abs(y - x))} ms", f"×{telling(y / x)}"]
        assert found[name][:4] == expected
    assert errors == []


def test_a_side_may_be_empty(browser: Browser, tmp_path: Path) -> None:
    for before, after in ((0, 3), (3, 0), (0, 0)):
        page, errors = drawn(browser, tmp_path / "a.html", payload_of({"a;b": (before, after)}, tested=False))
        for key in ("1", "2", "3", "w", "w", "w", "t"):
            page.locator(".duronb-graph").focus()
            page.keyboard.press(key)
        assert errors == []
        page.close()


def test_a_broken_payload_is_said_in_one_sentence(browser: Browser, tmp_path: Path) -> None:
    for change in ({"version": 3}, {"nodes": 99}, {"data": "AAAA"}, {"before": None}, {"tests": None}):
        page, _ = opened(browser, tmp_path / "a.html", differential_page(payload_of() | change, "broken"))
        message = page.locator("p.duronb-message[role=alert]")
        message.wait_for()
        assert (message.text_content() or "").endswith(".")
        page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 700)])
def test_hostile_names_run_nothing_and_nothing_overflows(
    browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    sides = [
        make_profile({(STAGES[0], "main", 0, ((name, f"module {name}"), ("inner", "m"))): 5 + (3 * place + side) % 7
                      for place, name in enumerate(HOSTILE)})
        for side in (0, 1)
    ]  # fmt: skip
    payload = differential_payload(
        Sides.of(*sides), title=HOSTILE[0], before_title=HOSTILE[1], after_title=HOSTILE[6], state={"table": True}
    )
    page, errors = drawn(browser, tmp_path / "a.html", payload, scheme=scheme, width=width)
    box = page.locator("canvas.duronb-canvas").bounding_box()
    assert box is not None
    for x in range(10, int(box["width"]), 40):
        page.mouse.move(box["x"] + x, box["y"] + box["height"] - 2 * ROW + 8)
    page.locator(".duronb-functions tbody button").first.click()
    page.wait_for_timeout(200)
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("div.duronb-flamegraph img, div.duronb-flamegraph .duronb-functions script").count() == 0
    page.screenshot(path=tmp_path / "hostile.png", full_page=True)


@pytest.mark.parametrize(
    ("name", "scheme", "width", "state"),
    [
        ("light", "light", 1200, {"table": True}),
        ("dark", "dark", 1200, {"table": True, "palette": "orange-purple"}),
        ("narrow", "light", 700, {"width": "difference", "mode": "self", "search": "inner"}),
        ("before", "light", 1200, {"side": "before"}),
        ("narrow-dark", "dark", 700, {"intensity": "relative", "table": True}),
    ],
)
def test_the_toolbar_fits(  # noqa: PLR0917
    browser: Browser, tmp_path: Path, name: str, scheme: str, width: int, state: dict[str, Any]
) -> None:
    page, errors = drawn(browser, tmp_path / "a.html", payload_of(state=state), scheme=scheme, width=width)
    page.wait_for_timeout(200)
    clipped = page.evaluate(
        "() => { const root = document.querySelector('.duronb-host').shadowRoot;"
        " const box = root.querySelector('.duronb-view').getBoundingClientRect();"
        " return [...root.querySelectorAll('.duronb-tools > *, .duronb-foot > *, .duronb-legend > li')]"
        ".filter(e => !e.hidden).map(e => e.getBoundingClientRect())"
        ".filter(r => r.right > box.right + 0.5 || r.left < box.left - 0.5).length; }"
    )
    assert clipped == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
    assert errors == []
