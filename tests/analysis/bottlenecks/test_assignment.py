from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.analysis.bottlenecks.assignment import assign
from duronb.analysis.bottlenecks.bucket import UNKNOWN, Bucket, Catalogue, Pattern
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue
from duronb.model.profile import CallTree, Frames
from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.display_tree import display_tree
from tests.analysis.bottlenecks.plain_buckets import Frame, plain_bucket
from tests.views.profiles import Cell, cells_of, make_profile, patient, realistic_cells, stack_of

NAMES = ("main", "poll", "sqlite3_step", "tokio::run", "a::b", "a::c<T>", "vfs_write", "[unknown]")
MODULES = ("bin", "[kernel]", "libc.so.6")
BUCKETS = 4


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Catalogues of a few buckets whose patterns overlap in every way."""
    some = st.sampled_from(["main", "o", "^a::", "^a::c$", "sqlite", "write|poll", ".", "nothing"])
    patterns = []
    for _ in range(draw(st.integers(0, 7))):
        name = draw(st.none() | some)
        module = draw(st.none() | st.sampled_from(["bin", "kernel", "libc"]))
        kind = draw(st.none() | st.sampled_from(["kernel", "tokio", "sqlite"]))
        if name is None and module is None and kind is None:
            name = "."
        patterns.append(
            Pattern(
                bucket=draw(st.integers(0, BUCKETS - 2)),
                name=None if name is None else re.compile(name),
                module=None if module is None else re.compile(module),
                kind=kind,
                within=draw(st.just(frozenset[int]()) | st.frozensets(st.integers(0, BUCKETS - 1), max_size=2)),
                priority=draw(st.sampled_from(["normal", "normal", "hold", "fallback"])),
            )
        )
    ids = [*(f"b{number}" for number in range(BUCKETS - 1)), UNKNOWN]
    return Catalogue(tuple(Bucket(name, name) for name in ids), tuple(patterns))


stacks = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(MODULES)), max_size=8).map(tuple)
cells = st.dictionaries(
    st.tuples(st.sampled_from(["one", OUTSIDE]), st.just("t"), st.integers(0, 3), stacks),
    st.integers(1, 10**12),
    max_size=20,
)


@patient
@given(cells, catalogues())
def test_every_sample_is_in_the_bucket_that_a_walk_along_its_stack_finds(
    cells: dict[Cell, int], catalogue: Catalogue
) -> None:
    profile = make_profile(cells)
    sums = assign(profile.tree, catalogue).samples(profile.self_counts())
    expected: Counter[int] = Counter()
    for (_, _, _, stack), count in cells.items():
        expected[plain_bucket(stack, catalogue)] += count
    assert sums.tolist() == [expected[index] for index in range(BUCKETS)]
    assert sums.sum() == sum(cells.values())


@patient
@given(cells, catalogues())
def test_a_node_is_decided_by_itself_or_a_node_above_it_in_the_same_bucket(
    cells: dict[Cell, int], catalogue: Catalogue
) -> None:
    tree = make_profile(cells).tree
    found = assign(tree, catalogue)
    for node in range(len(tree)):
        decider = int(found.decider[node])
        assert (decider == 0) == (found.bucket[node] == catalogue.unknown)
        assert found.bucket[decider] == found.bucket[node]
        path = [node]
        while path[-1] > 0:
            path.append(int(tree.parent[path[-1]]))
        assert decider in path


@patient
@given(cells, catalogues())
def test_the_tree_that_is_shown_has_the_same_sums(cells: dict[Cell, int], catalogue: Catalogue) -> None:
    profile = make_profile(cells)
    shown = display_tree(profile).profile
    assert (
        assign(shown.tree, catalogue).samples(shown.self_counts()).tolist()
        == assign(profile.tree, catalogue).samples(profile.self_counts()).tolist()
    )


@pytest.mark.long
def test_a_realistic_profile_agrees_with_the_walk_stage_by_stage() -> None:
    catalogue, profile = bundled_catalogue(), make_profile(realistic_cells(1500))
    found = assign(profile.tree, catalogue)
    for stage in profile.stages:
        expected: Counter[int] = Counter()
        for (own, _, _, stack), count in cells_of(profile).items():
            if own == stage:
                expected[plain_bucket(stack, catalogue)] += count
        sums = found.samples(profile.self_counts(stage))
        assert {index: int(samples) for index, samples in enumerate(sums) if samples} == dict(expected)


def bucket_of(text: str) -> str:
    """The bucket of ``a;b;c``, kernel frames with ``k:``, libc's with ``c:``."""
    stack: tuple[Frame, ...] = stack_of(text)
    cell: Cell = ("one", "t", 0, stack)
    profile, catalogue = make_profile({cell: 1}), bundled_catalogue()
    sums = assign(profile.tree, catalogue).samples(profile.self_counts())
    return catalogue.buckets[int(np.argmax(sums))].id


WORKER = "c:start_thread;std::sys::backtrace::__rust_begin_short_backtrace;"
TOKIO = WORKER + "tokio::runtime::scheduler::multi_thread::worker::Context::run;"
TASK = TOKIO + "tokio::runtime::task::harness::Harness<T,S>::poll;"
PROVIDER = TASK + "<duroxide::providers::sqlite::SqliteProvider as duroxide::providers::Provider>::fetch_work_item;"
POLL = TASK + "duroxide::client::Client::get_orchestration_status::{{closure}};"
SQLITE = WORKER + "<flume::IntoIter<T> as core::iter::traits::iterator::Iterator>::next;sqlite3_step;sqlite3VdbeExec;"
FUTEX = "c:syscall;k:do_syscall_64;k:__x64_sys_futex;k:do_futex;k:futex_wait;k:schedule"
WRITE = "k:do_syscall_64;k:ksys_write;k:vfs_write;k:ext4_file_write_iter"


