from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from duronb.errors import StoreError
from duronb.ingest.sample_file import SampleFile
from duronb.model.build import UNKNOWN
from duronb.model.event import Event
from duronb.model.event_view import event_samples, view
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.pprof import pprof, pprof_message
from tests.ingest.exchange.pprof_writing import Record, block, number, pprof_file, varint
from tests.ingest.exchange.reading import by_stack, by_thread_and_second, names_of, read_bytes, weights_of
from tests.views.formats.pprof_reading import go_pprof, go_top
from tests.views.profiles import Cell, hostile_run, make_profile, realistic_cells, small_cells

SAMPLES, CPU = ("samples", "count"), ("cpu", "nanoseconds")
MS = 1_000_000


def read_pprof_bytes(directory: Path, content: bytes) -> SampleFile:
    return read_bytes(directory, content, "pprof")


@pytest.mark.parametrize("unpacked", [False, True])
@pytest.mark.parametrize("texts_first", [False, True])
def test_samples_with_cpu_time_are_one_event(tmp_path: Path, unpacked: bool, texts_first: bool) -> None:
    records = [
        Record(["main", "a", "b"], [3, 30 * MS], {"thread": "t1"}),
        Record(["main", "a"], [1, 10 * MS], {"thread": "t2"}),
        Record(["main", "a", "b"], [2, 20 * MS], {"thread": "t1"}),
    ]
    content = pprof_file([SAMPLES, CPU], records, period=(*CPU, 10 * MS), unpacked=unpacked, texts_first=texts_first)
    read = read_pprof_bytes(tmp_path, content)
    assert names_of(read.profile) == {"main;a;b": 5, "main;a": 1}
    assert by_thread_and_second(read.profile)["t2", 0, (("main", "program"), ("a", "program"))] == 1
    assert (read.frequency_known, read.profile.frequency_hz) == (True, 100.0)
    assert list(read.profile.events) == [Event("cpu", "nanoseconds")]
    assert weights_of(read.profile) == {"cpu": 60 * MS}


def test_a_frequency_that_the_values_contradict_is_not_known(tmp_path: Path) -> None:
    content = pprof_file([SAMPLES, CPU], [Record(["f"], [3, 90 * MS])], period=(*CPU, 10 * MS))
    assert not read_pprof_bytes(tmp_path, content).frequency_known
    content = pprof_file([SAMPLES, CPU], [Record(["f"], [3, 30 * MS])])
    assert not read_pprof_bytes(tmp_path, content).frequency_known
    content = pprof_file(
        [SAMPLES, ("wall", "nanoseconds")], [Record(["f"], [3, 30])], period=("wall", "nanoseconds", 10)
    )
    assert not read_pprof_bytes(tmp_path, content).frequency_known


def test_cpu_time_alone_is_counted_in_periods(tmp_path: Path) -> None:
    records = [Record(["f"], [40 * MS]), Record(["g"], [20 * MS])]
    read = read_pprof_bytes(tmp_path, pprof_file([CPU], records, period=(*CPU, 10 * MS)))
    assert names_of(read.profile) == {"f": 4, "g": 2}
    assert (read.frequency_known, read.profile.frequency_hz) == (True, 100.0)


def test_kinds_of_values_are_events_and_the_default_is_shown(tmp_path: Path) -> None:
    kinds = [("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_space", "bytes")]
    records = [Record(["main", "a"], [7, 7000, 0]), Record(["main", "b"], [2, 500, 400])]
    read = read_pprof_bytes(tmp_path, pprof_file(kinds, records, default="inuse_space"))
    assert weights_of(read.profile) == {
        "alloc_objects": 9,
        "alloc_space": 7500,
        "inuse_space": 400,
    }
    assert names_of(read.profile) == {"main;b": 400}
    assert names_of(read.profile, "alloc_space") == {"main;a": 7000, "main;b": 500}
    # Without a default the last kind is shown, as by pprof itself.
    read = read_pprof_bytes(tmp_path, pprof_file(kinds[:2], [Record(["a"], [7, 7000])]))
    assert names_of(read.profile) == {"a": 7000}


