"""Artificial profiles and runs: a small one with known numbers, a realistic one, and random ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import numpy as np
from hypothesis import HealthCheck
from hypothesis import strategies as st

from duronb.model.profile import CallTree, Frames, Profile
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.model.stage import OUTSIDE, StageResult
from duronb.request import ProfileRequest
from duronb.results.run import Run
from tests.examples import examples
from tests.given_files import GivenFiles

Frame = tuple[str, str]
Stack = tuple[Frame, ...]
Cell = tuple[str, str, int, Stack]
"""Stage, thread, second, stack from the root."""

STAGES = ("In-Memory SQLite 1/1", "In-Memory SQLite 2/2", "File SQLite 1/1", "File SQLite 2/2")

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
    "<!--<script>",
    "a\"b'c&d;e",
    "nul\x00 esc\x1b[31m bell\x07",
    "\u202egnp.exe\u2066\u200f",
    "line\nbreak\r\ttab\u2028",
    "${alert(1)} `x` %s {0}",
    "long::" + "x" * 10_000,
)


def make_profile(cells: Mapping[Cell, int], *, start: float = 1_700_000_000.0, frequency_hz: float = 999.0) -> Profile:
    """Build a profile from cells independently, with a dictionary as the tree, one node at a time."""
    frames = sorted({frame for (_, _, _, stack) in cells for frame in stack})
    prefixes = sorted({()} | {stack[:depth] for (_, _, _, stack) in cells for depth in range(len(stack) + 1)})
    node = {prefix: index for index, prefix in enumerate(prefixes)}
    number = {frame: index for index, frame in enumerate(frames)}
    stages = [*dict.fromkeys([*STAGES, *(cell[0] for cell in cells)])]
    threads = sorted({cell[1] for cell in cells})
    rows = [
        (stages.index(stage), threads.index(thread), second, node[stack], count)
        for (stage, thread, second, stack), count in cells.items()
    ]
    columns = [np.asarray(column) for column in zip(*rows, strict=True)] if rows else [np.zeros(0, int)] * 5
    return Profile(
        tree=CallTree(
            parent=np.asarray([node[prefix[:-1]] if prefix else -1 for prefix in prefixes], dtype=np.int32),
            frame=np.asarray([number[prefix[-1]] if prefix else -1 for prefix in prefixes], dtype=np.int32),
            frames=Frames([name for name, _ in frames], [module for _, module in frames]),
        ),
        stages=stages,
        threads=threads,
        stage=columns[0].astype(np.int32),
        thread=columns[1].astype(np.int32),
        second=columns[2].astype(np.int32),
        node=columns[3].astype(np.int32),
        count=columns[4].astype(np.int64),
        start=start,
        frequency_hz=frequency_hz,
    )


def cells_of(profile: Profile) -> Counter[Cell]:
    """Read a profile back, sample by sample."""
    frames = profile.tree.frames
    found: Counter[Cell] = Counter()
    for stage, thread, second, node, count in zip(
        profile.stage, profile.thread, profile.second, profile.node, profile.count, strict=True
    ):
        stack = tuple((frames.names[frame], frames.modules[frame]) for frame in profile.tree.stack(int(node)))
        found[profile.stages[stage], profile.threads[thread], int(second), stack] += int(count)
    return found


def stack_of(text: str, module: str = "sqlite-stress") -> Stack:
    """Make a stack of ``a;b;c``; kernel frames begin with ``k:``, libc's with ``c:``."""
    modules = {"k:": "[kernel]", "c:": "libc.so.6"}
    return tuple((name[2:], modules[name[:2]]) if name[:2] in modules else (name, module) for name in text.split(";"))


