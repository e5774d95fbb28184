from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.analysis.differential.differential import Differential, differential
from duronb.errors import DuronbError, RequestError, StoreError
from duronb.model.names import normalise
from duronb.model.profile import CallTree, Counts
from duronb.results.differential import DifferentialDisplay
from duronb.views.differential.content import DifferentialSource
from duronb.views.differential.page import differential_page
from duronb.views.differential.paired_tree import UnionTree, union_tree
from duronb.views.differential.payload import differential_payload, differential_source
from duronb.views.differential.reading import decode_differential
from duronb.views.differential.significance import NOT_TESTED, Significance
from duronb.views.differential.still import differential_svg
from duronb.views.differential.table import differential_table, differential_text
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.kit import bundles
from duronb.views.payload.writing import MIME_TYPE, payload_json
from tests.analysis.differential.programs import groups, planted, program
from tests.views.profiles import (
    CELLS,
    HOSTILE,
    STAGES,
    Cell,
    Stack,
    cells_of,
    make_profile,
    patient,
    realistic_cells,
    stack_of,
)
from tests.views.reading import check_inert

TITLES = {"title": "t", "before_title": "b", "after_title": "a"}


def cells(counts: Mapping[str, int]) -> dict[Cell, int]:
    return {(STAGES[0], "main", 0, stack_of(text) if text else ()): count for text, count in counts.items()}


def pair(before: Mapping[str, int], after: Mapping[str, int]) -> UnionTree:
    return union_tree(make_profile(cells(before)), make_profile(cells(after)))


def paths(tree: CallTree) -> list[tuple[str, ...]]:
    return [tuple(tree.frames.names[frame] for frame in tree.stack(node)) for node in range(len(tree))]


def by_path(tree: CallTree, counts: Counts) -> Counter[tuple[str, ...]]:
    return Counter({path: int(count) for path, count in zip(paths(tree), counts, strict=True) if count})


def merged_plainly(stacks: Mapping[Cell, int], *, generics: bool) -> Counter[tuple[str, ...]]:
    """Self samples per path of names, from the displayed samples, with a dict."""
    found: Counter[tuple[str, ...]] = Counter()
    for (*_, stack), count in stacks.items():
        found[tuple(normalise(name, closures=generics, generics=generics) for name, _ in stack)] += count
    return found


@patient
@given(CELLS, CELLS, st.booleans())
def test_the_union_has_every_path_once_and_every_sample(before: dict, after: dict, generics: bool) -> None:
    shown = [display_tree(make_profile(side)) for side in (before, after)]
    union = union_tree(*shown, generics=generics)
    plain = [merged_plainly(cells_of(side.profile), generics=generics) for side in shown]
    assert by_path(union.tree, union.before) == plain[0]
    assert by_path(union.tree, union.after) == plain[1]
    found = paths(union.tree)
    expected = {path[:depth] for side in plain for path in side for depth in range(len(path) + 1)} | {()}
    # Preorder with siblings by name is the lexical order of the paths.
    assert found == sorted(expected)


@patient
@given(CELLS, CELLS, st.data())
def test_a_payload_is_read_back_as_it_was_written(before: dict, after: dict, data: st.DataObject) -> None:
    union = union_tree(make_profile(before), make_profile(after))
    nodes = len(union.tree)
    one = st.one_of(st.just(float("nan")), st.floats(0, 1))
    q = np.asarray(data.draw(st.lists(one, min_size=nodes, max_size=nodes)))
    flags = np.asarray(data.draw(st.lists(st.booleans(), min_size=nodes, max_size=nodes)))
    payload = differential_payload(union, **TITLES, significant=Significance(total=q, own=flags, level=0.1))
    decoded = decode_differential(json.loads(payload_json(payload)))
    assert paths(decoded.tree) == [tuple(map(safe, path)) for path in paths(union.tree)]
    np.testing.assert_array_equal(decoded.tree.parent, union.tree.parent)
    np.testing.assert_array_equal(decoded.before, union.before)
    np.testing.assert_array_equal(decoded.after, union.after)
    np.testing.assert_array_equal(decoded.total, [NOT_TESTED if np.isnan(one) else one <= 0.1 for one in q])
    np.testing.assert_array_equal(decoded.own, flags)
    np.testing.assert_allclose(decoded.q_total, q, atol=5.1e-7)
    assert decoded.q_own is None
    assert payload == differential_payload(union, **TITLES, significant=Significance(total=q, own=flags, level=0.1))