def test_inlined_functions_are_frames_and_missing_names_are_unknown(tmp_path: Path) -> None:
    records = [Record(["main", "outer|middle|inner"], [4]), Record(["main", ""], [2])]
    read = read_pprof_bytes(tmp_path, pprof_file([SAMPLES], records))
    assert names_of(read.profile) == {"main;outer;middle;inner": 4, f"main;{UNKNOWN}": 2}
    assert read.quality.unresolved_user == 2


def test_seconds_of_labels_are_times(tmp_path: Path) -> None:
    records = [Record(["f"], [1], {"second": 5}), Record(["f"], [2], {"second": 7})]
    profile = read_pprof_bytes(tmp_path, pprof_file([SAMPLES], records, time_nanos=1_700_000_000 * 10**9)).profile
    assert profile.start == 1_700_000_000
    assert dict(zip(profile.second.tolist(), profile.count.tolist(), strict=True)) == {0: 1, 2: 2}


def test_values_that_are_no_counts_are_left_out_and_a_difference_is_refused(tmp_path: Path) -> None:
    good = [Record(["f"], [2])] * 60
    read = read_pprof_bytes(tmp_path, pprof_file([SAMPLES], [*good, Record(["f"], [-1]), Record(["g"], [2**60])]))
    assert names_of(read.profile) == {"f": 120}
    assert (read.quality.sample_lines, read.quality.sample_lines_not_understood) == (62, 2)
    assert any("left out: 2" in notice for notice in read.notices)
    with pytest.raises(StoreError, match=r"30 of its 90 .* negative"):
        read_pprof_bytes(tmp_path, pprof_file([SAMPLES], [*good, *[Record(["g"], [-3])] * 30]))


@pytest.mark.parametrize("frequency", [999.0, 0.0, 49.0])
@pytest.mark.parametrize("cells", [small_cells(), realistic_cells(300)], ids=["small", "realistic"])
def test_what_is_exported_is_imported_again(tmp_path: Path, cells: dict[Cell, int], frequency: float) -> None:
    shown = display_tree(make_profile(cells, frequency_hz=frequency)).profile
    for content in (pprof(shown, "t"), pprof_message(shown, "t")):
        read = read_pprof_bytes(tmp_path, content)
        expected = {
            (thread, second, stack or ((UNKNOWN, ""),)): count
            for (thread, second, stack), count in by_thread_and_second(shown).items()
        }
        first = min(second for _, second, _ in expected)
        assert by_thread_and_second(read.profile) == {
            (thread, second - first, stack): count for (thread, second, stack), count in expected.items()
        }
        assert read.frequency_known == (frequency > 0)
        assert read.profile.frequency_hz == (frequency or 999.0)


@pytest.mark.parametrize(
    ("unit", "event"), [("nanoseconds", "time"), ("bytes", "space"), ("page-faults", "page-faults")]
)
def test_views_by_weight_come_back_as_weights(tmp_path: Path, unit: str, event: str) -> None:
    shown = display_tree(make_profile(small_cells(), frequency_hz=0.0)).profile
    read = read_pprof_bytes(tmp_path, pprof(replace(shown, unit=unit), "t"))
    assert [each.name for each in read.profile.events] == [event]
    assert weights_of(read.profile) == {event: 46}
    assert by_stack(view(read.profile)) == by_stack(shown)


def test_hostile_names_come_back(tmp_path: Path) -> None:
    shown = display_tree(hostile_run().profile).profile
    read = read_pprof_bytes(tmp_path, pprof(shown, "t"))
    assert by_thread_and_second(read.profile) == by_thread_and_second(shown)


GO = """
package main

import (
	"os"
	"runtime/pprof"
)

//go:noinline
func work(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		s += i * i % 7
	}
	return s
}

//go:noinline
func outer() int { return work(500_000_000) }

func main() {
	f, _ := os.Create(os.Args[1])
	pprof.StartCPUProfile(f)
	outer()
	pprof.StopCPUProfile()
	f.Close()
	h, _ := os.Create(os.Args[2])
	pprof.WriteHeapProfile(h)
	h.Close()
}
"""


