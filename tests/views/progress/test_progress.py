"""Progress as text: its content, its width, and the escaping of hostile lines."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from duronb.events import Event
from duronb.views.kit.terminal import fit, plain
from duronb.views.progress.terminal import TerminalProgress
from duronb.views.progress.text import ProgressText, clock_text
from tests.fake_api import EVENTS


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def screen(self) -> list[str]:
        """Return the lines as a terminal shows them: a carriage return starts the line anew."""
        return [line.rpartition("\r")[2].replace("\x1b[K", "") for line in self.getvalue().split("\n")]


def terminal(stream: io.StringIO, clock: Clock | None = None, columns: int = 100, **environment: str) -> Any:
    return TerminalProgress(stream, clock=clock or Clock(), environment=environment, columns=lambda: columns)


def test_terminal_keeps_one_line_per_step_and_clears_the_live_one() -> None:
    stream = Terminal()
    with terminal(stream) as progress:
        for event in EVENTS:
            progress(event)
    assert stream.screen() == [
        "docker: Docker engine 20.10 answers.",
        "✓ Prepare    0:01",
        "duroxide 0.1.32: 4 stages of 5 s, about 30 s, after the build.",
        "✓ Build      0:42",
        "note: The host was busy.",
        "✓ Record     0:31",
        "",
    ]


def test_live_line_has_bar_times_stage_throughput_and_lock_warnings() -> None:
    stream, clock = Terminal(), Clock()
    progress = terminal(stream, clock, columns=120)
    for event in EVENTS[7:9]:
        clock.now += 1
        progress(event)
    assert stream.screen()[-1] == (
        "  Record   ███████░░░░░░░░░░░░░ 0:10 / 0:30  "
        "stage 3/4 File SQLite 1/1 · 81.2 orch/s · 2 lock warnings · 1,234 done"
    )


@pytest.mark.parametrize("columns", [1, 5, 20, 40, 80])
def test_live_line_never_fills_the_terminals_width(columns: int) -> None:
    stream, clock = Terminal(), Clock()
    progress = terminal(stream, clock, columns, NO_COLOR="1")
    progress(Event(kind="start", step="build"))
    for text in ("Compiling " + "x" * 200, "\N{CJK UNIFIED IDEOGRAPH-6F22}" * 100):
        clock.now += 1
        progress(Event(kind="output", step="build", text=text))
        assert len(stream.screen()[-1].encode("utf-16-le")) // 2 < max(columns, 2)


def test_build_output_takes_one_line_whatever_it_prints() -> None:
    stream, clock = Terminal(), Clock()
    progress = terminal(stream, clock)
    progress(Event(kind="start", step="build"))
    for number in range(1000):
        clock.now += 1
        progress(Event(kind="output", step="build", text=f"\x1b[2J\x1b]0;title\x07Compiling crate {number}"))
    assert stream.getvalue().count("\n") == 0
    assert "\x1b[2m" in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()
    assert "title" not in stream.getvalue()
    assert "Compiling crate 999" in stream.screen()[-1]


def test_a_burst_of_output_is_drawn_once() -> None:
    stream = Terminal()
    progress = terminal(stream)
    progress(Event(kind="start", step="build"))
    for _ in range(1000):
        progress(Event(kind="output", step="build", text="x"))
    assert stream.getvalue().count("\r") == 1


def test_step_that_never_ended_says_so() -> None:
    stream, clock = Terminal(), Clock()
    with terminal(stream, clock) as progress:
        progress(Event(kind="start", step="build"))
        clock.now = 65
    assert stream.screen() == ["✗ Build stopped after 1:05", ""]


def test_file_gets_step_starts_and_ends_and_a_line_each_ten_seconds() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = terminal(stream, clock)
    progress(Event(kind="start", step="build"))
    for _ in range(25):
        clock.now += 1
        progress(Event(kind="output", step="build", text="Compiling é"))
    progress(Event(kind="done", step="build", elapsed_seconds=25.4))
    assert stream.getvalue().splitlines() == [
        "Build ...",
        "Build 0:10  Compiling ?",
        "Build 0:20  Compiling ?",
        "Build done in 0:25",
    ]


def test_dumb_terminal_is_never_redrawn() -> None:
    stream = Terminal()
    with terminal(stream, TERM="dumb") as progress:
        for event in EVENTS:
            progress(event)
    assert "\r" not in stream.getvalue()


def test_terminal_without_unicode_gets_ascii() -> None:
    class Latin(Terminal):
        encoding = "ascii"

    stream = Latin()
    with terminal(stream, Clock()) as progress:
        for event in EVENTS:
            progress(event)
    assert stream.getvalue().isascii()


def test_broken_stream_silences_progress_and_does_not_end_the_capture() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with terminal(Broken()) as progress:
        for event in EVENTS:
            progress(event)


def test_blocks_of_an_ab_are_reported_one_by_one_and_live() -> None:
    stream = Terminal()
    progress = terminal(stream)
    progress(Event(kind="start", step="record", expected_seconds=60.0, blocks=5))
    progress(
        Event(kind="tick", step="record", elapsed_seconds=1.0, expected_seconds=60.0, side="before", block=0, blocks=5)
    )
    assert progress._text.live() == "warm-up"
    block = Event(
        kind="block", step="record", text="block 2/5, after (\x1b[31mx): 12 orch/s", side="after", block=2, blocks=5
    )
    progress(block)
    progress(replace(block, kind="tick", text="", elapsed_seconds=30.0, expected_seconds=60.0, throughput=12.0))
    assert progress._text.live() == "block 2/5 after · 12.0 orch/s"
    assert progress._text.fraction == 0.5
    assert stream.screen()[0] == "  block 2/5, after (x): 12 orch/s"
    assert len(stream.screen()) == 2


def test_summary_names_every_step_and_the_one_that_stopped() -> None:
    clock = Clock()
    text = ProgressText(clock)
    for event in EVENTS[:9]:
        text.take(event)
    assert text.summary() == "prepare 0:01 · build 0:42 · record stopped after 0:10"


@pytest.mark.parametrize(("elapsed", "expected", "share"), [(5.0, 10.0, 0.5), (20.0, 10.0, 1.0), (5.0, None, None)])
def test_fraction_stays_within_the_expected_time(elapsed: float, expected: float | None, share: float | None) -> None:
    text = ProgressText(Clock())
    text.take(Event(kind="tick", step="record", elapsed_seconds=elapsed, expected_seconds=expected))
    assert text.fraction == share


@pytest.mark.parametrize(
    ("seconds", "clock"), [(0.4, "0:00"), (59.6, "1:00"), (750, "12:30"), (3600, "1:00:00"), (-1, "0:00")]
)
def test_durations_are_written_like_a_clock(seconds: float, clock: str) -> None:
    assert clock_text(seconds) == clock


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("10%\r20%\r\n", "20%"),
        ("a\tb", "a b"),
        ("a\x07\u202eb\ud800", "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
        ("größe", "größe"),
    ],
)
def test_hostile_lines_are_made_harmless(hostile: str, harmless: str) -> None:
    assert plain(hostile) == harmless


def test_text_is_cut_to_columns_not_to_characters() -> None:
    assert fit("abc", 3) == "abc"
    assert fit("abcd", 3) == "ab…"
    assert fit("\N{CJK UNIFIED IDEOGRAPH-6F22}" * 3, 4) == "\N{CJK UNIFIED IDEOGRAPH-6F22}…"


def test_the_directory_of_the_source_is_not_shown_and_draining_is() -> None:
    text = ProgressText(Clock())
    text.take(Event(kind="start", step="build"))
    source = f"/duronb/source/{'a1' * 32}"
    text.take(Event(kind="output", step="build", text=f"   Compiling duroxide v0.1.26 ({source})"))
    text.take(Event(kind="output", step="build", text=f"   Compiling sqlite-stress v0.1.0 ({source}/sqlite-stress)"))
    assert [line.strip() for line in text.output] == [
        "Compiling duroxide v0.1.26", "Compiling sqlite-stress v0.1.0",
    ]  # fmt: skip
    text.take(Event(kind="tick", step="record", stage="File SQLite 1/1", stage_number=1, stages=4, draining=True))
    assert text.live() == "stage 1/4 File SQLite 1/1 · draining"
