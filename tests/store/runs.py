"""Runs to store, made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from duronb.model.build import ProfileBuilder
from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

CREATED = datetime(2026, 3, 14, 15, 9, 26, 500_000, tzinfo=UTC)


def run_of(
    label: str = "baseline", created: datetime = CREATED, run_id: str | None = None, name: str = "0.1.32"
) -> RunRecord:
    return RunRecord(
        id=run_id or f"docker_{label}_{created:%Y%m%dT%H%M%SZ}",
        request=ProfileRequest(seconds=5, label=label, release="0.1.32", args=("a", "b")),
        status="complete",
        created=created,
        subject={"kind": "release", "name": name},
        environment={"engine": "docker", "kernel": "6.1"},
        stages=[StageResult(name="File SQLite 2/2", completed=591, throughput=19.03, started=1.0, ended=9.0)],
        quality={"notices": ["Nothing."], "lost": 0},
        clocks={"offset": 1.5},
        tool_version="0.1.0",
    )


def small_profile() -> Profile:
    builder = ProfileBuilder()
    main, step, write = builder.frame("main", "x"), builder.frame("sqlite3_step", "x"), builder.frame("write", "")
    builder.add((main, step), "worker", 2.5, 3)
    builder.add((main, step, write), "worker", 3.5, 1)
    builder.add((main,), "main é", 20.5, 2)
    return builder.build([StageResult(name="File SQLite 2/2", started=1.0, ended=9.0)], 999.0)


def log_file(directory: Path, text: bytes = b"what the workload printed\xff\n") -> Path:
    path = directory / "stress.log"
    path.write_bytes(text)
    return path