@pytest.mark.long
def test_profiles_of_go_have_the_numbers_of_pprof_itself(tmp_path: Path) -> None:
    go = shutil.which("go")
    empty = tmp_path / "empty"
    empty.write_bytes(pprof(make_profile({}), "t"))
    go_pprof(empty, "-top")  # skips or fails without Go
    assert go is not None
    (tmp_path / "main.go").write_text(GO)
    cpu, heap = tmp_path / "cpu.pb.gz", tmp_path / "heap.pb.gz"
    environment = {**os.environ, "GOFLAGS": "", "GOTOOLCHAIN": "local", "GO111MODULE": "off"}
    subprocess.run([go, "run", "main.go", cpu, heap], cwd=tmp_path, env=environment, check=True, timeout=300)
    read = read_pprof_bytes(tmp_path, cpu.read_bytes())
    own: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for names, count in names_of(read.profile).items():
        own[names.rpartition(";")[2]] += count
        total.update(dict.fromkeys(names.split(";"), count))
    expected = {name.removesuffix(" (inline)"): numbers for name, numbers in go_top(cpu).items()}
    assert {name: (own[name], total[name]) for name in total} == expected
    assert "main.work" in expected
    assert (read.frequency_known, read.profile.frequency_hz) == (True, 100.0)
    read = read_pprof_bytes(tmp_path, heap.read_bytes())
    weights = weights_of(read.profile)
    for name in ("alloc_space", "inuse_space", "alloc_objects"):
        unit = [] if name == "alloc_objects" else ["-unit=bytes"]
        text = go_pprof(heap, "-top", f"-sample_index={name}", *unit)
        found = re.search(r"of ([\d.]+)(?:B)? total", text)
        assert found is not None, text
        assert float(found[1]) == weights[name]
    assert read.profile.events[0].name == "inuse_space"
    assert len(set(event_samples(read.profile))) == 1


WHOLE = pprof_file([SAMPLES, CPU], [Record(["main", "a|b"], [1, 2], {"thread": "t", "second": 3})], period=(*CPU, 2))


@pytest.mark.long
def test_no_damage_is_anything_but_an_error_for_the_user(tmp_path: Path) -> None:
    read = 0
    for at in range(len(WHOLE)):
        for content in (
            WHOLE[:at],
            WHOLE[:at] + b"\xff" + WHOLE[at + 1 :],
            WHOLE[:at] + b"\0" + WHOLE[at + 1 :],
            WHOLE[:at] + WHOLE[at + 1 :],
            WHOLE[:at] + varint(2**63) + WHOLE[at:],
        ):
            try:
                read_pprof_bytes(tmp_path, gzip.compress(content, 1))
                read += 1
            except StoreError:
                pass
    assert read > 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (block(1, number(1, 1) + number(2, 2)) + block(6, b"") + block(6, b"a"), "a text is missing"),
        (
            pprof_file([SAMPLES], [Record(["f"], [1])]) + block(2, block(1, b"\x63") + block(2, b"\x01")),
            "no location 99",
        ),
        (pprof_file([SAMPLES], []), "contains no samples"),
    ],
)
def test_what_is_damaged_is_said(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        read_pprof_bytes(tmp_path, content)


def test_a_small_file_cannot_describe_endless_stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [Record(["|".join("abcdefgh")] * 10, [1]), Record(["|".join("abcdefgh")] * 11, [1])]
    content = pprof_file([SAMPLES], records)
    assert read_pprof_bytes(tmp_path, content).profile.samples == 2
    monkeypatch.setattr("duronb.ingest.exchange.pprof.MOST_FRAMES", 8 * 21 - 1)
    with pytest.raises(StoreError, match="more than 167 frames"):
        read_pprof_bytes(tmp_path, content)
    monkeypatch.setattr("duronb.ingest.exchange.pprof_message.LARGEST_MESSAGE", len(content) - 1)
    with pytest.raises(StoreError, match="larger than"):
        read_pprof_bytes(tmp_path, content)
