from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from duronb.errors import DuronbError
from duronb.views import bundles, svg
from duronb.views.display_tree import display_tree
from duronb.views.payload_reading import decode_payload
from duronb.views.svg import run_svg, static_svg
from tests.views.profiles import (
    HOSTILE,
    Cell,
    cells_of,
    displayed,
    hostile_run,
    make_profile,
    make_run,
    realistic_cells,
    small_cells,
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


def svg_of(cells: Mapping[Cell, int], stage: str | None = None) -> bytes:
    """Return the SVG of a run with these samples."""
    run = make_run(cells)
    return run_svg(run, run.profile, stage)


def test_every_frame_is_drawn_with_its_samples() -> None:
    cells = small_cells()
    document = ET.fromstring(svg_of(cells))
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
    document = ET.fromstring(svg_of(small_cells(), "File SQLite 1/1"))
    assert [(name, samples) for name, samples, *_ in frames_of(document)] == [
        ("all", 8), ("main", 8), ("poll", 8), ("read", 8), ("vfs_read", 3),
    ]  # fmt: skip
    payload = json.loads(by_id(document)["duronb-payload"].text or "")
    assert payload["state"]["stage"] == "File SQLite 1/1"
    with pytest.raises(KeyError):
        svg_of(small_cells(), "nope")


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


def test_frames_too_narrow_are_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def frames(narrowest: float) -> int:
        monkeypatch.setattr(svg, "_NARROWEST", narrowest)
        return len(frames_of(ET.fromstring(svg_of(realistic_cells(2000)))))

    assert frames(5) < frames(0) == len(display_tree(make_profile(realistic_cells(2000))).profile.tree)


def test_an_empty_profile_is_a_picture_too() -> None:
    assert frames_of(ET.fromstring(svg_of({})))[0][:2] == ("all", 0)


def test_the_same_run_gives_the_same_bytes() -> None:
    run = make_run(realistic_cells(200))
    assert run_svg(run, run.profile) == run_svg(run, run.profile)


def test_a_missing_script_names_the_build_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    with pytest.raises(DuronbError, match="make build"):
        svg_of(small_cells())
