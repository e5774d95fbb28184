"""Small texts of ``perf script``, one of each kind, with what they contain, and against a naive parser."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from duronb.errors import StoreError
from duronb.ingest.samples import Samples, read_samples
from duronb.model.event_view import view
from duronb.model.profile import Profile

DIRECTORY = Path(__file__).parents[2] / "data" / "readers"
WITHOUT_HEADS = "18-fields-ip-sym-only.perf"
FILES = sorted(path.name for path in DIRECTORY.glob("*.perf") if path.name != WITHOUT_HEADS)


def read(name: str) -> Samples:
    return read_samples([(DIRECTORY / name).read_bytes()], "perf")


def stacks_of(profile: Profile) -> Counter[str]:
    """Count what a profile counts by stack, outermost function first."""
    found = Counter[str]()
    for node, count in zip(profile.node.tolist(), profile.count.tolist(), strict=True):
        found[";".join(profile.tree.frames.names[frame] for frame in profile.tree.stack(node))] += count
    return found


def shown(name: str) -> Counter[str]:
    return stacks_of(view(read(name).builder.build([], 999.0)))


def naive_samples(text: str) -> Counter[tuple[str, ...]]:
    """Read a text line by line: a head is a line with an event, and frames below it begin with an address."""
    found = Counter[tuple[str, ...]]()
    stack: list[str] | None = None
    alone: list[str] = []  # what may be a stack of one frame in the line of the head
    for line in [*text.replace("\r", "").splitlines(), ""]:
        frame = re.match(r"\s+([0-9a-f]+) (.*?)(?:\+0x[0-9a-f]+)? \((?:[^()]|\(deleted\))*\)$", line)
        head = re.match(r"\S.*\s\d+(/\d+)?( \[\d+\])?(\s+\d+\.\d+:)?(\s+\d+)?\s+[\w/:-]+:( +(?P<rest>.*))?$", line)
        if frame and stack is not None:
            stack.append(frame[2].strip() or "[unknown]")
        elif head and "PERF_RECORD" not in line:
            if stack is not None:
                found[tuple(reversed(stack or alone))] += 1
            single = re.match(r"([0-9a-f]+) (.*?)\+0x[0-9a-f]+ \([^()]*\)$", (head["rest"] or "").strip())
            stack, alone = [], [single[2]] if single else []
        elif not line.strip() and stack is not None:
            found[tuple(reversed(stack or alone))] += 1
            stack = None
    return found


@pytest.mark.parametrize(
    "name",
    [name for name in FILES if name[:2] not in {"12", "13", "19", "39", "51"}],  # what the naive parser cannot read
)
def test_stacks_equal_those_of_a_naive_parser(name: str) -> None:
    ours = stacks_of(read(name).builder.build([], 999.0))
    naive = naive_samples((DIRECTORY / name).read_bytes().decode())
    assert ours == Counter({";".join(stack): count for stack, count in naive.items()})
    assert ours.total() > 0


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_understood_and_comments_are_not_counted(name: str) -> None:
    quality = read(name).quality
    text = (DIRECTORY / name).read_bytes().replace(b"\r", b"")
    assert quality.sample_lines == sum(1 for line in text.split(b"\n") if line and not line.startswith(b"#"))
    assert quality.sample_lines_not_understood == 0
    assert not quality.truncated


def test_both_kinds_of_cores_of_a_processor_are_one_event() -> None:
    assert shown("44-hybrid-cpu.perf") == {"main;on_p_core": 4, "main;on_e_core": 6}
    assert read("44-hybrid-cpu.perf").quality.other_events == 0


def test_the_event_with_the_most_samples_is_shown_and_the_others_are_named() -> None:
    assert shown("17-mixed-events.perf") == {"main;hot": 9}
    samples = read("17-mixed-events.perf")
    assert samples.environment.event == "cycles"
    assert samples.quality.other_events == 1
    profile = samples.builder.build([], 999.0)
    assert stacks_of(view(profile, "context-switches")) == {"main;leaf": 1}
    assert [n for n in samples.notices if "2 events: 'cycles' with 9 samples and 'context-switches' with 1 sample" in n]


def test_counted_events_are_weighted_by_period_and_that_is_said() -> None:
    assert shown("03-period-weights.perf") == {"main;rare_big": 90, "main;often_small": 9}
    samples = read("03-period-weights.perf")
    assert stacks_of(view(samples.builder.build([], 1.0), weighting="samples"))["main;often_small"] == 9
    assert [n for n in samples.notices if "from 1 to 90" in n and "one sample alone has 91 %" in n]


@pytest.mark.parametrize("period", [10**7, 2**63, 10**20 - 1])
def test_a_broken_period_does_not_outweigh_all_other_samples(period: int) -> None:
    text = (DIRECTORY / "03-period-weights.perf").read_bytes().replace(b" 90 page", b" %d page" % period)
    samples = read_samples([text], "perf")
    assert stacks_of(view(samples.builder.build([], 1.0))) == {"main;rare_big": 1, "main;often_small": 9}
    assert [n for n in samples.notices if "looks like an error" in n]


@pytest.mark.parametrize("periods", [[1000] * 9, [1, 1000, 10**6]])
def test_a_clock_counts_samples_and_says_where_periods_differ(periods: list[int]) -> None:
    heads = [f"app 7 {row}.000000: {period:>10} cpu-clock: \n\t 2 f (/x)\n\n" for row, period in enumerate(periods)]
    samples = read_samples(["".join(heads).encode()], "perf")
    profile = samples.builder.build([], 1.0)
    assert stacks_of(view(profile)) == {"f": len(periods)}
    assert stacks_of(view(profile, weighting="period")) == {"f": sum(periods)}
    assert any("--weight period" in notice for notice in samples.notices) == (len(set(periods)) > 1)


def test_threads_of_two_processes_are_two() -> None:
    profile = read("15-two-processes.perf").builder.build([], 1.0)
    assert profile.threads == ["worker (process 100)", "worker (process 200)"]
    assert [int(profile.count[profile.thread == row].sum()) for row in range(2)] == [3, 3]


def test_a_clock_that_jumps_is_left_out_of_the_seconds_and_told() -> None:
    samples = read("11-time-wrapped.perf")
    assert (samples.first, samples.last) == (100.000001, 101.000001)
    assert samples.builder.build([], 1.0).second.tolist() == [0, 1, 2]
    assert [notice for notice in samples.notices if notice.startswith("1 of 3 samples is at times")]


def test_heads_without_time_and_event_say_which_fields_to_print() -> None:
    with pytest.raises(StoreError, match="neither time nor event") as error:
        read(WITHOUT_HEADS)
    assert "-F comm,pid,tid,time,event,ip,sym,dso" in (error.value.remedy or "")


def test_names_of_threads_without_time() -> None:
    assert read("02-comm-untimed.perf").builder.build([], 1.0).threads == ["bar [io]", "job 5", "plain"]
