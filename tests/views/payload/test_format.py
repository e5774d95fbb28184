"""Payloads agree with ``FORMAT.md``: a reader that follows the tables of the page reads what is written."""

from __future__ import annotations

import base64
import gzip
import itertools
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from duronb.analysis.differential.differential import CHANGE_KINDS, UNITS, Differential, differential
from duronb.store import Store
from duronb.views.differential.payload import differential_source
from duronb.views.differential.reading import decode_differential
from duronb.views.flamegraph.state import COLORINGS, RUNTIMES, VIEWS, ViewState
from duronb.views.payload import limits
from duronb.views.payload.reading import decode_payload
from tests.views.differential.encoder import NodeVerdicts, differential_payload
from tests.views.differential.pairs import pair
from tests.views.payloads import flamegraph_payload
from tests.views.profiles import make_run, small_cells

STORE = Store(str(Path(__file__).parents[3] / "notebooks" / "data" / "releases"))
TITLES: dict[str, Any] = {"title": "t", "before_title": "b", "after_title": "a"}


def page() -> str:
    return (files("duronb.views") / "payload" / "FORMAT.md").read_text(encoding="utf-8")


def part(title: str) -> str:
    """Return what stands below a heading of the second level."""
    match = re.search(rf"^## {re.escape(title)}.*?\n(.*?)(?=^## |\Z)", page(), re.MULTILINE | re.DOTALL)
    assert match is not None, title
    return match[1]


def table(title: str, head: str) -> list[list[str]]:
    """Return the cells of the first table of a part whose head begins so."""
    lines = part(title).split(f"| {head} |", 1)[1].splitlines()[2:]
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]


def keys(title: str) -> list[str]:
    return [name for row in table(title, "key") for name in re.findall(r"`(\w+)`", row[0])]


