"""The files that the viewer writes, compared with those of Python and read by other readers of the formats."""

from __future__ import annotations

import base64
import gzip
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given

from duronb.model.profile import Profile
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree
from duronb.views.formats.firefox import firefox
from duronb.views.formats.folded import folded
from duronb.views.formats.pprof import pprof_message
from duronb.views.formats.speedscope import speedscope
from duronb.views.payload.writing import payload_json, payload_of
from tests.examples import examples
from tests.views.agreement.in_node import LABEXTENSION, missing, running
from tests.views.formats.firefox_reading import check_profile
from tests.views.formats.pprof_reading import go_top, read
from tests.views.formats.test_speedscope import check_file
from tests.views.profiles import (
    CELLS,
    HOSTILE,
    Cell,
    cells_of,
    hostile_run,
    make_profile,
    realistic_cells,
    small_cells,
    totals_by_path,
)
from tests.views.reading import check_inert

pytestmark = pytest.mark.long

ENTRY = Path(__file__).with_name("viewer_exports.ts")
SVG = "{http://www.w3.org/2000/svg}"

Files = dict[str, bytes]
Export = Callable[[DisplayTree, str], Files]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Export]:
    """The viewer's exports, in node."""
    with running(ENTRY, tmp_path_factory.mktemp("viewer")) as ask:

        def made(shown: DisplayTree, title: str) -> Files:
            answer = ask(payload_json(payload_of(shown, title=title)))
            return {name: base64.b64decode(text) for name, text in answer.items()}

        yield made