def safe(name: str) -> str:
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in name)


def test_shares_make_unequal_runs_comparable() -> None:
    decoded = decode_differential(differential_payload(pair({"a": 30, "b": 10}, {"a": 3, "b": 1}), **TITLES))
    shares = [decoded.before * decoded.scales[0], decoded.after * decoded.scales[1]]
    np.testing.assert_allclose(shares[0], [0, 0.75, 0.25])
    np.testing.assert_allclose(shares[1], shares[0])
    assert (decoded.unit, set(decoded.total), decoded.q_total) == ("share", {NOT_TESTED}, None)


def test_cpu_time_per_orchestration_takes_its_scales() -> None:
    union = pair({"a": 3}, {"a": 5})
    payload = differential_payload(union, **TITLES, unit="cpu_ms_per_orchestration", scales=(0.25, 0.5))
    assert decode_differential(payload).scales == (0.25, 0.5)


@pytest.mark.parametrize(("before", "after"), [({}, {"a;b": 3}), ({"a;b": 3}, {}), ({}, {})])
def test_a_side_may_be_empty(before: dict[str, int], after: dict[str, int]) -> None:
    union = pair(before, after)
    decoded = decode_differential(differential_payload(union, **TITLES))
    assert len(decoded.tree) == (3 if before or after else 1)
    assert [int(decoded.before.sum()), int(decoded.after.sum())] == [3 * bool(before), 3 * bool(after)]
    assert all(np.isfinite(decoded.scales))


def test_names_align_whatever_the_build_made_of_them() -> None:
    before = {"step::h0123456789abcdef;Vec<u8>::push::{closure#1}": 2, "x;y": 1}
    after = {"step::hfedcba9876543210;Vec<u16>::push::{closure#4}": 5, "x;y": 1}
    folded = union_tree(make_profile(cells(before)), make_profile(cells(after)), generics=True)
    assert paths(folded.tree)[2] == ("step", "Vec::push::{closure}")
    assert (folded.before[2], folded.after[2]) == (2, 5)
    assert len(pair(before, after).tree) == len(folded.tree) + 1


def test_a_frame_is_where_it_is_now() -> None:
    stacks: list[Stack] = [(("read", "libc-2.31.so"),), (("read", "libc.so.6"),)]
    before, after = (make_profile({(STAGES[0], "main", 0, stack): 1}) for stack in stacks)
    union = union_tree(before, after)
    assert list(zip(union.tree.frames.names, union.tree.frames.modules, strict=True)) == [("read", "libc.so.6")]


def test_what_is_not_drawn_is_said_for_each_side() -> None:
    union = pair({"c:[unknown];main": 3}, {"main": 3})
    assert [text.split(":")[0] for text in union.notices] == ["Before"]
    assert differential_payload(union, **TITLES)["notices"] == union.notices


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": "joules"}, "Choose share"),
        ({"unit": "cpu_ms_per_orchestration"}, "needs scales"),
        ({"scales": (1.0, float("nan"))}, "from zero up"),
        ({"scales": (1.0, -1.0)}, "from zero up"),
        ({"significant": Significance(total=[True])}, "each of its 2 nodes"),
        ({"significant": Significance(own=[0.5, 1.5])}, "between 0 and 1"),
    ],
)
def test_wrong_requests_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        differential_payload(pair({"a": 1}, {"a": 1}), **TITLES, **arguments)


def test_one_side_alone_is_no_difference() -> None:
    with pytest.raises(RequestError, match="two sides"):
        differential_payload(make_profile(cells({"a": 1})), **TITLES)


def damaged(payload: dict, bytes_of: bytes) -> dict:
    return payload | {"data": base64.b64encode(gzip.compress(bytes_of)).decode()}


def test_damage_is_refused_wherever_it_is() -> None:
    tests = Significance(total=[0.01, 0.5, float("nan"), 1.0], own=[True, False, True, False])
    payload = differential_payload(pair({"a;b": 3}, {"a;c": 4}), **TITLES, significant=tests)
    data = gzip.decompress(base64.b64decode(payload["data"]))
    for length in range(len(data)):
        with pytest.raises(StoreError):
            decode_differential(damaged(payload, data[:length]))
    for at in range(len(data)):
        for value in (0, 1, 127, 255):
            try:
                decoded = decode_differential(damaged(payload, data[:at] + bytes([value]) + data[at + 1 :]))
            except StoreError:
                continue
            assert int(decoded.before.sum()) == 3
    for change in ({"format": "x"}, {"version": 3}, {"nodes": 10**9}, {"frames": -1}, {"tests": {}}, {"data": "%"}):
        with pytest.raises(StoreError):
            decode_differential(payload | change)


