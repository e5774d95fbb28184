from __future__ import annotations

import gzip
import json
import re
import stat
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

import duronb
from duronb.errors import HostError, RequestError
from duronb.results.run import Run
from duronb.views.kit import bundles
from duronb.views.payload.reading import decode_payload
from duronb.views.run.header import title_text
from tests.views.formats.firefox_reading import check_profile, samples_of
from tests.views.formats.pprof_reading import go_pprof, read
from tests.views.profiles import STAGES, hostile_run, make_run, small_cells, stack_of


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    directory = tmp_path / "dist"
    directory.mkdir()
    for name in ("page.js", "svg.js"):
        (directory / name).write_text("void 0;")
    monkeypatch.setattr(bundles, "DIRECTORY", directory)


def test_the_extension_selects_the_format(tmp_path: Path) -> None:
    run = make_run(small_cells())
    formats = ["a.html", "a.svg", "a.folded", "b.TXT", "a.json"]
    names = [*formats, "a.speedscope.json", "a.firefox.json", "a.pb.gz", "b.pprof", "a.otlp", "a.otlp.json"]
    for name in names:
        assert run.export(tmp_path / name) == tmp_path / name
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")
    assert ET.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    assert (tmp_path / "a.folded").read_text() == (tmp_path / "b.TXT").read_text() == run.folded()
    assert decode_payload(json.loads((tmp_path / "a.json").read_text())).profile.samples == 46
    assert "$schema" in json.loads((tmp_path / "a.speedscope.json").read_text())
    assert read(gzip.decompress((tmp_path / "a.pb.gz").read_bytes())).comments == [title_text(run)]
    assert (tmp_path / "a.pb.gz").read_bytes() == (tmp_path / "b.pprof").read_bytes()
    check_profile(json.loads((tmp_path / "a.firefox.json").read_text()))
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == sorted(names)


def test_one_stage_can_be_written(tmp_path: Path) -> None:
    run = make_run(small_cells())
    run.export(str(tmp_path / "a.folded"), stage="File SQLite 1/1")
    assert (tmp_path / "a.folded").read_text() == run.folded("File SQLite 1/1")
    run.export(tmp_path / "a.json", stage="File SQLite 1/1")
    assert json.loads((tmp_path / "a.json").read_text())["state"]["stage"] == "File SQLite 1/1"
    run.export(tmp_path / "a.speedscope.json", stage="File SQLite 1/1")
    assert [p["endValue"] for p in json.loads((tmp_path / "a.speedscope.json").read_text())["profiles"]] == [8]
    run.export(tmp_path / "a.pb.gz", stage="File SQLite 1/1")
    assert read(gzip.decompress((tmp_path / "a.pb.gz").read_bytes())).samples.total() == 8
    run.export(tmp_path / "a.firefox.json", stage="File SQLite 1/1")
    assert samples_of(json.loads((tmp_path / "a.firefox.json").read_text())).total() == 8


@pytest.mark.parametrize("name", ["a", "a.png", "svg", "a.svg.gz"])
def test_an_unknown_extension_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match=r"\.html, \.svg, \.folded"):
        make_run(small_cells()).export(tmp_path / name)


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    run = make_run(small_cells())
    with pytest.raises(HostError, match="No such file"):
        run.export(tmp_path / "none" / "a.folded")
    (tmp_path / "a.folded").mkdir()
    with pytest.raises(HostError, match="cannot be written"):
        run.export(tmp_path / "a.folded")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.folded", "dist"]


def test_an_old_file_is_replaced_and_readable(tmp_path: Path) -> None:
    target = tmp_path / "a.folded"
    target.write_text("old")
    make_run(small_cells()).export(target)
    assert "old" not in target.read_text()
    assert stat.S_IMODE(target.stat().st_mode) & 0o444


def test_hostile_runs_can_be_written_in_every_format(tmp_path: Path) -> None:
    run = hostile_run()
    for ending in (".html", ".svg", ".folded", ".json", ".speedscope.json", ".pb.gz", ".firefox.json", ".otlp"):
        assert run.export(tmp_path / f"a{ending}").stat().st_size > 100


def imported_run(directory: Path) -> Run:
    """An imported run whose samples have neither times nor a known frequency."""
    (directory / "given.folded").write_text("main;work;fsync 7\nmain;idle 2\n", encoding="utf-8")
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        patch.setattr(bundles, "DIRECTORY", directory / "dist")
        return duronb.import_run(directory / "given.folded", store=directory / "store")


def test_files_of_imported_runs_claim_no_cpu_time(tmp_path: Path) -> None:
    run = imported_run(tmp_path)
    assert not run.quality.frequency_known
    run.export(tmp_path / "a.pb.gz")
    found = read(gzip.decompress((tmp_path / "a.pb.gz").read_bytes()))
    assert (found.types, found.period, found.duration_nanos) == ([("samples", "count")], 0, 0)
    assert found.samples.total() == 9
    run.export(tmp_path / "a.firefox.json")
    made = json.loads((tmp_path / "a.firefox.json").read_text())
    assert not any("threadCPUDelta" in thread["samples"] for thread in made["threads"])
    assert made["meta"]["interval"] == 1
    run.export(tmp_path / "a.speedscope.json")
    made = json.loads((tmp_path / "a.speedscope.json").read_text())
    assert {profile["unit"] for profile in made["profiles"]} == {"none"}
    run.export(tmp_path / "a.otlp.json")
    (scopes,) = json.loads((tmp_path / "a.otlp.json").read_text())["resourceProfiles"][0]["scopeProfiles"]
    assert not {"period", "periodType", "timeUnixNano", "durationNano"} & set(scopes["profiles"][0])
    for name in ("a.pb.gz", "a.firefox.json", "a.speedscope.json"):
        again = duronb.import_run(tmp_path / name, store=tmp_path / "store")
        assert sorted(again.folded(thread_names=False)) == sorted(run.folded(thread_names=False))
        assert not again.quality.frequency_known


@pytest.mark.long
def test_pprof_itself_shows_samples_of_imported_runs(tmp_path: Path) -> None:
    imported_run(tmp_path).export(tmp_path / "a.pb.gz")
    text = go_pprof(tmp_path / "a.pb.gz", "-top")
    assert "Type: samples" in text
    assert "Showing nodes accounting for 9, 100% of 9 total" in text
    assert not re.search(r"\d(?:ms|s)\b|Duration", text)


@pytest.mark.parametrize("known", [True, False])
def test_artefacts_are_a_category_in_the_firefox_profiler(tmp_path: Path, known: bool) -> None:
    run = make_run({(STAGES[0], "main", 0, stack_of("main;k:finish_task_switch")): 5})
    run = run.with_parts(
        environment=replace(run.environment, event="cpu-clock"), quality=replace(run.quality, frequency_known=known)
    )
    run.export(tmp_path / "a.firefox.json")
    made = json.loads((tmp_path / "a.firefox.json").read_text())
    categories = [category["name"] for category in made["meta"]["categories"]]
    assert [categories[at] for at in made["shared"]["frameTable"]["category"]] == ["timer artefact", "other"]