class Bytes:
    """Reads varints one byte at a time."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.data = gzip.decompress(base64.b64decode(payload["data"], validate=True))
        self.at = 0

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def column(self, count: int) -> list[int]:
        return [self.number() for _ in range(count)]

    def names(self, lengths: list[int]) -> list[str]:
        found = []
        for length in lengths:
            found.append(self.data[self.at : self.at + length].decode())
            self.at += length
        assert self.at == len(self.data)
        return found


def depths(climb: list[int]) -> list[int]:
    found = [0]
    for levels in climb:
        found.append(found[-1] + 1 - levels)
    assert min(found[1:], default=1) >= 1
    return found


@pytest.fixture(scope="module")
def compared() -> Differential:
    runs = STORE.runs()
    before, after = ([run for run in runs if run.label == label][:3] for label in ("0.1.9", "0.1.18"))
    return differential(before, after)


def test_a_flamegraph_is_read_by_what_the_page_says() -> None:
    run = STORE.load("0.1.32")
    payload = flamegraph_payload(run.profile, title="t", run=run)
    source, column = Bytes(payload), dict[str, list[int]]()
    sizes = {"frames": payload["frames"], "nodes": payload["nodes"], "1": 1}
    names: list[str] = []
    for name, count, _ in table("`duronb.flamegraph`", "column"):
        if count == "text":
            names = source.names(column["name lengths"])
            continue
        less = re.fullmatch(r"`?(\w+)`?( - 1)?", count)
        assert less is not None
        column[name] = source.column(sizes[less[1]] - (1 if less[2] else 0))
        if count == "1":
            sizes[name] = column[name][0]

    decoded = decode_payload(payload)
    profile = decoded.profile
    assert names == list(profile.tree.frames.names)
    assert [payload["modules"][index] for index in column["modules"]] == list(profile.tree.frames.modules)
    assert [payload["kinds"][index] for index in column["kinds"]] == decoded.kinds
    assert depths(column["climb"]) == profile.tree.depth.tolist()
    assert column["frame"] == profile.tree.frame[1:].tolist()
    rows = []
    steps, counts = iter(column["node steps"]), iter(column["count"])
    for place in zip(column["stage"], column["thread"], column["second"], column["size"], strict=True):
        node = 0
        for _ in range(place[3]):
            node += next(steps)
            rows.append((*place[:3], node, next(counts)))
    columns = (profile.stage, profile.thread, profile.second, profile.node, profile.count)
    assert rows == list(zip(*(each.tolist() for each in columns), strict=True))
    assert rows == sorted(rows)
    assert sum(row[-1] for row in rows) == payload["samples"]


def test_buckets_are_read_by_what_the_page_says() -> None:
    payload = flamegraph_payload(STORE.load("0.1.32").profile, title="t")
    source = Bytes(payload["buckets"])
    decoded = decode_payload(payload)
    bucket = [len(payload["buckets"]["ids"]) - 1]
    for node, step in enumerate(source.column(payload["nodes"] - 1), start=1):
        bucket.append(step - 1 if step else bucket[decoded.profile.tree.parent[node]])
    assert source.at == len(source.data)
    assert decoded.bucket is not None
    assert bucket == decoded.bucket.tolist()
    assert decoded.buckets == payload["buckets"]["ids"]


def read_differential(payload: dict[str, Any]) -> dict[str, Any]:
    """Read a differential payload by the tables of the page."""
    source, column = Bytes(payload), dict[str, Any]()
    kinds_of_tests = {row[0].strip("`"): row[1] for row in table("`duronb.differential`", "value")}
    counts = {
        "`frames` each": payload["frames"],
        "`nodes` - 1 each": payload["nodes"] - 1,
        "`nodes` each": payload["nodes"],
    }
    for name, count, _ in table("`duronb.differential`", "column"):
        if count == "text":
            column["names"] = source.names(column["name lengths"])
        elif name.startswith("test columns"):
            tested = name.rpartition("`")[0].rpartition("`")[2]
            listed = kinds_of_tests[payload["tests"][tested] or "null"]
            for test in () if listed.startswith("none") else listed.split(", "):
                column[f"{tested} {test}"] = source.column(counts[count])
        else:
            for each in name.split(", "):
                column[each] = source.column(counts[count])
    return column


def test_a_differential_is_read_by_what_the_page_says(compared: Differential) -> None:
    payload = differential_source(compared, **TITLES).payload
    column, decoded = read_differential(payload), decode_differential(payload)

    assert column["names"] == list(compared.tree.frames.names) == sorted(set(column["names"]))
    assert depths(column["climb"]) == compared.tree.depth.tolist()
    assert column["frame"] == compared.tree.frame[1:].tolist()
    assert (column["before"], column["after"]) == (compared.before.tolist(), compared.after.tolist())
    worth = float(compared.before.sum()) * compared.scales[0]
    for name, tests in (("total", compared.total), ("self", compared.own)):
        kinds, q = column[f"{name} change"], column[f"{name} q"]
        for node in range(1, len(compared.tree)):
            tested = not np.isnan(tests.q[node])
            assert kinds[node] == (tests.kind[node] if tested or tests.kind[node] else 255)
            assert q[node] == (1 + round(tests.q[node] * 1e6) if tested else 0)
            part_of = tests.detectable[node] / worth
            assert column[f"{name} detectable"][node] == (
                0 if np.isnan(part_of) else 1 + round(min(part_of, 1000.0) * 1e6)
            )
    assert decoded.total.tolist() == column["total change"]
    reported = [change for change in payload["units"][0]["changes"] if change["node"] and change["of"] == "total"]
    assert reported
    for change in reported:
        assert CHANGE_KINDS[column["total change"][change["node"]] - 1] == change["kind"]


@pytest.mark.parametrize(
    ("tests", "columns"),
    [
        (NodeVerdicts(), []),
        (NodeVerdicts(total=[True, False, True]), ["total verdict"]),
        (NodeVerdicts(own=[0.01, 0.5, np.nan]), ["self verdict", "self q"]),
    ],
)
def test_test_columns_are_read_by_what_the_page_says(tests: NodeVerdicts, columns: list[str]) -> None:
    payload = differential_payload(pair({"a": 3}, {"a;b": 5}), tests=tests, **TITLES)
    column = read_differential(payload)
    assert [name for name in column if name.startswith(("total", "self"))] == columns
    if "self q" in column:
        assert (column["self verdict"], column["self q"]) == ([1, 0, 255], [10_001, 500_001, 0])
    elif columns:
        assert column["total verdict"] == [1, 0, 1]


def test_the_page_lists_the_keys_that_are_written(compared: Differential) -> None:
    run = make_run(small_cells())
    written = flamegraph_payload(run.profile, title="t", run=run)
    assert set(written) == set(keys("`duronb.flamegraph`"))
    payload = differential_source(compared, **TITLES).payload
    assert set(payload) == set(keys("`duronb.differential`"))
    change = [
        name
        for row in re.findall(
            r"^\| (`.*?) \|", part("`duronb.differential`").split("A change:")[1].split("**Tests")[0], re.MULTILINE
        )
        for name in re.findall(r"`(\w+)`", row)
    ]
    assert all(set(each) == set(change) for unit in payload["units"] for each in unit["changes"])
    assert {unit["unit"] for unit in payload["units"]} <= set(UNITS)
    versions = re.findall(r"^## `(duronb\.\w+)`, version (\d+)$", page(), re.MULTILINE)
    assert versions == [(each["format"], str(each["version"])) for each in (written, payload)]


def test_the_page_lists_the_view_state() -> None:
    rows = table("`duronb.flamegraph`", "field")
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row[0])] == list(ViewState.__dataclass_fields__)
    values = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1].rpartition(": ")[2]) for row in rows}
    assert (tuple(values["view"]), tuple(values["color"])) == (VIEWS, COLORINGS)
    assert tuple(values["runtime"]) == RUNTIMES


def test_the_limits_are_those_that_are_declared() -> None:
    units = {"": 1, " MiB": 1 << 20}
    described = [re.match(r"([\d,]+)( MiB)?", most) for _, most in table("Limits", "of | at most")]
    values = [int(found[1].replace(",", "")) * units[found[2] or ""] for found in described if found]
    declared = [value for name, value in vars(limits).items() if name.startswith("MAX_")]
    assert sorted(values) == sorted(declared)
