from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from duronb.errors import DuronbError
from duronb.model.kinds import ARTEFACT
from duronb.views.flamegraph.display_tree import display_tree, display_tree_of
from duronb.views.flamegraph.palette import fill, shade_of
from duronb.views.flamegraph.still import static_svg
from duronb.views.formats.svg import run_svg
from duronb.views.kit import bundles
from duronb.views.kit.theme import MODES
from duronb.views.payload.reading import decode_payload
from tests.views.payloads import flamegraph_svg
from tests.views.profiles import (
    HOSTILE,
    STAGES,
    cells_of,
    displayed,
    hostile_run,
    make_profile,
    make_run,
    realistic_cells,
    small_cells,
    stack_of,
    totals_by_path,
)

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {f"{SVG}{tag}" for tag in ("svg", "metadata", "style", "rect", "text", "g", "title", "path")}


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A script that closes CDATA, so that the tests need no build."""
    (tmp_path / "svg.js").write_text('const text = "]]> </script>"; if (1 < 2 && text) {}')
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)


def by_id(document: ET.Element) -> dict[str, ET.Element]:
    return {element.attrib["id"]: element for element in document.iter() if "id" in element.attrib}


def frames_of(document: ET.Element) -> list[tuple[str, int, float, float, float]]:
    found = []
    for group in by_id(document)["frames"]:
        title, rect, text = group
        assert (title.tag, rect.tag, text.tag) == (f"{SVG}title", f"{SVG}rect", f"{SVG}text")
        said = re.fullmatch(r"(.*) \(([\d,]+) samples, [\d.<]+%\)", title.text or "", re.DOTALL)
        assert said is not None
        x, y, width = (float(rect.attrib[name]) for name in ("x", "y", "width"))
        found.append((said[1], int(said[2].replace(",", "")), x, y, width))
    return found


def test_every_frame_is_drawn_with_its_samples() -> None:
    cells = small_cells()
    document = ET.fromstring(flamegraph_svg(make_profile(cells), "t", "s"))
    totals = totals_by_path((displayed(stack), count) for (*_, stack), count in cells.items())
    drawn = frames_of(document)
    assert Counter((name, samples) for name, samples, *_ in drawn) == Counter(
        (path[-1] if path else "all", total) for path, total in totals.items()
    )
    for _, samples, _, _, width in drawn:
        assert width == pytest.approx(1180 * samples / 46, abs=0.01)
    rows = sorted({y for *_, y, _ in drawn}, reverse=True)
    assert len(rows) == 1 + max(map(len, totals))
    assert [name for name, _, _, y, _ in drawn if y == rows[0]] == ["all"]


def test_a_stage_is_drawn_alone() -> None:
    document = ET.fromstring(flamegraph_svg(make_profile(small_cells()), "t", stage="File SQLite 1/1"))
    assert [(name, samples) for name, samples, *_ in frames_of(document)] == [
        ("all", 8), ("main", 8), ("poll", 8), ("read", 8), ("vfs_read", 3),
    ]  # fmt: skip
    payload = json.loads(by_id(document)["duronb-payload"].text or "")
    assert payload["state"]["stage"] == "File SQLite 1/1"
    with pytest.raises(KeyError):
        flamegraph_svg(make_profile(small_cells()), "t", stage="nope")


def test_the_file_has_what_its_script_needs() -> None:
    run = make_run(realistic_cells(300))
    document = ET.fromstring(run_svg(run, run.profile))
    ids = by_id(document)
    assert {"title", "subtitle", "details", "matched", "search", "unzoom", "frames", "duronb-payload"} <= set(ids)
    assert "baseline" in (ids["title"].text or "")
    decoded = decode_payload(json.loads(ids["duronb-payload"].text or ""))
    assert cells_of(decoded.profile) == cells_of(display_tree(run.profile).profile)
    scripts = [element.text or "" for element in document.iter(f"{SVG}script")]
    assert [script.strip() for script in scripts] == ['const text = "]]> </script>"; if (1 < 2 && text) {}']


def test_artefacts_are_grey_and_named() -> None:
    cells = {
        (STAGES[0], "main", 0, stack_of("main;k:_raw_spin_unlock_irq")): 6,
        (STAGES[0], "main", 0, stack_of("main;k:finish_task_switch")): 1,
        (STAGES[0], "main", 0, stack_of("main;k:finish_task_switch;k:vfs_read")): 3,
    }
    run = make_run(cells)
    run = run.with_parts(environment=replace(run.environment, event="cpu-clock"))
    for picture in (run_svg(run, run.profile), static_svg(display_tree_of(run))):
        text = picture.decode()
        assert "timer-artefact-" in text
        assert all(fill(ARTEFACT, shade_of("_raw_spin_unlock_irq"), mode) in text for mode in MODES)
    document = ET.fromstring(run_svg(run, run.profile))
    titles = [group[0].text for group in by_id(document)["frames"]]
    assert titles == [
        "all (10 samples, 100%)",
        "main (10 samples, 100%)",
        "_raw_spin_unlock_irq (6 samples, 60.0%, timer artefact)",
        "finish_task_switch (4 samples, 40.0%)",
        "vfs_read (3 samples, 30.0%)",
    ]
    classes = [group[1].attrib["class"] for group in by_id(document)["frames"]]
    assert [name.rsplit("-", 1)[0] for name in classes] == ["root", "other", "timer-artefact", "kernel", "kernel"]
    style = "".join(element.text or "" for element in document.iter(f"{SVG}style"))
    assert all(f".{name}{{" in style for name in classes)


def test_hostile_names_are_text() -> None:
    run = hostile_run()
    document = ET.fromstring(run_svg(run, run.profile))
    assert {element.tag for element in document.iter()} <= ALLOWED | {f"{SVG}script"}
    assert len(list(document.iter(f"{SVG}script"))) == 1
    assert not [name for element in document.iter() for name in element.attrib if name.startswith("on")]
    names = {name for name, *_ in frames_of(document)}
    assert "<script>alert(1)</script>" in names
    assert "nul␀ esc␛[31m bell␇" in names
    assert len(names) == len(HOSTILE) + 2


def test_static_pictures_are_light_and_have_no_script() -> None:
    for run in (make_run(realistic_cells(5000)), hostile_run()):
        picture = static_svg(display_tree(run.profile))
        assert len(picture) < 25_000
        document = ET.fromstring(picture)
        assert {element.tag for element in document.iter()} <= ALLOWED
        assert "prefers-color-scheme:dark" in picture.decode()
        assert b"all</text>" in picture


def test_frames_too_narrow_are_not_drawn() -> None:
    profile = make_profile(realistic_cells(2000))
    drawn = frames_of(ET.fromstring(flamegraph_svg(profile, "t")))
    tree = display_tree(profile).profile.tree
    wide = tree.totals(display_tree(profile).profile.self_counts()) * 1180 / profile.samples >= 0.5
    assert len(drawn) == wide.sum() < len(tree)


def test_an_empty_profile_is_a_picture_too() -> None:
    assert frames_of(ET.fromstring(flamegraph_svg(make_profile({}), "t")))[0][:2] == ("all", 0)


def test_the_same_run_gives_the_same_bytes() -> None:
    run = make_run(realistic_cells(200))
    assert run_svg(run, run.profile) == run_svg(run, run.profile)


def test_a_missing_script_names_the_build_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    with pytest.raises(DuronbError, match="make build"):
        flamegraph_svg(make_profile(small_cells()), "t")
