"""Kinds of frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.kinds import CODE_KINDS, KINDS, kind_numbers, kind_of
from duronb.model.profile import Frames


@pytest.mark.parametrize(
    ("name", "module", "kind"),
    [
        ("vfs_write", "[kernel]", "kernel"),
        ("ext4_sync", "[ext4]", "kernel"),
        ("ext4_sync", "ext4.ko.xz", "kernel"),
        ("[unknown]", "[kernel]", "kernel"),
        ("__vdso_clock_gettime", "[vdso]", "libc"),
        ("pwrite64", "libc.so.6", "libc"),
        ("[unknown]", "libc-2.31.so", "libc"),
        ("pow", "libm.so.6", "libc"),
        ("_dl_relocate", "ld-linux-x86-64.so.2", "libc"),
        ("memcpy", "sqlite-stress", "libc"),
        ("start_thread", "sqlite-stress", "libc"),
        ("std::thread::spawn", "sqlite-stress", "std"),
        ("<alloc::vec::Vec<duroxide::Event> as core::ops::Drop>::drop", "b", "std"),
        ("core::ops::function::FnOnce::call_once::<duroxide::run>", "b", "std"),
        ("<&T as core::fmt::Display>::fmt", "b", "std"),
        ("__rust_alloc", "b", "std"),
        ("_ZN4core3fmt5write17h0123456789abcdefE", "b", "std"),
        ("tokio::runtime::task::raw::poll", "b", "tokio"),
        ("<tokio_util::sync::CancellationToken as core::future::Future>::poll", "b", "tokio"),
        ("mio::poll::Poll::poll", "b", "tokio"),
        ("serde_json::de::from_str::<duroxide::Event>", "b", "serde"),
        ("<u64 as sqlx_core::encode::Encode<D>>::encode", "b", "sqlx"),
        ("sqlite3_step", "sqlite-stress", "sqlite"),
        ("sqlite3VdbeExec", "libsqlite3.so.0", "sqlite"),
        ("[unknown]", "libsqlite3.so.0", "sqlite"),
        ("walFindFrame", "b", "sqlite"),
        ("unixWrite", "b", "sqlite"),
        ("btreeParseCellPtr", "b", "sqlite"),
        ("pcache1Fetch", "b", "sqlite"),
        ("walk", "b", "other"),
        ("expression", "b", "other"),
        ("<duroxide::runtime::X as core::fmt::Debug>::fmt", "b", "duroxide"),
        ("<dyn duroxide::providers::Provider>::fetch", "b", "duroxide"),
        ("duroxide::runtime::replay_engine::{closure#0}", "b", "duroxide"),
        ("duroxide::provider_stress_tests::core::run::{closure#0}", "b", "workload"),
        ("duroxide_sqlite_stress::run_test_suite", "b", "workload"),
        ("duronb_workload::main", "b", "workload"),
        ("tracing_core::dispatcher::event", "b", "other"),
        ("main", "b", "other"),
        ("[unknown]", "b", "unknown"),
        ("[unknown]", "", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_kind_is_that_of_the_defining_code(name: str, module: str, kind: str) -> None:
    assert kind_of(name, module) == kind


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_frame_has_a_kind(name: str, module: str) -> None:
    assert kind_of(name, module) in CODE_KINDS


def test_numbers_index_the_kinds() -> None:
    frames = Frames(["sqlite3_step", "vfs_write"], ["b", "[kernel]"])
    assert [KINDS[number] for number in kind_numbers(frames)] == ["sqlite", "kernel"]