def test_hostile_names_are_text_in_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text('const end = "</script><!--";')
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)
    stacks = {(STAGES[0], "main", place, ((name, f"module {name}"),)): 1 for place, name in enumerate(HOSTILE)}
    profile = make_profile(stacks)
    payload = differential_payload(profile, profile, title=HOSTILE[0], before_title=HOSTILE[1], after_title=HOSTILE[2])
    check_inert(differential_page(payload, HOSTILE[0]), scripts=2)


def test_a_page_without_the_script_names_the_build_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    with pytest.raises(DuronbError, match="make build"):
        differential_page(differential_payload(pair({"a": 1}, {}), **TITLES), "t")


def test_equal_profiles_differ_nowhere() -> None:
    profile = make_profile(realistic_cells(2000))
    union = union_tree(profile, profile)
    np.testing.assert_array_equal(union.before, union.after)
    assert len(union.tree) == len(display_tree(profile).profile.tree)


BASE = program()
NAMES = {"title": "before → after", "before_title": "0.1.28", "after_title": "0.1.32"}


def compared(after: dict[str, float], runs: int = 5, seed: int = 1) -> Differential:
    return differential(*groups(BASE, after, runs, seed))


def payload_of(result: Differential, **options: Any) -> dict[str, Any]:
    return differential_source(result, **options).payload


def text_of(payload: dict[str, Any]) -> str:
    return differential_text(DifferentialSource(payload, decode_differential(payload)))


def test_a_differential_is_read_back_as_it_was_written() -> None:
    result = compared({**planted(BASE, "main;hot", 0.05), "main;worker": 0.5})
    payload = payload_of(result, **NAMES, state={"side": "after"})
    decoded = decode_differential(json.loads(payload_json(payload)))
    assert list(decoded.units) == ["cpu_ms_per_orchestration", "share"]
    assert decoded.scales == result.scales
    np.testing.assert_array_equal(decoded.before, result.before)
    np.testing.assert_array_equal(decoded.after, result.after)
    for kind, q, detectable, tests in (
        (decoded.total, decoded.q_total, decoded.detectable_total, result.total),
        (decoded.own, decoded.q_own, decoded.detectable_own, result.own),
    ):
        tested = ~np.isnan(tests.q)
        np.testing.assert_array_equal(kind[1:], np.where(tested | (tests.kind > 0), tests.kind, NOT_TESTED)[1:])
        np.testing.assert_allclose(q, tests.q, atol=5.1e-7)
        parts = detectable * decoded.before.sum() * decoded.scales[0]
        np.testing.assert_allclose(parts, tests.detectable, atol=5.1e-7 * decoded.before.sum() * decoded.scales[0])
    (hot,) = [each for each in decoded.changes["share"] if decoded.tree.name(each["node"]) == "hot"]
    assert (hot["kind"], hot["of"], hot["before"]) == ("appeared", "total", 0)
    assert (payload["before"]["runs"], payload["after"]["runs"], payload["state"]) == (5, 5, {"side": "after"})
    assert payload == payload_of(result, **NAMES, state={"side": "after"})


def test_the_change_of_the_whole_is_told_in_the_unit_that_has_it() -> None:
    slower = {path: 2 * cost for path, cost in BASE.items()}
    result = differential(*groups(BASE, slower, 8, 4, shared=0.02, own=0.01))
    payload = payload_of(result, **NAMES)
    assert [[each["node"] for each in unit["changes"]] for unit in payload["units"]] == [[0], []]
    assert decode_differential(payload).total[0] == NOT_TESTED


def test_a_change_that_names_no_node_is_refused() -> None:
    payload = payload_of(compared(planted(BASE, "main;hot", 0.05)), **NAMES)
    for part in ({"node": 10**6}, {"kind": "odd"}, {"moved_with": [-1]}, {"without": [10**6]}):
        damaged_units = json.loads(payload_json(payload))["units"]
        damaged_units[0]["changes"][0] |= part
        with pytest.raises(StoreError):
            decode_differential(payload | {"units": damaged_units})


