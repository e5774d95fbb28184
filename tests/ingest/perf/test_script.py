"""`perf script` text, ours and other people's."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.ingest.perf import script as perf_script
from duronb.ingest.perf import stacks as perf_stacks
from duronb.ingest.perf.lines import module_name, parse_frame, parse_head
from duronb.ingest.perf.samples import PerfSamples
from duronb.ingest.perf.script import read_perf_script
from tests.examples import examples

HEADER = b"""\
# ========
# captured on    : Mon Nov 23 01:03:31 2026
# hostname : host
# os release : 6.1.0
# perf version : 6.1.100
# arch : x86_64
# cpudesc : A CPU
# cmdline : perf record -k mono -F 999 -g
# event : name = cpu-clock:ppp, , id = { 5, 6 }, type = 1, { sample_period, sample_freq } = 999, freq = 1, clockid = 1
# clockid: monotonic (1)
# reference time: 2026-11-23 01:03:28.498429 = 1795395808.498429 (TOD) = 823.317681775 (monotonic)
# ========
#
"""
OURS = (
    HEADER
    + b"""\
tokio-runtime-w 123/456   823.390000: cpu-clock:ppp:\x20
\tffffffff816ca0de vfs_write ([kernel.kallsyms])
\t           f8011 pwrite64 (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t    55d0c0a01234 <duroxide::X as duroxide::Y>::m::{closure#0} (/target/release/sqlite-stress)
\t           891f4 [unknown] (/usr/lib/x86_64-linux-gnu/libc.so.6)

tokio-runtime-w 123/456   823.490000: cpu-clock:ppp:\x20
\tffffffff816ca0de vfs_write ([kernel.kallsyms])
\t           f8011 pwrite64 (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t    55d0c0a01234 <duroxide::X as duroxide::Y>::m::{closure#0} (/target/release/sqlite-stress)
\t           891f4 [unknown] (/usr/lib/x86_64-linux-gnu/libc.so.6)

kworker/0:1 9/9   824.500000: cpu-clock:ppp:\x20
\tffffffff81000010 [unknown] ([unknown])

"""
)


Stack = tuple[tuple[str, str], ...]
"""Functions and modules, root first."""


def stacks(read: PerfSamples) -> Counter[tuple[str, Stack]]:
    """Count (thread, frames root first)."""
    profile = read.builder.build([], 1.0)
    frames = profile.tree.frames
    found: Counter[tuple[str, Stack]] = Counter()
    for thread, node, count in zip(profile.thread, profile.node, profile.count, strict=True):
        stack = tuple((frames.names[frame], frames.modules[frame]) for frame in profile.tree.stack(int(node)))
        found[profile.threads[thread], stack] += int(count)
    return found


def names(read: PerfSamples) -> list[tuple[str, ...]]:
    return sorted(tuple(name for name, _ in stack) for _, stack in stacks(read).elements())


def one(head: str, *lines: str) -> PerfSamples:
    return read_perf_script(["\n".join([head, *lines, "", ""]).encode()])


def test_reads_the_output_of_duronbs_perf_command() -> None:
    read = read_perf_script([OURS])

    assert stacks(read) == {
        (
            "tokio-runtime-w",
            (
                ("[unknown]", "libc.so.6"),
                ("<duroxide::X as duroxide::Y>::m::{closure#0}", "sqlite-stress"),
                ("pwrite64", "libc.so.6"),
                ("vfs_write", "[kernel]"),
            ),
        ): 2,
        ("kworker/0:1", (("[unknown]", ""),)): 1,
    }
    assert (read.samples, read.unknown_roots, read.unresolved_kernel, read.unresolved_user) == (3, 3, 1, 0)
    assert (read.lost, read.not_understood, read.truncated, read.without_stack) == (0, 0, False, 0)


def test_reads_the_header_and_moves_the_clock_to_unix_time() -> None:
    read = read_perf_script([OURS])

    assert read.header.event == "cpu-clock:ppp"
    assert (read.header.perf_version, read.header.cpu) == ("6.1.100", "A CPU")
    assert (read.header.clock, read.header.frequency_hz) == ("monotonic", 999.0)
    assert read.builder.first == pytest.approx(1795395808.498429 + 823.39 - 823.317681775, abs=1e-5)
    assert read.builder.last == pytest.approx(1795395808.498429 + 824.5 - 823.317681775, abs=1e-5)


def test_a_given_offset_beats_the_header() -> None:
    assert read_perf_script([OURS], clock_offset=1000.0).builder.first == pytest.approx(1823.39)


@given(st.lists(st.integers(0, len(OURS)), max_size=6))
def test_the_text_may_be_split_anywhere(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(OURS)]
    read = read_perf_script([OURS[a:b] for a, b in itertools.pairwise(edges)])
    whole = read_perf_script([OURS])
    assert stacks(read) == stacks(whole)
    assert (read.builder.first, read.unknown_roots) == (whole.builder.first, whole.unknown_roots)


@given(st.lists(st.integers(0, len(OURS) + 30), max_size=6))
def test_windows_line_ends_change_nothing(cuts: list[int]) -> None:
    text = OURS.replace(b"\n", b"\r\n")
    edges = [0, *sorted(cuts), len(text)]
    read = read_perf_script([text[a:b] for a, b in itertools.pairwise(edges)])
    assert stacks(read) == stacks(read_perf_script([OURS]))


@pytest.mark.parametrize(
    ("head", "comm", "time", "event"),
    [
        ("tokio-runtime-w 123/456 [001] 823.39: 1001001 cycles:P:", "tokio-runtime-w", 823.39, b"cycles:P"),
        ("perf 3545 [000] 1.5: 1 cycles:", "perf", 1.5, b"cycles"),
        (
            "     swapper     0 [000]  12.000001:     250000 cpu_core/cycles/P: ",
            "swapper",
            12.000001,
            b"cpu_core/cycles/P",
        ),
        ("kworker/0:1-ev 7/7 1.5: cpu-clock:ppp: ", "kworker/0:1-ev", 1.5, b"cpu-clock:ppp"),
        ("V8 Worker [1] 24636/25607 [000] 94.5: cycles:u:", "V8 Worker [1]", 94.5, b"cycles:u"),
        ("job 12 34/56 1.5: cycles:", "job 12", 1.5, b"cycles"),
        ("a 1/2 b 34/56 1.5: cycles:", "a 1/2 b", 1.5, b"cycles"),
        ("python 32317 K      3263.92:    1001001 cpu-clock:ppp: ", "python", 3263.92, b"cpu-clock:ppp"),
        (":-1 -1/-1 1.5: cycles:", ":-1", 1.5, b"cycles"),
        ("bäckup 5/5 1.5: cycles:", "bäckup", 1.5, b"cycles"),
        ("x 5/5 1.5: sched:sched_switch: prev_comm=x prev_pid=5 ==> next_comm=y", "x", 1.5, b"sched:sched_switch"),
        ("x 5/5 cycles:", "x", None, b"cycles"),
        ("x 5/5 1.5: ", "x", 1.5, b""),
    ],
)
def test_reads_heads_of_other_field_sets(head: str, comm: str, time: float | None, event: bytes) -> None:
    parsed = parse_head(head.encode())
    assert parsed is not None
    assert (parsed.comm, parsed.time, parsed.event) == (comm, time, event)


@pytest.mark.parametrize("line", [b"", b"word", b"\tffff name (object)", b"# comment", b"1.5: cycles:"])
def test_other_lines_are_not_heads(line: bytes) -> None:
    assert parse_head(line) is None


@pytest.mark.parametrize(
    ("line", "name", "module"),
    [
        ("\t 4f0 main (/bin/x)", "main", "x"),
        ("\t 4f0 main+0x1f (/bin/x)", "main", "x"),
        ("\t 4f0 a+0xzz (/bin/x)", "a+0xzz", "x"),
        ("\t 4f0 main (/bin/x (deleted))", "main", "x"),
        ("\t 4f0 main (/home/my files/x (1))", "main", "x (1)"),
        ("\t 4f0 main (/opt/a (b)/x)", "main", "x"),
        ("\t 4f0 f(int, char const*) (/bin/x)", "f(int, char const*)", "x"),
        ("\t 4f0 (anonymous namespace)::f (/bin/x)", "(anonymous namespace)::f", "x"),
        (
            "\t 4f0 <fn(A) -> B as core::ops::FnOnce<(A,)>>::call_once (/bin/x)",
            "<fn(A) -> B as core::ops::FnOnce<(A,)>>::call_once",
            "x",
        ),
        ("\t 4f0 größe::<É> (/bin/x)", "größe::<É>", "x"),
        ("\t 4f0 [unknown] (/tmp/perf-19982.map)", "[unknown]", "perf-19982.map"),
        ("\t 4f0 [unknown] ([unknown])", "[unknown]", ""),
        ("\t 4f0  (/bin/x)", "[unknown]", "x"),
        ("\t 4f0 f ([kernel.kallsyms].init.text)", "f", "[kernel]"),
        ("\t 4f0 f ([nf_tables])", "f", "[nf_tables]"),
        ("\t 4f0 f (/usr/lib/debug/boot/vmlinux-6.1)", "f", "[kernel]"),
        ("\t 4f0 only_a_symbol", "only_a_symbol", ""),
        ("\t 4f0 f()", "f()", ""),
        ("\t 4f0 f (", "f (", ""),
        ("\t 4f0 f (x", "f (x", ""),
        ("\t 4f0 f (/bin/x)  ", "f", "x"),
        ("\t 4f0 operator()() (/bin/x)", "operator()()", "x"),
        ("\t 4f0", "[unknown]", ""),
    ],
)
def test_reads_frames(line: str, name: str, module: str) -> None:
    frame = parse_frame(line.encode())
    assert frame is not None
    assert (frame.name, frame.module) == (name, module)


@pytest.mark.parametrize("line", [b"", b"  main.c:12", b"  [kernel.kallsyms][ffffffff813600e2]", b"\tname (x)"])
def test_other_lines_are_not_frames(line: bytes) -> None:
    assert parse_frame(line) is None


def test_inlined_frames_take_the_object_of_the_frame_around_them() -> None:
    read = one("x 1/1 1.5: cycles:", "\t4f0 inner (inlined)", "\t4f0 middle (inlined)", "\t4f0 outer (/bin/x)")
    assert stacks(read) == {("x", (("outer", "x"), ("middle", "x"), ("inner", "x"))): 1}


def test_source_lines_between_frames_are_left_out() -> None:
    read = one("x 1/1 1.5: cycles:", "\t4f0 inner (/bin/x)", "  a.c:12", "\t4f1 outer (/bin/x)", "  b.c:3")
    assert names(read) == [("outer", "inner")]
    assert (read.lines, read.not_understood) == (5, 0)


def test_a_sample_without_frames_counts_on_the_root() -> None:
    read = read_perf_script(
        [b"x 1/1 1.5: cycles: \n\nx 1/1 1.6: cycles: \n\t4f0 f (/bin/x)\n\nx 1/1 1.7: cycles: \n\n"]
    )
    assert names(read) == [(), (), ("f",)]
    assert read.without_stack == 2


def test_stacks_of_one_line_follow_each_other_without_a_blank_line() -> None:
    text = b"x 1/1 1.5: cycles:u:  4f0 f (/bin/x)\nx 1/1 1.6: 7 cycles:u:  4f1 g (/bin/x)\n"
    read = read_perf_script([text])
    assert names(read) == [("f",), ("g",)]
    assert not read.truncated


def test_lost_events_are_counted_and_other_records_skipped() -> None:
    text = b"""\
x 1/1 1.4: PERF_RECORD_COMM exec: x:1/1
x 1/1 1.5: PERF_RECORD_LOST lost 40
x 1/1 1.5: cycles:
\t4f0 f (/bin/x)

x 1/1 1.6: PERF_RECORD_LOST_SAMPLES lost 2

x 1/1 1.5: cycles:
\t4f0 f (/bin/x)

"""
    read = read_perf_script([text])
    assert (read.lost, names(read), read.not_understood) == (42, [("f",), ("f",)], 0)


def test_all_events_are_kept_and_the_one_with_the_most_samples_is_first() -> None:
    text = b"x 1/1 1.5: cycles:\n\t4f0 f (b)\n\nx 1/1 1.5: faults:\n\t4f0 g (b)\n\nx 1/1 1.5: cycles:\n\t4f0 h (b)\n\n"
    read = read_perf_script([text])
    assert (names(read), read.other_events, read.header.event) == ([("f",), ("g",), ("h",)], 1, "cycles")


@pytest.mark.parametrize("cut", [1, 3, 20, 45])
def test_a_text_that_ends_within_a_sample_is_truncated(cut: int) -> None:
    read = read_perf_script([OURS + b"x 1/1 825.5: cpu-clock:ppp: \n\t4f0 f (/bin/x)\n\t4f1 main (/bin/x)"[:-cut]])
    assert (read.samples, read.truncated) == (3, True)


def test_a_missing_last_blank_line_loses_nothing() -> None:
    read = read_perf_script([OURS.removesuffix(b"\n")])
    assert (read.samples, read.truncated) == (3, False)


@pytest.mark.parametrize("newline", ["", "\n", "\n\n"])
def test_a_last_line_that_is_complete_needs_no_newline(newline: str) -> None:
    single = "x 1/1 1.5: cycles:u:  4f0 f (/bin/x)\nx 1/1 1.6: 7 cycles:u:  4f1 g (/bin/x)"
    stack = "x 1/1 1.5: cycles: \n\t4f0 f (/bin/x)\n\t4f1 g (/bin/x)"
    read = [read_perf_script([(text + newline).encode()]) for text in (single, stack)]
    assert [names(each) for each in read] == [[("f",), ("g",)], [("g", "f")]]
    assert [each.truncated for each in read] == [False, False]


def test_only_the_last_of_samples_without_empty_lines_is_lost_with_its_end() -> None:
    text = "x 1/1 1.5: cycles:  4f0 f (/bin/x)\nx 1/1 1.6: cycles:  4f1 g (/bi"
    read = read_perf_script([text.encode()])
    assert (names(read), read.truncated) == ([("f",)], True)
    text = "x 1/1 1.5: cycles: \n\t4f0 f (b)\nx 1/1 1.6: cycles: \n\t4f0 f (b)\n\t4f1 g (/bi"
    read = read_perf_script([text.encode()])
    assert (names(read), read.truncated) == ([("f",)], True)


@pytest.mark.parametrize("sample", ["x 1/1 1.5: cycles:  4f0 f (b)\n", "x 1/1 1.5: cycles: \n\t4f0 f (b)\n"])
def test_a_long_text_without_empty_lines_is_read_in_parts(sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf_script, "LARGEST_BLOCK", 3000)
    monkeypatch.setattr(perf_script, "_LONG_BLOCK", 1000)
    monkeypatch.setattr(perf_script, "_PIECE", 700)
    text = sample * 500
    read = read_perf_script([text.encode()])
    assert (read.samples, read.lines, read.not_understood) == (500, text.count("\n"), 0)
    assert set(names(read)) == {("f",)}


def test_prose_has_no_samples() -> None:
    text = b"The quick brown fox jumps over the lazy dog 12 times: yes.\nIn 2026 7 more: he said.\n" * 9
    read = read_perf_script([text])
    assert (read.samples, read.lines, read.not_understood) == (0, 18, 18)


@pytest.mark.long
@pytest.mark.parametrize("piece", [1, 150, 2**20])
def test_counts_do_not_depend_on_how_events_and_periods_are_read(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf_script, "_PIECE", piece)
    expected: Counter[tuple[str, str, int]] = Counter()
    text = ""
    for row in range(300):
        event, thread, period = f"event{row % 5}", f"thread {row % 3}", row * 7 ** (row % 9)
        column = f"{period:>10}" if row % 2 else str(period)
        text += (
            f"{thread} {row % 3} [00{row % 4}] {row}.000001: {column} {event}:P: \n\t{row % 7:>16x} f{row % 7} (b)\n\n"
        )
        expected[event, thread, row % 7] += period
    builder = read_perf_script([text.encode()]).builder
    found: Counter[tuple[str, str, int]] = Counter()
    profile = builder.build([], 1.0)
    assert profile.event is not None
    assert profile.weight is not None
    for event, thread, node, weight in zip(profile.event, profile.thread, profile.node, profile.weight, strict=True):
        leaf = int(profile.tree.name(int(node))[1:])
        found[profile.events[event].name, profile.threads[thread], leaf] += int(weight)
    assert found == expected


def test_blank_lines_with_spaces_end_a_sample_too() -> None:
    read = read_perf_script([b"x 1/1 1.5: cycles:\n\t4f0 f (b)\n \t\nx 1/1 1.6: cycles:\n\t4f0 g (b)\n\n"])
    assert names(read) == [("f",), ("g",)]


@pytest.mark.parametrize("time", ["inf", "nan", "1e400", "999999999999.0", "-5.0"])
def test_a_sample_with_an_invalid_time_is_left_out(time: str) -> None:
    text = f"x 1/1 1.5: cycles: \n\t4f0 f (b)\n\nx 1/1 {time}: cycles: \n\t4f0 f (b)\n\n"
    read = read_perf_script([text.encode()])
    assert read.samples == 1
    assert read.not_understood >= 1


def test_a_stack_5000_deep_is_kept() -> None:
    read = one("x 1/1 1.5: cycles:", *(f"\t4f0 f{depth} (b)" for depth in range(5000)))
    assert len(names(read)[0]) == 5000


def test_an_empty_text_has_no_samples() -> None:
    assert read_perf_script([]).samples == 0
    assert read_perf_script([HEADER]).samples == 0


def test_a_text_without_blank_lines_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf_script, "LARGEST_BLOCK", 1000)
    with pytest.raises(StoreError, match="perf script"):
        read_perf_script([b"x" * 600, b"x" * 600])


def test_clearing_the_cache_changes_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf_stacks, "LARGEST_CACHE", 10)
    assert stacks(read_perf_script([OURS * 2])) == stacks(read_perf_script([OURS])) + stacks(read_perf_script([OURS]))


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_read_without_an_error(chunks: list[bytes]) -> None:
    read_perf_script(chunks)


@given(st.lists(st.sampled_from(OURS.split(b"\n")), max_size=40))
def test_any_lines_in_any_order_are_read_without_an_error(lines: list[bytes]) -> None:
    text = b"\n".join(lines)
    read = read_perf_script([text])
    assert read.samples <= sum(b": cpu-clock" in line for line in lines)


def test_inlined_frames_of_plain_stacks_take_the_object_around_them_too() -> None:
    inlined = "\t             4f0 inner (inlined)", "\t             4f0 middle (inlined)"
    outer, other = "\t             4f0 outer (/bin/x)", "\t             4f0 outer (/bin/y)"
    head = "x 1/1 1.500000: cycles:"
    stacks_of_lines = [(*inlined, outer), (inlined[0], other), inlined, (outer, inlined[1])]
    text = "\n\n".join("\n".join([head, *lines]) for lines in [(other,), *stacks_of_lines]) + "\n\n"
    read = read_perf_script([text.encode()])
    assert stacks(read) == {
        ("x", (("outer", "y"),)): 1,
        ("x", (("outer", "x"), ("middle", "x"), ("inner", "x"))): 1,
        ("x", (("outer", "y"), ("inner", "y"))): 1,
        ("x", (("middle", ""), ("inner", ""))): 1,
        ("x", (("middle", ""), ("outer", "x"))): 1,
    }


def test_a_thread_first_seen_in_the_middle_has_its_name() -> None:
    stack = "\t             4f0 f (b)\n\n"
    text = "".join(
        f"{comm} 1/{tid}   1.500000:      7 cycles: \n{stack}" for comm, tid in [("a", 1), ("b c", 2), ("a", 3)]
    )
    assert Counter(thread for thread, _ in stacks(read_perf_script([text.encode()])).elements()) == {"a": 2, "b c": 1}


HEADS = ["x 1/1 {t}: cycles: ", "a b 2/3 {t}: cycles: ", "x 1/1 {t}: faults: ", "x 1/1 {t}:", "y {t}: 7 cycles:"]
LINES = [
    "{a:{w}x} f (/bin/x)",
    "{a:{w}x} [unknown] (/bin/x)",
    "{a:{w}x} [unknown] ([unknown])",
    "{a:{w}x} [unknown] ([kernel.kallsyms])",
    "{a:{w}x} g (inlined)",
    "{a:{w}x} ",
    " {a:x} h ([kernel.kallsyms])",
    "main.c:3",
]
BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(HEADS),
        st.lists(st.sampled_from(LINES), max_size=4),
        st.sampled_from([0x4F0, 0xFFFF800000000000, 0xFFFF7FFFFFFFFFFF, 2**64 - 1]),
        st.sampled_from(["\n", "\n", " \n", "", "\n\n"]),
    ),
    max_size=12,
)


@examples(300)
@given(BLOCKS, st.integers(1, 400), st.sampled_from([0.0, 0.5, 1.0]))
def test_reading_by_columns_equals_reading_by_lines(
    blocks: list[tuple[str, list[str], int, str]], piece: int, remembered: float
) -> None:
    def read(width: int) -> PerfSamples:
        text = "x 1/1 1.000000: cycles: \n\t             4f0 f (b)\n\n"
        for row, (head, lines, address, end) in enumerate(blocks):
            text += head.format(t=f"{row}.{row:06}") + "\n"
            text += "".join("\t" + line.format(a=address, w=width) + "\n" for line in lines) + end
        return read_perf_script([text.encode()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perf_script, "_PIECE", piece)
        patch.setattr(perf_stacks, "_WORTH_REMEMBERING", remembered)
        wide, narrow = read(16), read(1)  # an address that is not 16 columns wide is read by lines
    assert stacks(wide) == stacks(narrow)
    assert (wide.builder.first, wide.builder.last) == (narrow.builder.first, narrow.builder.last)
    for fact in ("lost", "unresolved_kernel", "unresolved_user", "unknown_roots", "without_stack", "other_events",
                 "not_understood", "truncated"):  # fmt: skip
        assert getattr(wide, fact) == getattr(narrow, fact), fact


@pytest.mark.parametrize("remembered", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("piece", [1, 150, 1 << 20])
@pytest.mark.parametrize(
    ("stack", "bad"),
    [
        ("\t             4f0 f (b)\n\tno frame\n", 1),
        ("\tno frame\n\t             4f0 f (b)\n\tno more\n", 2),
        ("\tno frame\n", 1),
        ("\t 4f0 f (b)\n\tno frame\n", 1),
        ("\t             4f0 f (b)\n", 0),
    ],
)
def test_invalid_lines_of_cached_stacks_count_each_time(
    stack: str, bad: int, piece: int, remembered: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perf_script, "_PIECE", piece)
    monkeypatch.setattr(perf_stacks, "_WORTH_REMEMBERING", remembered)
    plain = "\t             4f0 g (b)\n"
    text = "".join(
        f"x 1/1 {second}.000000: cycles: \n{lines}\n" for second, lines in enumerate([plain, *[stack, plain] * 6])
    )
    read = read_perf_script([text.encode()])
    assert (read.not_understood, read.samples, read.truncated) == (6 * bad, 13, False)


def test_stacks_dropped_from_the_cache_are_still_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf_stacks, "LARGEST_CACHE", 100)
    stacks = [f"\t             4f0 f{row % 3} (b)\n\tno frame\n" for row in range(30)]
    text = "".join(f"x 1/1 {row}.000000: cycles: \n{stack}\n" for row, stack in enumerate(stacks))
    assert read_perf_script([text.encode()]).not_understood == 30


SYMBOLS = st.one_of(
    st.sampled_from(
        [
            "<T as Trait<(A, B)>>::m",
            "f(int, char)",
            "operator()",
            "{closure#0}",
            "a b c",
            "[unknown]",
            "(anonymous namespace)::f",
            "x -> y",
        ]
    ),
    st.from_regex(r"[A-Za-z_<][\w:<> ,&{}#é]{0,30}[\w>}]", fullmatch=True),
).map(lambda name: " ".join(name.split()))
OBJECTS = st.sampled_from(["/bin/x", "[kernel.kallsyms]", "[unknown]", "/a b/c (1)", "/lib/libc.so.6 (deleted)"])
COMMS = st.sampled_from(["tokio-runtime-w", "V8 Worker", "kworker/0:1", "[a] 7", "x:y", "é", "a  b", "12"])


@given(
    st.lists(
        st.tuples(
            COMMS,
            st.integers(0, 10**9),
            st.lists(st.tuples(st.integers(1, 2**64 - 1), SYMBOLS, OBJECTS), min_size=1, max_size=5),
        ),
        max_size=15,
    ),
    st.sampled_from(
        ["{comm} 12/34   {time}: ev:P: ", "{comm} 34 [001] {time}:    1001 ev:P: ", "{comm}   12/34 {time}: 7 ev:P:"]
    ),
    st.integers(1, 50),
)
def test_text_of_random_stacks_is_read_back(
    samples: list[tuple[str, int, list[tuple[int, str, str]]]], head: str, size: int
) -> None:
    text = ""
    expected: Counter[tuple[str, Stack]] = Counter()
    for comm, time, frames in samples:
        text += head.format(comm=comm, time=f"{time / 1e6:.6f}") + "\n"
        text += "".join(f"\t{address:16x} {symbol} ({module})\n" for address, symbol, module in frames) + "\n"
        stack = tuple((symbol, module_name(module)) for _, symbol, module in reversed(frames))
        expected[comm, stack] += 1
    data = text.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perf_script, "_PIECE", 3 * size)
        read = read_perf_script([data[at : at + size] for at in range(0, len(data), size)])
    assert stacks(read) == expected
    assert (read.not_understood, read.truncated) == (0, False)
    if samples:
        assert read.builder.first == pytest.approx(min(time for _, time, _ in samples) / 1e6, abs=1e-6)
