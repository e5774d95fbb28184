from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.build import UNKNOWN
from duronb.model.profile import Profile
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.otlp import otlp
from duronb.views.formats.otlp_encoding import encoded
from tests.views.formats.protobuf import message, numbers
from tests.views.profiles import (
    CELLS,
    HOSTILE,
    Cell,
    Stack,
    cells_of,
    hostile_run,
    make_profile,
    make_run,
    patient,
    realistic_cells,
    small_cells,
)

Key = tuple[str, str, int | None, Stack]


def expected_samples(profile: Profile, *, timed: bool = True) -> Counter[Key]:
    """Count by stage, thread, beginning of the second in Unix nanoseconds, and stack of name and module."""
    found: Counter[Key] = Counter()
    start = int(profile.start * 1000 + 0.5) * 10**6
    for (stage, thread, second, stack), count in cells_of(profile).items():
        if count:
            time = start + second * 10**9 if timed else None
            found[stage, thread, time, stack or ((UNKNOWN, ""),)] += count
    return found


def index_of(value: Any, table: list[Any], *, empty: bool = False) -> Any:
    """Return an entry of a table. Entry 0 stands for no value."""
    assert isinstance(value, int)
    assert (0 if empty else 1) <= value < len(table)
    return table[value]


def read_protobuf(data: bytes) -> tuple[dict[str, Any], Counter[Key]]:
    """Read a message by the field numbers of the definition, version 1.10.0, and check its rules."""
    top = message(data, frozenset({1}))
    dictionary = message(top[2], frozenset(range(1, 8)))
    texts = [text.decode() for text in dictionary[5]]
    assert texts[0] == ""
    assert len(set(texts)) == len(texts)
    for table in (1, 2, 3, 4, 6, 7):
        assert dictionary[table][0] == b"", "entry 0 of a table is the empty message"
    attributes = [{}, *map(message, dictionary[6][1:])]
    pairs = [("", ""), *((texts[each[1]], message(each[2])[1].decode()) for each in attributes[1:])]
    assert len(set(pairs)) == len(pairs)
    mappings = [None, *(texts[message(each)[4]] for each in dictionary[1][1:])]
    functions = [None, *(texts[message(each).get(1, 0)] for each in dictionary[3][1:])]
    locations: list[Any] = [None]
    for each in dictionary[2][1:]:
        one = message(each, frozenset({3}))
        (line,) = map(message, one[3])
        module = index_of(one[1], mappings) if 1 in one else ""
        (kind,) = (index_of(value, pairs) for value in numbers(one[4]))
        assert kind == ("profile.frame.type", "kernel" if module == "[kernel]" else "native")
        locations.append((index_of(line[1], functions), module))
    paths = [numbers(message(each)[1]) for each in dictionary[7][1:]]
    stacks: list[Any] = [None, *(tuple(index_of(at, locations) for at in reversed(path)) for path in paths)]
    (resource,) = (message(each, frozenset({2})) for each in top[1])
    (scopes,) = (message(each, frozenset({2})) for each in resource[2])
    (profile,) = (message(each, frozenset({2})) for each in scopes[2])
    scope = message(scopes[1], frozenset({3}))
    facts = {
        "scope": (scope[1].decode(), scope.get(2, b"").decode()),
        "attributes": _texts(scope[3]) | _texts(message(resource[1], frozenset({1}))[1]),
        "type": tuple(texts[message(profile[1])[field]] for field in (1, 2)),
        "start": profile.get(3, 0),
        "duration": profile.get(4, 0),
        "period": profile.get(6, 0),
    }
    if 5 in profile:
        facts["period type"] = tuple(texts[message(profile[5])[field]] for field in (1, 2))
    samples: Counter[Key] = Counter()
    seen = set()
    for each in profile[2]:
        one = message(each)
        stack, values, times = index_of(one[1], stacks), numbers(one[4]), _fixed(one.get(5, b""))
        assert len(times) in {0, len(values)}
        own = dict(index_of(value, pairs) for value in numbers(one[2]))
        assert set(own) == {"thread.name", "duronb.stage"}
        identity = (one[1], frozenset(own.items()))
        assert identity not in seen, "samples of one identity are one sample"
        seen.add(identity)
        for value, time in zip(values, times or repeat(None, len(values)), strict=True):
            assert time is None or facts["start"] <= time < facts["start"] + facts["duration"]
            samples[own["duronb.stage"], own["thread.name"], time, stack] += value
    return facts, samples