def test_the_table_says_what_changed_by_how_much_and_how_sure_that_is() -> None:
    result = compared(planted(BASE, "main;hot", 0.05))
    payload = payload_of(result, **NAMES)
    table = differential_table(decode_differential(payload))
    (change,) = [each for each in result.changes if each.of == "total"]
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["function"], row["change"], row["before"]) == ("hot", "appeared", "0.000 ms")
    assert row["difference"] == f"+{change.delta:.2f} ms"
    assert row["95 % interval"] == f"+{change.low:.2f} ms to +{change.high:.2f} ms"
    text = text_of(payload)
    assert "before 0.1.28 (5 runs" in text
    assert all(sentence in text for sentence in result.sentences)


def test_without_a_change_that_is_said() -> None:
    payload = payload_of(compared(BASE), **NAMES)
    assert "No function differs significantly" in differential_text(
        DifferentialSource(payload, decode_differential(payload))
    )
    assert "No function differs significantly" in differential_table(decode_differential(payload)).caption


def test_what_moved_names_where_to() -> None:
    before, after = {**BASE, "main;old;x": 3.0}, {**BASE, "main;new;x": 3.0}
    payload = payload_of(differential(*groups(before, after, 5, 5)), **NAMES)
    said = {row[0]: row[1] for row in differential_table(decode_differential(payload)).rows}
    assert said == {"new": "moved from old, not slower", "old": "moved to new, not slower"}


def fills(svg: bytes) -> dict[str, list[str]]:
    """Label of each frame of a still picture, and the classes of its shapes."""
    found: dict[str, list[str]] = {}
    shapes: list[str] = []
    for child in ET.fromstring(svg):
        tag = child.tag.rpartition("}")[2]
        if tag == "path":
            shapes = [] if child.get("class") else shapes
            shapes.append(child.get("class") or str(child.get("fill")))
        elif tag == "text":
            found[str(child.text)] = shapes
            shapes = []
    return found


def test_the_still_picture_colours_what_changed_and_nothing_else() -> None:
    result = compared(planted(BASE, "main;hotspot", 0.1))
    shown = DifferentialDisplay(payload_of(result, **NAMES))
    found = fills(shown.svg())
    assert found.pop("hotspot") == ["dearer", "url(#h)"]
    assert set(map(tuple, found.values())) == {("same",)}
    assert "aria-label" not in shown.output().split("<script")[0]
    assert "Changed: hotspot appeared." in shown.output()


def test_a_change_too_narrow_to_be_seen_is_in_the_picture_with_all_that_it_stands_on() -> None:
    wide = {f"main;w{i}": 10.0 for i in range(200)}
    result = differential(*groups({**wide, "main;a;b": 1.0}, {**wide, "main;a;b": 1.0, "main;a;b;slow": 12.0}, 5, 3))
    decoded = decode_differential(payload_of(result, **NAMES))
    root = ET.fromstring(differential_svg(decoded, title="t", max_frames=3))
    classes = [child.get("class") for child in root if child.tag.endswith("path") and child.get("class")]
    assert classes.count("dearer") == 1
    assert len(classes) >= 5


def test_a_notebook_gets_text_picture_table_and_payload(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    payload = payload_of(compared(planted(BASE, "main;hot", 0.05)), **NAMES)
    bundle = DifferentialDisplay(payload)._repr_mimebundle_()
    assert bundle[MIME_TYPE] is payload
    assert bundle["text/plain"] == text_of(payload)
    assert "data:image/svg+xml;base64," in bundle["text/html"]
    assert '<th scope="row" class="duronb-words">hot</th>' in bundle["text/html"]
    assert "make build" in bundle["text/html"]


def test_hostile_names_are_text_in_every_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text('const end = "</script><!--";')
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)
    hostile = [name for name in HOSTILE if ";" not in name]
    before = {**BASE, **{f"main;{name}": 1.0 for name in hostile}}
    after = {**BASE, **{f"main;{name}": 3.0 + at for at, name in enumerate(hostile)}}
    payload = payload_of(
        differential(*groups(before, after, 5, 2)), title=HOSTILE[0], before_title=HOSTILE[1], after_title=HOSTILE[2]
    )
    shown = DifferentialDisplay(payload)
    check_inert(shown.html(), scripts=2)
    check_inert(f"<!DOCTYPE html><html><body>{shown.output()}</body></html>", scripts=1)
    ET.fromstring(shown.svg())
    assert "\x1b" not in repr(shown)
    assert "\u202e" not in repr(shown)