def sums(lines: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in lines.splitlines():
        stack, count = line.rsplit(" ", 1)
        found[stack] += int(count)
    return found


def check_same(shown: DisplayTree, title: str, files: Files) -> None:
    profile = shown.profile
    theirs = json.loads(files["speedscope"])
    check_file(theirs)
    assert theirs == json.loads(json.dumps(speedscope(profile, title)))
    theirs = json.loads(files["firefox"])
    check_profile(theirs)
    assert theirs == json.loads(json.dumps(firefox(shown, title)))
    assert files["pprof_message"] == pprof_message(profile, title)
    assert gzip.decompress(files["pprof"]) == files["pprof_message"]
    ours = "".join(f"{line}\n" for line in folded(profile, thread_names=False))
    lines = files["folded"].decode()
    assert len(sums(lines)) == len(lines.splitlines()), "a stack has two lines"
    assert sums(lines) == sums(ours.encode("utf-8", "replace").decode())


# Counts stay below what a double holds exactly: the viewer refuses payloads beyond.
@examples(80, suppress_health_check=[HealthCheck.too_slow])
@given(CELLS)
def test_random_profiles_are_the_same_files_in_both_languages(export: Export, cells: dict[Cell, int]) -> None:
    shown = display_tree(make_profile(cells))
    check_same(shown, "title", export(shown, "title"))


@pytest.mark.parametrize("frequency", [999.0, 0.0, 49.0])
def test_realistic_profiles_are_the_same_files_in_both_languages(export: Export, frequency: float) -> None:
    shown = display_tree(make_profile(realistic_cells(1500), frequency_hz=frequency))
    check_same(shown, "a · b", export(shown, "a · b"))


@pytest.mark.parametrize("unit", ["nanoseconds", "bytes", "page-faults", "× 0.1 samples"])
def test_views_by_weight_are_the_same_files_in_both_languages(export: Export, unit: str) -> None:
    shown = display_tree(make_profile(realistic_cells(300), frequency_hz=0.0))
    weighed = replace(shown, profile=replace(shown.profile, unit=unit))
    check_same(weighed, "t", export(weighed, "t"))


def test_profiles_without_times_are_the_same_files_in_both_languages(export: Export) -> None:
    profile = make_profile(small_cells(), start=0.0, frequency_hz=0.0)
    shown = display_tree(replace(profile, second=profile.second * 0))
    check_same(shown, "t", export(shown, "t"))


def test_hostile_profiles_are_the_same_files_in_both_languages(export: Export) -> None:
    shown = display_tree(hostile_run().profile)
    files = export(shown, HOSTILE[0])
    check_same(shown, HOSTILE[0], files)
    check_inert(files["html"].decode(), scripts=2)


def test_seconds_before_the_start_and_stages_without_samples_are_the_same(export: Export) -> None:
    profile = make_profile(small_cells())
    early = Profile(**{**vars(profile), "second": profile.second - 3})
    shown = display_tree(early)
    check_same(shown, "t", export(shown, "t"))
    shown = display_tree(make_profile({cell: count for cell, count in small_cells().items() if cell[1] != "main"}))
    check_same(shown, "t", export(shown, "t"))


def test_pprof_itself_reads_what_the_viewer_writes(export: Export, tmp_path: Path) -> None:
    shown = display_tree(make_profile(realistic_cells(800)))
    path = tmp_path / "a.pb.gz"
    path.write_bytes(export(shown, "t")["pprof"])
    expected: dict[str, tuple[int, int]] = {}
    for (_, _, _, stack), count in cells_of(shown.profile).items():
        for name in {name for name, _ in stack}:
            own, total = expected.get(name, (0, 0))
            expected[name] = (own + count * (stack[-1][0] == name), total + count)
    assert go_top(path) == expected
    assert read(gzip.decompress(path.read_bytes())).samples.total() == shown.profile.samples


def test_speedscope_has_a_schema_for_what_both_write(export: Export) -> None:
    path = LABEXTENSION / "node_modules" / "speedscope" / "dist" / "release" / "file-format-schema.json"
    if not path.exists():
        missing("speedscope with its schema")
    import jsonschema  # it takes seconds

    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    for profile in (make_profile({}), make_profile(realistic_cells(300)), hostile_run().profile):
        shown = display_tree(profile)
        for made in (speedscope(shown.profile, "t"), json.loads(export(shown, "t")["speedscope"])):
            assert not list(validator.iter_errors(made))
    assert list(validator.iter_errors({**made, "profiles": [{"type": "sampled"}]})), "the schema refuses nothing"


@pytest.mark.parametrize("cells", [small_cells(), realistic_cells(1500)], ids=["small", "realistic"])
def test_the_svg_has_every_visible_frame_with_its_samples(export: Export, cells: dict[Cell, int]) -> None:
    shown = display_tree(make_profile(cells))
    root = ET.fromstring(export(shown, "t")["svg"].decode())
    found: Counter[tuple[float, float, str, int]] = Counter()
    for group in root.iter(f"{SVG}g"):
        title, rect = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        if title is None or rect is None:
            continue
        words = re.fullmatch(r"(.*) \(([\d,]+) samples?, .*\)", title.text or "", re.DOTALL)
        assert words is not None
        name, samples = words.groups()
        row, width = -float(rect.attrib["y"]), float(rect.attrib["width"])
        found[row, round(width + (width > 2), -1), name, int(samples.replace(",", ""))] += 1
    top = min(row for row, *_ in found)
    stacks = ((tuple(name for name, _ in stack), count) for (_, _, _, stack), count in cells_of(shown.profile).items())
    totals = totals_by_path(stacks)
    whole = totals[()]
    expected: Counter[tuple[float, float, str, int]] = Counter()
    for path, total in totals.items():
        width = 1200 * total / whole
        if width >= 0.5:
            name = path[-1] if path else "all"
            expected[top + 18.0 * len(path), round(width, -1), name, total] += 1
    assert {(*key[0::2], key[3]): n for key, n in found.items()} == {
        (*key[0::2], key[3]): n for key, n in expected.items()
    }


def test_the_svg_of_hostile_names_is_xml_without_anything_that_runs(export: Export) -> None:
    shown = display_tree(hostile_run().profile)
    root = ET.fromstring(export(shown, HOSTILE[1])["svg"].decode())
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "rect", "g", "text"}
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on") or "href" in key]
    assert sum("inner (" in (title.text or "") for title in root.iter(f"{SVG}title")) == len(HOSTILE)