def small_cells() -> dict[Cell, int]:
    """Recursion, an unknown thread start, names that become equal, two stages and samples outside of them."""
    a, b = "File SQLite 1/1", "File SQLite 2/2"
    return {
        (a, "tokio-rt", 0, stack_of("c:[unknown];main;poll;read")): 5,
        (a, "tokio-rt", 1, stack_of("c:[unknown];main;poll;read;k:vfs_read")): 3,
        (b, "tokio-rt", 2, stack_of("c:[unknown];main;poll;main;read")): 7,
        (b, "sqlx-worker", 2, stack_of("c:[unknown];step::h0123456789abcdef;k:vfs_write")): 11,
        (b, "sqlx-worker", 3, stack_of("c:[unknown];step::hfedcba9876543210;k:vfs_write")): 13,
        (b, "sqlx-worker", 3, stack_of("step::h0123456789abcdef")): 2,
        (OUTSIDE, "main", 9, stack_of("c:[unknown]")): 1,
        (OUTSIDE, "main", 9, stack_of("main")): 4,
    }


def displayed(stack: Stack) -> tuple[str, ...]:
    """Compute independently how ``small_cells`` and ``realistic_cells`` are displayed."""
    names = [name.split("::h0123456789abcdef")[0].split("::hfedcba9876543210")[0] for name, _ in stack]
    while len(names) > 1 and names[0] == "[unknown]":
        names.pop(0)
    return tuple(names)


def realistic_cells(stacks: int = 5000, seed: int = 7) -> dict[Cell, int]:
    """Stacks as deep and as skewed as a stress run's: runtime frames below, Duroxide, sqlx, SQLite, kernel above."""
    random = Random(seed)
    runtime = stack_of(
        "c:[unknown];c:start_thread;std::sys::pal::unix::thread::Thread::new::thread_start;"
        "core::ops::function::FnOnce::call_once{{vtable.shim}};std::sys::backtrace::__rust_begin_short_backtrace;"
        "tokio::runtime::blocking::pool::Inner::run;tokio::runtime::scheduler::multi_thread::worker::run;"
        "tokio::runtime::context::runtime::enter_runtime;tokio::runtime::scheduler::multi_thread::worker::Context::run;"
        "tokio::runtime::scheduler::multi_thread::worker::Context::run_task;tokio::runtime::task::harness::poll_future"
    )
    layers = {
        "duroxide": "duroxide::runtime::{}::{{closure}}#duroxide::providers::sqlite::SqliteProvider::{}::{{closure}}",
        "sqlx": "sqlx_core::pool::inner::{}#<sqlx_sqlite::connection::{} as futures_core::stream::Stream>::poll_next",
        "serde": "serde_json::de::from_str::<duroxide::{}>#<serde_json::de::{} as serde::Deserializer>::deserialize",
        "sqlite": "sqlite3_{}#pager_{}#balance_{}",
        "kernel": "k:ext4_{}#k:vfs_{}#k:do_{}",
    }
    words = [
        f"{random.choice(['ack', 'fetch', 'step', 'write', 'lock', 'read', 'poll', 'open'])}_{n}" for n in range(60)
    ]
    paths: list[Stack] = [runtime]
    while len(paths) < stacks:
        base = paths[min(int(random.paretovariate(0.6)) - 1, len(paths) - 1)]
        if len(base) > 70:
            continue
        layer = random.choice(list(layers))
        frames = [pattern.replace("{}", random.choice(words)) for pattern in layers[layer].split("#")]
        paths.append(base + stack_of(";".join(frames[: random.randint(1, len(frames))])))
    cells: Counter[Cell] = Counter()
    for place, path in enumerate(dict.fromkeys(paths)):
        for _ in range(1 + int(200 / (place + 1))):
            stage = random.randrange(4)
            thread = random.choice(("tokio-rt-worker", "sqlx-sqlite-wor", "sqlite-stress"))
            cells[STAGES[stage], thread, 12 * stage + random.randrange(10), path] += 1
    return dict(cells)