def _texts(entries: list[bytes]) -> dict[str, str]:
    read = map(message, entries)
    return {one[1].decode(): message(one[2])[1].decode() for one in read}


def _fixed(data: bytes) -> list[int]:
    assert len(data) % 8 == 0
    return [int.from_bytes(data[at : at + 8], "little") for at in range(0, len(data), 8)]


@patient
@given(CELLS, st.sampled_from([999.0, 0.0, 49.5]))
def test_every_sample_is_read_back(cells: dict[Cell, int], frequency: float) -> None:
    profile = display_tree(make_profile(cells, frequency_hz=frequency)).profile
    facts, samples = read_protobuf(encoded(otlp(profile, "title", version="1.2.3")))
    assert samples == expected_samples(profile)
    assert facts["type"] == ("samples", "count")
    assert facts["scope"] == ("duronb", "1.2.3")
    assert facts["attributes"]["opentelemetry.proto.version"] == "1.10.0"
    assert facts["attributes"]["duronb.title"] == "title"
    has_period = frequency > 0 and round(1e9 / frequency) * profile.samples < 2**63
    assert facts["period"] == (int(1e9 / frequency + 0.5) if has_period else 0)
    assert facts.get("period type") == (("cpu", "nanoseconds") if has_period else None)


def test_one_stage_alone_and_profiles_without_times() -> None:
    profile = make_profile(small_cells())
    _, samples = read_protobuf(encoded(otlp(profile, "t", "File SQLite 1/1")))
    assert samples == {key: n for key, n in expected_samples(profile).items() if key[0] == "File SQLite 1/1"}
    with pytest.raises(KeyError):
        otlp(profile, "t", "none")
    untimed = replace(profile, start=0.0, second=profile.second * 0)
    facts, samples = read_protobuf(encoded(otlp(untimed, "t")))
    assert samples == expected_samples(untimed, timed=False)
    assert (facts["start"], facts["duration"]) == (0, 0)


def test_hostile_names_survive() -> None:
    profile = hostile_run().profile
    facts, samples = read_protobuf(encoded(otlp(profile, HOSTILE[0])))
    assert samples == expected_samples(profile)
    assert facts["attributes"]["duronb.title"] == HOSTILE[0]


@pytest.mark.parametrize("cells", [{}, small_cells(), realistic_cells(300)], ids=["none", "small", "realistic"])
def test_the_published_definition_reads_both_encodings(cells: dict[Cell, int]) -> None:
    definition = pytest.importorskip("opentelemetry.proto.profiles.v1development.profiles_pb2")
    json_format = pytest.importorskip("google.protobuf.json_format")
    made = otlp(make_profile(cells), "t", version="1")
    from_bytes = definition.ProfilesData.FromString(encoded(made))
    from_json = json_format.Parse(json.dumps(made), definition.ProfilesData())
    assert from_bytes == from_json
    # Nothing is in fields that the definition does not have.
    assert definition.ProfilesData.FromString(from_bytes.SerializeToString()) == from_bytes
    assert len(from_bytes.SerializeToString()) == len(encoded(made))
    (profile,) = from_bytes.resource_profiles[0].scope_profiles[0].profiles
    dictionary = from_bytes.dictionary
    total = 0
    functions: Counter[str] = Counter()
    for sample in profile.samples:
        assert len(sample.values) == len(sample.timestamps_unix_nano)
        total += sum(sample.values)
        leaf = dictionary.location_table[dictionary.stack_table[sample.stack_index].location_indices[0]]
        name = dictionary.function_table[leaf.lines[0].function_index].name_strindex
        functions[dictionary.string_table[name]] += sum(sample.values)
    assert total == sum(cells.values())
    leaves: Counter[str] = Counter()
    for (_, _, _, stack), count in cells.items():
        leaves[stack[-1][0] if stack else UNKNOWN] += count
    assert functions == leaves


def test_a_run_is_written_in_both_encodings(tmp_path: Path) -> None:
    run = make_run(small_cells())
    run.export(tmp_path / "a.otlp")
    run.export(tmp_path / "a.otlp.json")
    facts, samples = read_protobuf((tmp_path / "a.otlp").read_bytes())
    assert samples.total() == sum(small_cells().values())
    assert facts["period"] == 1_001_001
    made = json.loads((tmp_path / "a.otlp.json").read_text())
    assert encoded(made) == (tmp_path / "a.otlp").read_bytes()
