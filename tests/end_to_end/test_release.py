"""A published release through the bundled workload that samples itself: no perf, no container, no privileges."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

import duronb
from duronb.subject.cargo_lock import locked_packages
from duronb.subject.compiled import named_packages

pytestmark = pytest.mark.slow


def test_profiles_the_newest_release_with_the_embedded_sampler(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if shutil.which("cargo") is None:
        missing = pytest.fail if os.environ.get("DURONB_REQUIRE_DOCKER") else pytest.skip
        missing("cargo is not installed")
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))

    run = duronb.profile(2, "release", stages=["memory:2/2", "file:2/2"], engine="embedded")

    assert [stage.name for stage in run.stages] == ["In-Memory SQLite 2/2", "File SQLite 2/2"]
    assert all(stage.completed and stage.throughput and stage.reported for stage in run.stages)
    assert run.subject.kind == "release"
    assert run.subject.version == run.quality.duroxide_version
    assert run.profile.samples > 20
    # The frequency is the one that came about, by the CPU time spent: a kernel's ticks seldom allow what was asked for.
    assert run.profile.frequency_hz != run.request.frequency_hz
    lasted = (run.stages[-1].ended or 0) - (run.stages[0].started or 0) + 5
    assert 0 < run.profile.samples / run.profile.frequency_hz < lasted * (os.cpu_count() or 1)
    assert "sqlite3_step" in run.folded()
    lock = subprocess.run(
        ["find", run.location or "", "-name", "Cargo.lock"], capture_output=True, text=True, check=True
    )
    assert lock.stdout.strip()
    assert run.environment.compiled_packages is not None
    compiled, locked = named_packages(run.environment.compiled_packages), locked_packages(run.cargo_lock)
    assert locked is not None
    assert {"libsqlite3-sys", "sqlx-sqlite", "tokio"} <= set(compiled)
    assert not any(name.startswith("windows") for name in compiled)
    assert all(set(versions) <= set(locked.get(name, ())) for name, versions in compiled.items())


def test_an_unpublished_release_names_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("cargo") is None:
        pytest.skip("cargo is not installed")

    with pytest.raises(duronb.RequestError, match=r"not a published release\. Published versions:") as failure:
        duronb.profile(1, "none", release="0.0.999", engine="embedded")

    assert "\n" not in str(failure.value)
