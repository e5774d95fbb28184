"""Reads files of the Firefox Profiler's processed format back, by its documented types."""

from __future__ import annotations

from collections import Counter
from math import floor
from typing import Any

Stack = tuple[tuple[str, str], ...]

COLOURS = {
    "transparent", "purple", "green", "orange", "yellow", "lightblue", "blue", "brown", "magenta", "red", "lightred",
    "darkgrey", "grey",
}  # fmt: skip
TABLES = {
    "stackTable": {"frame", "prefix"},
    "frameTable": {
        "address", "inlineDepth", "category", "subcategory", "func", "nativeSymbol", "innerWindowID", "line", "column",
    },
    "funcTable": {"name", "isJS", "relevantForJS", "resource", "source", "lineNumber", "columnNumber"},
    "resourceTable": {"name", "lib", "host", "type"},
    "nativeSymbols": {"libIndex", "address", "name", "functionSize"},
    "sources": {"uuid", "filename"},
}  # fmt: skip


def check_profile(made: dict[str, Any]) -> None:
    """Check every column's length, every index, and what the importer's upgrades from version 60 on rely on."""
    meta, shared = made["meta"], made["shared"]
    assert meta["preprocessedProfileVersion"] == 60
    assert isinstance(meta["version"], int)
    assert meta["interval"] > 0
    assert isinstance(meta["startTime"], (int, float))
    assert meta["profilingStartTime"] <= meta["profilingEndTime"]
    assert meta["processType"] == 0
    assert meta["stackwalk"] in {0, 1}
    assert isinstance(meta["product"], str)
    for category in meta["categories"]:
        assert category["color"] in COLOURS
        assert category["subcategories"][0] == "Other"
    assert any(category["color"] == "grey" for category in meta["categories"]), "nothing is the default category"
    schemas = {schema["name"]: schema for schema in meta["markerSchema"]}
    for schema in schemas.values():
        assert all({"key", "format"} <= set(field) for field in schema["fields"])

    strings = shared["stringArray"]
    assert all(isinstance(text, str) for text in strings)
    assert len(set(strings)) == len(strings)
    for name, columns in TABLES.items():
        table = shared[name]
        assert set(table) == {*columns, "length"}
        assert all(len(table[column]) == table["length"] for column in columns)
    stacks, frames, functions, resources = (
        shared[name] for name in ("stackTable", "frameTable", "funcTable", "resourceTable")
    )
    for index, above in enumerate(stacks["prefix"]):
        assert above is None or 0 <= above < index, "a stack comes after the one it hangs on"
    _check_indices(stacks["frame"], frames["length"])
    _check_indices(frames["func"], functions["length"])
    _check_indices(frames["category"], len(meta["categories"]))
    assert set(frames["subcategory"]) <= {0}
    assert set(frames["address"]) <= {-1}
    _check_indices(functions["name"], len(strings))
    _check_indices([resource for resource in functions["resource"] if resource != -1], resources["length"])
    assert not any(functions["isJS"])
    _check_indices(resources["name"], len(strings))
    assert set(resources["type"]) <= {1}
    assert len({thread["tid"] for thread in made["threads"]}) == len(made["threads"])
    for thread in made["threads"]:
        _check_thread(thread, made, schemas)


def _check_thread(thread: dict[str, Any], made: dict[str, Any], schemas: dict[str, Any]) -> None:
    assert isinstance(thread["pid"], str)
    assert isinstance(thread["name"], str)
    assert isinstance(thread["isMainThread"], bool)
    assert thread["pausedRanges"] == []
    assert thread["unregisterTime"] is None
    samples = thread["samples"]
    columns = ["stack", "time", "weight", *(["threadCPUDelta"] if "threadCPUDelta" in samples else [])]
    assert all(len(samples[column]) == samples["length"] for column in columns)
    assert samples["weightType"] in {"samples", "tracing-ms", "bytes"}
    assert samples["time"] == sorted(samples["time"])
    assert all(weight > 0 for weight in samples["weight"])
    _check_indices(samples["stack"], made["shared"]["stackTable"]["length"])
    markers = thread["markers"]
    columns = ["data", "name", "startTime", "endTime", "phase", "category"]
    assert all(len(markers[column]) == markers["length"] for column in columns)
    _check_indices(markers["name"], len(made["shared"]["stringArray"]))
    _check_indices(markers["category"], len(made["meta"]["categories"]))
    for data, start, end, phase in zip(*(markers[c] for c in ("data", "startTime", "endTime", "phase")), strict=True):
        assert phase == 1
        assert start <= end
        assert set(data) - {"type"} == {field["key"] for field in schemas[data["type"]]["fields"]}


def _check_indices(column: list[int], length: int) -> None:
    assert all(isinstance(index, int) and 0 <= index < length for index in column)


def samples_of(made: dict[str, Any]) -> Counter[tuple[str, int, Stack]]:
    """Count samples by thread, second, and stack of name and module from the root."""
    shared = made["shared"]
    strings = shared["stringArray"]
    functions, resources = shared["funcTable"], shared["resourceTable"]
    modules = [*(strings[name] for name in resources["name"]), ""]
    found: Counter[tuple[str, int, Stack]] = Counter()
    for thread in made["threads"]:
        samples = thread["samples"]
        for stack, time, weight in zip(samples["stack"], samples["time"], samples["weight"], strict=True):
            path = []
            at: int | None = stack
            while at is not None:
                function = shared["frameTable"]["func"][shared["stackTable"]["frame"][at]]
                path.append((strings[functions["name"][function]], modules[functions["resource"][function]]))
                at = shared["stackTable"]["prefix"][at]
            found[thread["name"], floor(time / 1000), tuple(reversed(path))] += weight
    return found