@pytest.mark.parametrize(
    ("stack", "bucket"),
    [
        # Kernel frames belong to the bucket of their caller.
        (TOKIO + "tokio::runtime::scheduler::multi_thread::park::Inner::park_condvar;" + FUTEX, "scheduler"),
        (WORKER + "<flume::IntoIter<T> as core::iter::traits::iterator::Iterator>::next;" + FUTEX, "driver"),
        (TASK + "<std::sys::sync::mutex::futex::Mutex>::lock_contended;" + FUTEX, "lock"),
        (TASK + "parking_lot::raw_mutex::RawMutex::lock_slow;" + FUTEX, "lock"),
        (SQLITE + "c:pthread_mutex_lock@@GLIBC_2.2.5;c:__GI___lll_lock_wait;" + FUTEX, "lock"),
        (SQLITE + "btreeInvokeBusyHandler;unixSleep;c:nanosleep", "lock"),
        (FUTEX, "kernel"),
        # A write belongs to the bucket of its caller.
        (SQLITE + "walWriteOneFrame;c:__GI___libc_write;" + WRITE, "sqlite_io"),
        (SQLITE + "unixRead;c:__libc_pread;k:vfs_read;k:filemap_read", "sqlite_io"),
        (TASK + "tracing_core::event::Event::dispatch;<std::io::stdio::Stdout as std::io::Write>::write;" + WRITE,
         "logging"),
        (TASK + "mio::sys::unix::waker::Waker::wake;c:__GI___libc_write;k:ksys_write;k:vfs_write;k:eventfd_write",
         "scheduler"),
        (SQLITE + "sqlite3OsSync;c:fdatasync;k:__x64_sys_fdatasync;k:ext4_sync_file;k:blkdev_issue_flush", "fsync"),
        (SQLITE + "c:fsync;k:do_fsync;k:vfs_fsync_range;k:xfs_file_fsync", "fsync"),
        # The deepest claim decides.
        (SQLITE + "sqlite3BtreeInsert", "sqlite"),
        (SQLITE + "sqlite3Malloc;c:malloc;c:_int_malloc", "allocator"),
        (PROVIDER + "serde_json::de::from_str;c:malloc", "allocator"),
        (PROVIDER + "serde_json::de::from_str;<duroxide::Event as serde::Deserialize>::deserialize", "serde"),
        (PROVIDER + "sqlx_core::query::Query<DB,A>::fetch_one", "provider"),
        (PROVIDER + "sqlx_core::pool::Pool<DB>::acquire::{{closure}};flume::Sender<T>::send", "pool"),
        (PROVIDER + "sqlx_core::pool::Pool<DB>::begin::{{closure}};flume::Sender<T>::send", "driver"),
        (PROVIDER + "<flume::signal::SyncSignal as flume::signal::Signal>::fire;std::thread::Thread::unpark;" + FUTEX,
         "driver"),
        (WORKER + "<flume::async::AsyncSignal as flume::signal::Signal>::fire;"
         "tokio::runtime::driver::IoHandle::unpark;mio::sys::unix::waker::Waker::wake;k:eventfd_write", "driver"),
        # The workload's polling keeps what is below it.
        (POLL + "serde_json::de::from_str;c:malloc", "harness"),
        (POLL + "sqlx_core::pool::Pool<DB>::acquire::{{closure}};" + FUTEX, "harness"),
        (TASK + "duroxide::provider_stress_test::core::run_stress_test::{{closure}};core::fmt::write", "scheduler"),
        (WORKER + "duroxide_sqlite_stress::main;core::fmt::write", "harness"),
        # What wraps the futures of others does not claim them.
        (TASK + "<tracing::instrument::Instrumented<T> as core::future::future::Future>::poll;"
         "duroxide::runtime::replay_engine::ReplayEngine::execute_orchestration;core::slice::iter", "replay"),
        (TASK + "duroxide::runtime::dispatchers::worker::run;"
         "<tokio::time::timeout::Timeout<T> as core::future::future::Future>::poll;core::mem::swap", "runtime"),
        (TASK + "duroxide::runtime::dispatchers::worker::run;<tokio::time::sleep::Sleep as core::future::Future>::poll",
         "scheduler"),
        # A driver of another database.
        (TASK + "sqlx_postgres::connection::stream::send;k:__x64_sys_sendto;k:tcp_sendmsg", "network"),
        # Unknown.
        (WORKER + "core::mem::swap", "unknown"),
        ("c:[unknown]", "unknown"),
        ("c:[unknown];c:malloc", "allocator"),
    ],
)  # fmt: skip
def test_stacks_as_they_are_recorded_find_their_bucket(stack: str, bucket: str) -> None:
    assert bucket_of(stack) == bucket
    assert bundled_catalogue().buckets[plain_bucket(stack_of(stack), bundled_catalogue())].id == bucket


def test_a_tree_of_nothing_but_the_root_is_unknown() -> None:
    catalogue = bundled_catalogue()
    root = np.array([-1], dtype=np.int32)
    found = assign(CallTree(root, root, Frames([], [])), catalogue)
    assert found.bucket.tolist() == [catalogue.unknown]
    assert found.samples(np.array([3])).tolist()[-1] == 3
