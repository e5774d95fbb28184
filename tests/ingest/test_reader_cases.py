"""Every small input in ``tests/data/readers``: its samples, written by hand, or the reason of its refusal."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from duronb.errors import StoreError
from duronb.model.event_view import view
from duronb.model.kinds import kind_of
from tests.ingest.reading import read_file

DATA = Path(__file__).parents[1] / "data" / "readers"
LEAF = "main;leaf"
DEEP = ";".join(f"f{level % 7}" for level in range(6000))

SAMPLES: dict[str, dict[str, int]] = {
    "01-comm-names.perf": {
        f"{comm}|{LEAF}": 1
        for comm in (
            "Print Mgr 2 x",
            "[NET 0]",
            "pool [a] b",
            "kworker/0:1H-ev",
            ":4711",
            "a:b: c",
            "4242",
            "(sd-pam)",
            "x/y 12/13",
            "job 5",
        )
    },
    "02-comm-untimed.perf": {f"{comm}|{LEAF}": 1 for comm in ("bar [io]", "job 5", "plain")},
    "03-period-weights.perf": {"app|main;rare_big": 90, "app|main;often_small": 9},
    "04-no-newline-at-end.perf": {f"app|{LEAF}": 1},
    "05-addr-field.perf": {f"app|{LEAF}": 4},
    "06-srcline.perf": {f"app|start;{LEAF}": 4},
    "07-tracepoint.perf": {"app|main;kmalloc": 3},
    "09-time-backwards.perf": {
        "app|main;at_100": 2,
        "app|main;at_101": 1,
        "app|main;at_102": 1,
        "app|main;at_103": 1,
    },
    "11-time-wrapped.perf": {f"app|{LEAF}": 3},
    "12-dso-spaces.perf": {"app|main;fn (with) parens (x);m;a.b.hash": 1},
    "13-inlined.perf": {"app|main;outer;middle<T>;inner": 1},
    "14-only-unknown.perf": {"app|[unknown];[unknown]": 4},
    "15-two-processes.perf": {
        "worker (process 100)|main;only_in_100": 3,
        "worker (process 200)|main;only_in_200": 3,
    },
    "16-v0-mangled.perf": {
        f"app|main;_RNCNvC7mycrate4main0B3_;_RINvNtC3std3mem8align_ofdE;_RNvNtCs{crate}_7mycrate3foo3bar": 2
        for crate in ("1234", "5678")
    },
    "17-mixed-events.perf": {"app|main;hot": 9},
    "19-fields-comm-tid-time.perf": {f"app|{LEAF}": 3},
    "20-fraction.folded": {"|a;b;c": 150, "|a;b": 225, "|a;d": 25},  # hundredths
    "21-fraction-some.folded": {"|a;b;c": 10, "|a;b": 2, "|a;d": 8},
    "24-tab.folded": {"|a;b": 5, "|a;c": 6},
    "26-recursion.folded": {"|t;main;fib;fib;fib": 6, "|t;main;fib;x;fib": 2, "|t;main;other": 2},
    "27-deep.folded": {f"|t;{DEEP}": 3, "|t;main": 2},
    "29-narrow.folded": {
        "|t;main;big": 1_000_000,
        "|t;main;tiny;a;x": 3,
        "|t;main;tiny;b;x": 4,
        "|t;main;tiny;c": 2,
    },
    "35-folded.bz2": {"|a;b": 5},
    "36-folded-twice.gz": {"|a;b": 5},
    "38-thread-only-differs.folded": {"t 1|main;x": 3, "t_1|main;x": 4},
    "39-sched-header.perf": {"swapper|default_idle": 1, "vm|guest_u;guest_fn": 1},
    "40-lost-and-warnings.perf": {f"app|{LEAF}": 2},
    "41-brstack.perf": {f"app|{LEAF}": 3},
    "42-single-line.perf": {"app|leaf": 4},
    "43-cr-only-dup-blank.perf": {f"app|{LEAF}": 2},
    "44-hybrid-cpu.perf": {"app|main;on_p_core": 4, "app|main;on_e_core": 6},
    "45-no-thread-root.folded": {"|main (app.py:3);work (app.py:9)": 7, "|main (app.py:3)": 2},
    "48-head-only-then-next.perf": {"app|leaf": 1, f"app|{LEAF}": 1},
    "49-garbage-between.perf": {f"app|{LEAF}": 3},
    "50-stack-with-empty-sym.perf": {"app|main;[unknown]": 1},
    "51-operator.perf": {"app|main;a;b::c<x;y>;operator+0x (x)": 1},
    "52-32bit.perf": {"app|main;do_sys": 1},
    "54-lines-lost.perf": {f"app|{LEAF}": 1},
    "55-annotations.folded": {"|app;main;vfs_read;copy": 5, "|app;main;LFoo;.bar": 2},
    "56-comments.folded": {"|P1;T1;a;b": 3, "|P1;T1;a;c": 2},
}

REFUSED: dict[str, str] = {
    "18-fields-ip-sym-only.perf": r"neither time nor event.* perf script -F comm,pid,tid,time,event,ip,sym,dso",
    "22-two-columns.folded": r"two counts a line.* compare the two runs",
    "23-negative-zero.folded": r"1 of its 5 lines cannot be understood, since negative counts",
    "30-only-root.folded": r"numbers at the ends of lines, and without stacks",
    "31-not-folded.txt": r"report of `sample` of macOS",
    "32-callgrind.out": r"callgrind",
    "33-utf16.folded": r"UTF-16.* iconv",
    "37-big-counts.folded": r"1 of its 2 lines cannot be understood, since their counts are above 1,099,511,627,776",
    "plain.log": r"numbers at the ends of lines, and without stacks",
    "prose.md": r"numbers at the ends of lines, and without stacks",
}

NAIVE = ("25-specials.folded", "28-long-name.folded")
"""Files whose long or foreign names are read by ``naive_folded``, since they would be unreadable here."""


def naive_folded(text: str) -> dict[str, int]:
    """Return the samples of a file whose stacks all begin with one frame, a function."""
    lines = [line.rsplit(" ", 1) for line in text.splitlines()]
    return {f"|{stack}": int(count) for stack, count in lines}


def samples_of(path: Path) -> dict[str, int]:
    """Return what a view shows, as counts by thread and stack."""
    profile = view(read_file(path)[1].profile)
    names = profile.tree.frames.names
    found: dict[str, int] = {}
    for thread, node, count in zip(profile.thread, profile.node, profile.count, strict=True):
        key = f"{profile.threads[thread]}|{';'.join(names[frame] for frame in profile.tree.stack(int(node)))}"
        found[key] = found.get(key, 0) + int(count)
    return found


def test_every_case_is_listed() -> None:
    assert sorted([*SAMPLES, *REFUSED, *NAIVE]) == sorted(path.name for path in DATA.iterdir())


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_is_read_as_what_it_is(name: str, tmp_path: Path) -> None:
    assert samples_of(DATA / name) == SAMPLES[name]
    compressed = tmp_path / name
    compressed.write_bytes(gzip.compress((DATA / name).read_bytes()))
    assert samples_of(compressed) == SAMPLES[name]


@pytest.mark.parametrize("name", NAIVE)
def test_names_are_kept_as_they_are(name: str) -> None:
    assert samples_of(DATA / name) == naive_folded((DATA / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_says_what_it_looks_like_and_what_to_do(name: str) -> None:
    with pytest.raises(StoreError, match=REFUSED[name]) as refusal:
        read_file(DATA / name)
    assert refusal.value.remedy
    assert name in str(refusal.value) or name.endswith(".perf")


def test_every_file_that_is_read_states_its_lines_and_how_many_are_understood() -> None:
    for name in (*SAMPLES, *NAIVE):
        quality = read_file(DATA / name)[1].quality
        assert quality.sample_lines, name
        assert quality.sample_lines_not_understood is not None, name
        assert 20 * quality.sample_lines_not_understood <= quality.sample_lines, name


def test_annotated_frames_have_the_kind_that_the_annotation_says() -> None:
    profile = read_file(DATA / "55-annotations.folded")[1].profile
    frames = profile.tree.frames
    kinds = [kind_of(name, module) for name, module in zip(frames.names, frames.modules, strict=True)]
    totals = profile.tree.totals(profile.self_counts())
    kernel = [
        int(totals[node])
        for node in range(1, len(profile.tree))
        if kinds[profile.tree.frame[node]] == "kernel" and profile.tree.name(node) == "copy"
    ]
    assert (kernel, profile.samples) == ([5], 7)  # 71 %
    assert ("bar", "[JIT]") in {
        (name.lstrip("."), module) for name, module in zip(frames.names, frames.modules, strict=True)
    }