def stage_results(samples: Mapping[str, int]) -> list[StageResult]:
    """Return four stages with the numbers of a real log."""
    return [
        StageResult(
            name=name,
            seconds=10.0,
            total_seconds=11.25,
            launched=200 + index,
            completed=194 + index,
            failed=index,
            failed_infrastructure=index,
            failed_configuration=0,
            failed_application=0,
            success_percent=99.25,
            throughput=17.24 + index,
            ms_per_orchestration=58.0,
            active_at_stop=6,
            lock_warnings=89,
            backoff_seconds=22.37,
            samples=samples.get(name, 0),
            reported=True,
        )
        for index, name in enumerate(STAGES)
    ]


def make_run(cells: Mapping[Cell, int], *, label: str = "baseline", name: str = "duroxide 0.1.32") -> Run:
    """Wrap samples in a run as a capture would make it."""
    profile = make_profile(cells)
    per_stage: Counter[str] = Counter()
    for (stage, *_), count in cells.items():
        per_stage[stage] += count
    return Run.of(
        RunRecord(
            id=f"docker_{label}_20260314T150926Z",
            status="complete",
            created=datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC),
            tool_version="0.1.0",
            parts=RunParts(
                request=ProfileRequest(seconds=10, label=label),
                subject=Subject(kind="release", name=name, git_sha="0123456789abcdef0123", dirty=False),
                environment=Environment(engine="docker", sampler="perf", rung="sys_admin"),
                stages=stage_results(per_stage),
                quality=Quality(
                    notices=("Hardware counters are missing: sampled by cpu-clock.",), samples=profile.samples
                ),
            ),
            location=f"/tmp/results/docker_{label}_20260314T150926Z",
            files=GivenFiles(profile),
        )
    )


def hostile_run() -> Run:
    """A run in which every text from outside is hostile."""
    cells: dict[Cell, int] = {
        (f"stage {name}", f"thread {name}", place, ((name, f"module {name}"), ("inner", "m"))): 10 + place
        for place, name in enumerate(HOSTILE)
    }
    run = make_run(cells, name=HOSTILE[0])
    stages = [replace(stage, name=f"stage {name}") for stage, name in zip(run.stages, HOSTILE, strict=False)]
    hostile = run.with_parts(
        subject=Subject(name=HOSTILE[2], git_sha=HOSTILE[4]),
        environment=Environment(engine=HOSTILE[5], sampler=HOSTILE[6]),
        quality=Quality(notices=tuple(HOSTILE), samples=run.profile.samples),
        stages=stages,
    )
    return replace(hostile, id=HOSTILE[1], tool_version=HOSTILE[3], location=HOSTILE[7])


def totals_by_path(stacks: Iterable[tuple[tuple[str, ...], int]]) -> Counter[tuple[str, ...]]:
    """Count samples per path of names, from the root path ``()`` on."""
    totals: Counter[tuple[str, ...]] = Counter()
    for stack, count in stacks:
        for depth in range(len(stack) + 1):
            totals[stack[:depth]] += count
    return totals


_NAMES = st.one_of(
    st.sampled_from(["main", "poll", "a::b", "a::b::h0123456789abcdef", "a::b::h1123456789abcdef", "[unknown]", "ß;x"]),
    st.sampled_from(HOSTILE[:-1]),
    st.text(max_size=6),
)
_FRAMES = st.tuples(_NAMES, st.sampled_from(["bin", "libc.so.6", "[kernel]", ""]))
CELLS = st.dictionaries(
    st.tuples(
        st.sampled_from([*STAGES, OUTSIDE]),
        st.sampled_from(["tokio-rt-worker", "main", "<b>"]),
        st.integers(0, 500),
        st.lists(_FRAMES, max_size=6).map(tuple),
    ),
    st.integers(1, 10**12),
    max_size=15,
)
"""Arbitrary small profiles."""

patient = examples(150, suppress_health_check=[HealthCheck.too_slow])
"""For properties of profiles: a busy machine makes them slow, not wrong."""
