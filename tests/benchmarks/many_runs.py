"""A store of ten thousand made-up runs: ``python -m tests.benchmarks.many_runs DIRECTORY [RUNS]``.

Only the records are written, which is all that listing and history read.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_STAGES = (
    ("In-Memory SQLite", 1, 12.0),
    ("In-Memory SQLite", 2, 15.0),
    ("File SQLite", 1, 9.0),
    ("File SQLite", 2, 13.0),
)
_NOISE = 0.065
_LABELS, _RELEASES = 200, 40


def write_runs(directory: Path, runs: int, *, seed: int = 7) -> None:
    """Write so many records; their true rate changes three times, and the host's kernel once."""
    draw = np.random.default_rng(seed)
    level = np.exp(np.repeat([0.0, -0.15, 0.1, 0.0], -(-runs // 4)))[:runs]
    for number in range(runs):
        created = _BEGIN + timedelta(minutes=7 * number)
        label = f"series-{number % _LABELS:03d}"
        run_id = f"native_{label}_{created:%Y%m%dT%H%M%SZ}"
        path = directory / run_id
        path.mkdir(parents=True)
        patch = number * _RELEASES // runs
        kernel = "6.1.0" if number < 0.6 * runs else "7.0.1"
        stages = [
            _stage(place, rate * float(level[number]) * float(np.exp(draw.normal(0, _NOISE))), created)
            for place, (_, _, rate) in enumerate(_STAGES)
        ]
        status = "complete" if number % 97 else "interrupted"
        fields = _record(run_id, label, created, patch) | {"status": status, "stages": stages}
        fields["environment"]["kernel"] = kernel
        fields["quality"]["samples"] = sum(stage["samples"] for stage in stages)
        (path / "run.json").write_text(json.dumps(fields, indent=1), encoding="utf-8")


def _record(run_id: str, label: str, created: datetime, patch: int) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "id": run_id,
        "created": created.isoformat().replace("+00:00", "Z"),
        "request": {
            "seconds": 10,
            "label": label,
            "repo": None,
            "ref": None,
            "release": f"0.1.{patch}",
            "bin": None,
            "example": None,
            "args": [],
            "stages": [],
            "frequency_hz": 999,
            "call_graph": "fp",
            "engine": "native",
            "rebuild": False,
        },
        "subject": {
            "kind": "release",
            "name": f"duroxide 0.1.{patch}",
            "version": f"0.1.{patch}",
            "git_sha": None,
            "branch": None,
            "ref": None,
            "dirty": False,
            "dirty_hash": None,
            "source_hash": f"{patch:064x}",
            "remote": None,
            "workload": "duronb-workload",
        },
        "environment": {
            "engine_choice": "native: asked for.",
            "engine": "native",
            "sampler": "perf",
            "rung": "user and kernel frames",
            "kernel_samples": True,
            "perf_version": "6.1.187",
            "perf_event_paranoid": 2,
            "kptr_restrict": 0,
            "system": "Linux",
            "architecture": "x86_64",
            "cpu": "Made-up processor",
            "cores": 2,
            "tmp_filesystem": "ext4",
            "toolchain": "rustc 1.95.0 (59807616e 2026-04-14)",
            "flags": {"RUSTFLAGS": "-C force-frame-pointers=yes", "CFLAGS": "-fno-omit-frame-pointer"},
            "load_before": {"load_1": 0.24, "load_5": 0.21, "cpu_pressure_10": 1.08},
            "load_after": {"load_1": 1.12, "load_5": 0.8, "cpu_pressure_10": 2.0},
            "event": "cpu-clock:ppp",
        },
        "clocks": {"sampler": "monotonic", "sampler_to_unix_seconds": 1795394985.1807463},
        "quality": {
            "problems": [],
            "notices": [],
            "exit_code": 0,
            "outside": 508,
            "build_seconds": 0.051,
            "log_lines_not_understood": 0,
            "duroxide_version": f"0.1.{patch}",
            "lost": 0,
            "unresolved_kernel": 0,
            "unresolved_user": 7,
            "unknown_roots": 1850,
            "without_stack": 0,
            "other_events": 0,
            "sample_lines_not_understood": 0,
            "truncated": False,
        },
        "tool_version": "0.1.0",
    }


def _stage(place: int, rate: float, created: datetime) -> dict[str, Any]:
    provider, dispatchers, _ = _STAGES[place]
    started = created.timestamp() + 13 * place
    active = 20
    completed = round(10 * rate) + active
    return {
        "name": f"{provider} {dispatchers}/{dispatchers}",
        "provider": provider,
        "orchestration_dispatchers": dispatchers,
        "worker_dispatchers": dispatchers,
        "started": started,
        "ended": started + 11.5,
        "seconds": 10.0,
        "total_seconds": 11.521475338,
        "launched": completed,
        "completed": completed,
        "failed": 0,
        "failed_infrastructure": 0,
        "failed_configuration": 0,
        "failed_application": 0,
        "success_percent": 100.0,
        "throughput": round(completed / 11.521, 2),
        "activity_throughput": round(5 * completed / 11.521, 2),
        "ms_per_orchestration": round(11521 / completed, 2),
        "active_at_stop": active,
        "lock_warnings": 22,
        "backoff_seconds": 1.93,
        "samples": 3400 + completed,
        "reported": True,
    }


if __name__ == "__main__":
    write_runs(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
