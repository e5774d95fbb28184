"""What ``FORMAT.md`` says about a store: its tables against schema and files, its queries against plain Python."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from duronb.model.build import ProfileBuilder
from duronb.model.event import Event
from duronb.model.kinds import CODE_KINDS
from duronb.model.profile import Profile
from duronb.model.stage import OUTSIDE, StageResult
from duronb.store.columns import write_frames, write_samples
from tests.store.run_schema import run_schema

pytestmark = pytest.mark.long


RELEASES = sorted(path for path in (Path(__file__).parents[2] / "notebooks" / "data" / "releases").iterdir())
FUNCTION = "sqlite3VdbeExec"
Sample = tuple[str, str, int, list[str], int]


def format_text() -> str:
    return (files("duronb.store") / "FORMAT.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the text below a heading, up to the next heading."""
    match = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", format_text(), re.MULTILINE | re.DOTALL)
    assert match is not None, title
    return match[1]


def named_in_table(title: str) -> list[str]:
    """Return the names in the first column of the tables of a section."""
    rows = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def queries() -> list[str]:
    return re.findall(r"^```sql\n(.*?)^```", section("Queries"), re.MULTILINE | re.DOTALL)


def answer(number: int, run: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Run a query of the page as a reader would: in the directory of a run."""
    monkeypatch.chdir(run)
    with duckdb.connect() as connection:
        return connection.execute(queries()[number]).fetchall()


def samples(run: Path) -> Iterator[tuple[dict[str, Any], list[tuple[str, str]]]]:
    """Yield each row of ``samples.parquet`` with the frames of its stack, root first."""
    nodes = pq.read_table(run / "frames.parquet").to_pylist()
    for row in pq.read_table(run / "samples.parquet").to_pylist():
        stack, node = [], row["node"]
        while nodes[node]["parent"] != -1:
            stack.append((nodes[node]["name"], nodes[node]["module"]))
            node = nodes[node]["parent"]
        yield row, stack[::-1]


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("`request`", "request"),
        ("`subject`", "subject"),
        ("`environment`", "environment"),
        ("`clocks`", "clocks"),
        ("`stages`", "stage"),
        ("`quality`", "quality"),
        ("`series`", "series"),
    ],
)
def test_the_page_describes_every_field_that_the_schema_names(title: str, part: str) -> None:
    assert sorted(named_in_table(title)) == sorted(run_schema()["$defs"][part]["properties"])


def test_the_page_describes_the_record_and_says_what_is_required() -> None:
    assert sorted(named_in_table("Record")) == sorted(run_schema()["properties"])
    required = re.findall(r"^\| `(\w+)` \| \*required\*", section("Record"), re.MULTILINE)
    assert sorted(required) == sorted(run_schema()["required"])


def test_the_page_lists_the_columns_and_kinds_in_their_order(tmp_path: Path) -> None:
    assert named_in_table("`frames.parquet`") == pq.read_schema(RELEASES[0] / "frames.parquet").names
    schema = pq.read_schema(store_profile(events_profile(), tmp_path) / "samples.parquet")
    facts = json.loads(schema.metadata[b"duronb"])
    events = facts["events"][0]
    assert list(dict.fromkeys(named_in_table("`samples.parquet`"))) == [*schema.names, *facts]
    assert set(events) <= set(re.findall(r"`(\w+)`", section("`samples.parquet`")))
    # A run of one event without weights has neither the columns nor the field.
    plain = pq.read_schema(RELEASES[0] / "samples.parquet")
    assert [*plain.names, *json.loads(plain.metadata[b"duronb"])] == [*schema.names[:5], *list(facts)[:4]]
    row = next(line for line in section("`frames.parquet`").splitlines() if line.startswith("| `kind`"))
    listed = re.findall(r"`(\w+)`", row.split(";")[0])[1:]
    assert tuple(listed) == CODE_KINDS


@pytest.mark.parametrize("run", RELEASES, ids=lambda run: run.name)
def test_recorded_runs_have_the_invariants_that_the_page_promises(run: Path) -> None:
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    frames = pq.read_table(run / "frames.parquet").to_pylist()
    assert frames[0] == {"parent": -1, "name": "all", "module": "", "kind": "other"}
    path, siblings = [0], defaultdict(list)
    for node, frame in enumerate(frames[1:], start=1):
        # Preorder: the parent of the next node is on the path to the present one.
        while path[-1] != frame["parent"]:
            path.pop()
        path.append(node)
        siblings[frame["parent"]].append((frame["name"], frame["module"]))
    assert all(found == sorted(set(found)) for found in siblings.values())

    table = pq.read_table(run / "samples.parquet")
    facts = json.loads(table.schema.metadata[b"duronb"])
    rows = table.to_pylist()
    keys = [
        (facts["stages"].index(row["stage"]), facts["threads"].index(row["thread"]), row["second"], row["node"])
        for row in rows
    ]
    assert keys == sorted(set(keys))
    assert all(row["count"] >= 1 and row["second"] >= 0 and 0 <= row["node"] < len(frames) for row in rows)
    of_stage = Counter[str]()
    for row in rows:
        of_stage[row["stage"]] += row["count"]
    assert sum(of_stage.values()) == record["quality"]["samples"]
    assert {stage["name"]: stage["samples"] for stage in record["stages"]} == {
        name: count for name, count in of_stage.items() if name != OUTSIDE
    }
    assert facts["frequency_hz"] == record["quality"]["frequency_hz"]
    assert float(facts["start"]).is_integer()


@pytest.mark.parametrize("run", RELEASES[::6], ids=lambda run: run.name)
def test_the_query_for_self_samples(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row, stack in samples(run):
        own[row["stage"]][stack[-1]] += row["count"]
    expected = [
        (stage, name, module, count, pytest.approx(100 * count / sum(counts.values()), abs=0.0501))
        for stage, counts in sorted(own.items())
        for (name, module), count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:5]
    ]
    assert answer(0, run, monkeypatch) == expected
    assert len(expected) >= 10


@pytest.mark.parametrize("run", RELEASES[::6], ids=lambda run: run.name)
def test_the_query_for_the_total_of_a_function(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    total = Counter[str]()
    for row, stack in samples(run):
        if FUNCTION in [name for name, _ in stack]:
            total[row["stage"]] += row["count"]
    assert answer(1, run, monkeypatch) == sorted(total.items())
    assert sum(total.values()) > 100


@pytest.mark.parametrize("run", RELEASES[::6], ids=lambda run: run.name)
def test_the_query_for_seconds_and_threads(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Counter[tuple[int, str]]()
    for row, _ in samples(run):
        if row["stage"] != OUTSIDE:
            expected[row["second"], row["thread"]] += row["count"]
    assert answer(2, run, monkeypatch) == [(*key, count) for key, count in sorted(expected.items())]
    assert len(expected) > 20


def test_the_query_counts_samples_of_a_recursive_function_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = ProfileBuilder()
    main, recursive, leaf = (builder.frame(name, "x") for name in ("main", FUNCTION, "leaf"))
    builder.add((main, recursive, recursive), "t", 1.5, 3)
    builder.add((main, recursive, leaf, recursive), "t", 1.5, 5)
    builder.add((recursive,), "t", 2.5, 7)
    builder.add((main, leaf), "t", 2.5, 100)
    profile = builder.build([StageResult(name="one", started=1.0, ended=9.0)], 99.0)
    assert answer(1, store_profile(profile, tmp_path), monkeypatch) == [("one", 15)]


def test_the_query_for_the_weights_of_an_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 90 of 99 page faults, but 1 of 10 samples, are in rare_big.
    assert answer(3, store_profile(events_profile(), tmp_path), monkeypatch) == [
        ("rare_big", "x", 90.9),
        ("often_small", "x", 9.1),
    ]


def events_profile() -> Profile:
    """Return a profile of two events with weights."""
    builder = ProfileBuilder()
    faults = builder.event(Event("page-faults", "page-faults", weighting="period"))
    cycles = builder.event(Event("cycles", "cycles"))
    big, small = builder.frame("rare_big", "x"), builder.frame("often_small", "x")
    builder.add((big,), "t", 1.5, event=faults, weight=90)
    for second in range(9):
        builder.add((small,), "t", 2.5 + second, event=faults, weight=1)
    builder.add((small,), "t", 2.5, 3, event=cycles, weight=3_000_000)
    return builder.build([StageResult(name="one", started=1.0, ended=9.0)], 99.0)


def store_profile(profile: Profile, directory: Path) -> Path:
    """Write both files of a profile into a directory, and return the directory."""
    for name, write in (("frames", write_frames), ("samples", write_samples)):
        with (directory / f"{name}.parquet").open("wb") as file:
            write(profile, file)
    return directory
