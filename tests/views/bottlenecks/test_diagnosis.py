from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from duronb.analysis.bottlenecks.assignment import Assignment, assign
from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import VARIABLE, bundled_catalogue
from duronb.errors import HostError, RequestError, StoreError
from duronb.model.profile import CallTree
from duronb.model.run_files import RunFiles
from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.palette import bucket_fill
from duronb.views.kit import bundles
from duronb.views.payload.writing import MIME_TYPE
from duronb.views.run.page import page
from tests.views.payloads import mimebundle
from tests.views.profiles import Cell, hostile_run, make_run, realistic_cells, small_cells, stack_of
from tests.views.reading import Reader, check_inert

FIRST, SECOND = "File SQLite 1/1", "File SQLite 2/2"
CELLS: dict[Cell, int] = {
    (FIRST, "w", 0, stack_of("sqlite3_step;sqlite3VdbeExec")): 30,
    (FIRST, "w", 0, stack_of("sqlite3_step;c:malloc")): 10,
    (SECOND, "w", 5, stack_of("c:fsync;k:ext4_sync_file")): 40,
    (OUTSIDE, "w", 9, stack_of("core::mem::swap")): 3,
}


@pytest.fixture(autouse=True)
def _bundles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("duronb.js", "page.js"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)


def test_a_run_gives_rows_that_are_a_sequence() -> None:
    found = make_run(CELLS).bottlenecks()
    assert [(row.stage, row.bucket, row.samples) for row in found if row.samples] == [
        (FIRST, "sqlite", 30), (FIRST, "allocator", 10), (SECOND, "fsync", 40), (OUTSIDE, "unknown", 3),
    ]  # fmt: skip
    assert found[0].title == "SQLite execution"
    assert [row.bucket for row in found[:2]] == ["sqlite", "allocator"]
    assert len(make_run(CELLS).bottlenecks(FIRST)) == len([row for row in found if row.stage == FIRST])
    with pytest.raises(RequestError, match="no stage 'no'"):
        make_run(CELLS).bottlenecks("no")


def test_the_text_has_every_bucket_the_evidence_and_what_to_try_first() -> None:
    text = make_run(CELLS).bottlenecks().text(100)
    for part in (
        "File SQLite 1/1: where the CPU time goes, of 40 samples",
        "SQLite execution",
        "75.0%",
        "Unknown",
        "! 89 warnings that the database is locked",
        "What to try: Lock contention",
        "BEGIN IMMEDIATE",
        "https://www.sqlite.org/rescode.html#busy_snapshot",
    ):
        assert part in text
    assert text.count("What to try") == 3
    assert max(map(len, text.splitlines())) <= 110  # only addresses are longer than asked


def test_one_bucket_and_all_advice_are_shown_as_text() -> None:
    found = make_run(CELLS).bottlenecks()
    text = found.bucket_text("allocator", 100)
    assert text.startswith("File SQLite 1/1: ")
    assert "(25.0 %)" in text or "25.0 %" in text
    assert "malloc and free" in text
    assert found.bucket_text("serde") == "Serialisation: no samples and no evidence."
    with pytest.raises(RequestError, match=r"'nonsense' is not a bucket\. Choose harness, "):
        found.bucket_text("nonsense")
    everything = found.text(100, advised=None)
    assert everything.count("What to try: ") == len(found.advice)
    few = found.text(100, advised=1)
    assert few.count("What to try: ") == 1
    assert "duronb show RUN --bottlenecks --all" in " ".join(few.split())


def test_json_has_rows_advice_and_budget() -> None:
    found = make_run(CELLS).bottlenecks()
    read = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert read["catalogue"] is None
    assert [row["samples"] for row in read["rows"]] == [row.samples for row in found]
    assert read["rows"][0]["fixes"][0]["references"]
    assert [budget["stage"] for budget in read["time_budget"]] == [FIRST, SECOND]


def test_the_bars_are_a_picture_with_words_and_a_table_beside_them() -> None:
    html = make_run(CELLS).bottlenecks()._repr_mimebundle_()["text/html"]
    reader = Reader(html)
    (bars,) = [attributes for tag, attributes in reader.tags if attributes.get("class") == "duronb-bars"]
    assert bars["role"] == "img"
    assert "File SQLite 1/1: SQLite execution 75.0%, Allocator 25.0%" in (bars["aria-label"] or "")
    start = html.index("<svg class")
    picture = ET.fromstring(html[start : html.index("</svg>", start) + 6])
    widths: dict[str, float] = {}
    for piece in picture.iter("rect"):
        title = piece.find("title")
        assert title is not None
        widths[f"{piece.get('y')} {title.text}"] = float(piece.get("width") or 0)
    assert len(widths) == 4
    first = [width for key, width in widths.items() if key.startswith("4 ")]
    assert sorted(first) == pytest.approx([710 * 0.25 - 1, 710 * 0.75 - 1], abs=0.1)
    table = " ".join(reader.text)
    for part in ("0.15 (75.0 %)", "0.05 (25.0 %)", "100.0 %", "What to try", "What drives each bottleneck"):
        assert part in table
    links = [attributes["href"] or "" for tag, attributes in reader.tags if tag == "a"]
    assert links
    assert all(link.startswith("https://") for link in links)


def test_colours_of_buckets_differ_and_unknown_is_grey() -> None:
    count = len(bundled_catalogue().buckets)
    colours = [bucket_fill(place, count) for place in range(count)]
    assert len(set(colours)) == count
    grey = [int(colours[-1][at : at + 2], 16) for at in (1, 3, 5)]
    assert max(grey) - min(grey) < 10


def test_hostile_names_are_inert_in_every_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        "[buckets.mine]\ntitle = '<script>alert(1)</script>'\nsymptom = '<img src=x onerror=alert(1)>'\n"
        "fixes = [{try = '\"><b>', references = ['https://a\"onclick=\"x', 'javascript:alert(1)']}]\n"
        "[buckets.mine.patterns.x]\nname = '.'\n"
    )
    monkeypatch.setenv(VARIABLE, str(own))
    found = hostile_run().bottlenecks()
    html = found._repr_mimebundle_()["text/html"]
    reader = check_inert(html, 0)
    assert not [attributes for tag, attributes in reader.tags if tag == "b"]
    assert all((attributes.get("href") or "https://").startswith("https://") for _, attributes in reader.tags)
    for character in "\x1b\x07\u202e":
        assert character not in str(found)


def test_the_page_shows_the_bottlenecks_with_links_to_the_flamegraph() -> None:
    html = page(make_run(CELLS))
    reader = Reader(html)
    links = {attributes["href"] for tag, attributes in reader.tags if tag == "a"}
    assert links == {"#bucket=sqlite", "#bucket=allocator", "#bucket=fsync", "#bucket=unknown"}
    assert "BEGIN IMMEDIATE" in " ".join(reader.text)


def test_a_notebook_gets_bars_short_advice_and_the_table_in_the_payload() -> None:
    shown = mimebundle(make_run(CELLS))
    text = " ".join(Reader(shown["text/html"]).text)
    assert "Where the CPU time goes" in text
    assert text.count("What to try") == 1
    summary = shown[MIME_TYPE]["run"]["bottlenecks"]
    assert summary["columns"] == ["bottleneck", FIRST, SECOND, OUTSIDE]
    assert ["SQLite execution", "0.15 (75.0 %)", "–", "–"] in summary["rows"]
    assert shown[MIME_TYPE]["buckets"]["ids"] == [bucket.id for bucket in bundled_catalogue().buckets]
    again = mimebundle(make_run(CELLS).flamegraph(bucket="sqlite"))
    assert "Where the CPU time goes" in again["text/html"]
    assert again[MIME_TYPE]["state"] == {"bucket": "sqlite"}


def test_an_invalid_catalogue_is_reported_and_prevents_no_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[buckets.lock.patterns.x]\nname = '('\n")
    monkeypatch.setenv(VARIABLE, str(own))
    run = make_run(CELLS)
    with pytest.raises(RequestError, match=r"own\.toml.*is wrong at"):
        run.bottlenecks()
    shown = mimebundle(run)
    (notice,) = [text for text in shown[MIME_TYPE]["run"]["notices"] if "own.toml" in text]
    assert notice.endswith("The bundled catalogue of bottlenecks is used instead.")
    assert "own.toml" in shown["text/html"]
    assert "own.toml" in page(run)
    assert "SQLite execution" in shown["text/html"]


def test_a_run_without_samples_says_so() -> None:
    bare = replace(make_run(small_cells()), files=RunFiles())
    with pytest.raises(StoreError, match="no samples"):
        bare.bottlenecks()
    assert "back-off" in str(bare.time_budget())
    assert "text/html" in mimebundle(bare)
    empty = make_run({}).bottlenecks()
    assert [row.samples for row in empty] == [0]
    assert "Unknown" in str(empty)


def test_the_time_budget_is_a_table_with_a_sentence_per_stage() -> None:
    budget = make_run(CELLS).time_budget()
    assert len(budget) == 4
    assert budget[0].stage == "In-Memory SQLite 1/1"
    text = str(budget)
    assert "back-off" in text
    html = budget._repr_mimebundle_()["text/html"]
    assert Reader(html).tags[0][0] == "div"
    assert json.loads(json.dumps(budget.to_json()))[2]["on_cpu_seconds"] == pytest.approx(40 / 999)


def test_rows_go_to_pandas_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = make_run(CELLS).bottlenecks()
    frame = found.to_pandas()
    assert list(frame["samples"]) == [row.samples for row in found]
    assert list(frame.columns)[-1] == "cpu_ms_per_orchestration"
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(HostError, match="pandas is not installed"):
        found.to_pandas()


def test_one_display_finds_the_buckets_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(tree: CallTree, catalogue: Catalogue) -> Assignment:
        calls.append(tree)
        return assign(tree, catalogue)

    monkeypatch.setattr("duronb.views.flamegraph.display_tree.assign", counted)
    mimebundle(make_run(realistic_cells(500)))
    assert len(calls) == 1
