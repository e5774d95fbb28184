"""Synthetic runs to store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from duronb.model.build import ProfileBuilder
from duronb.model.profile import Profile
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment, Load
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

CREATED = datetime(2026, 3, 14, 15, 9, 26, 500_000, tzinfo=UTC)


def run_of(
    label: str = "baseline", created: datetime = CREATED, run_id: str | None = None, name: str = "0.1.32"
) -> RunRecord:
    return RunRecord(
        id=run_id or f"docker_{label}_{created:%Y%m%dT%H%M%SZ}",
        status="complete",
        created=created,
        tool_version="0.1.0",
        parts=RunParts(
            request=ProfileRequest(seconds=5, label=label, release="0.1.32", args=("a", "b")),
            subject=Subject(kind="release", name=name),
            environment=Environment(engine="docker", kernel="6.1"),
            stages=[StageResult(name="File SQLite 2/2", completed=591, throughput=19.03, started=1.0, ended=9.0)],
            quality=Quality(notices=("Nothing.",), lost=0),
            clocks=Clocks(extra={"offset": 1.5}),
        ),
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


def complete_run() -> RunRecord:
    """Return a run of an A/B in which every field of the record has a value, whichever engine or import writes it."""
    digest = "0123456789abcdef" * 4
    return RunRecord(
        id="docker_branch_20260314T150926Z",
        status="complete",
        created=CREATED,
        tool_version="0.1.0",
        parts=RunParts(
            request=ProfileRequest(
                seconds=5, label="branch", repo="/src/duroxide", ref="main", stages=("file:2/2",), args=("--fast",)
            ),
            subject=Subject(
                kind="checkout",
                name="duroxide 0.1.32 @ 012345678 + changes",
                version="0.1.32",
                git_sha=digest[:40],
                committed="2026-03-13T09:00:00+01:00",
                branch="main",
                ref="main",
                dirty=True,
                dirty_hash=digest,
                source_hash=digest,
                remote="https://example.invalid/duroxide.git",
                workload="duronb-workload",
                cargo_lock=digest,
                format="perf",
                figures=digest,
            ),
            environment=Environment(
                engine_choice="docker: it answers.",
                engine="docker",
                sampler="perf",
                rung="perfmon",
                rungs={"perfmon": "user and kernel frames"},
                kernel_samples=True,
                event="cycles",
                perf_version="6.1.0",
                perf_event_paranoid=2,
                kptr_restrict=0,
                system="Linux",
                kernel="6.1.0",
                operating_system="Debian 12",
                architecture="x86_64",
                cpu="A processor",
                cores=8,
                memory_mb=16_000,
                host="ci-7",
                database_on="tmpfs",
                tmp_filesystem="tmpfs",
                tmp="tmpfs, 8000 MB",
                tmp_mb=8_000,
                engine_version="27.0",
                engine_id="id",
                endpoint="default",
                image="duronb-tools:1",
                image_id="sha256:1",
                base_image="rust:1",
                build_network="bridge",
                toolchain="rustc 1.95.0",
                flags={"RUSTFLAGS": "-C force-frame-pointers=yes", "CFLAGS": "-fno-omit-frame-pointer"},
                build_settings={"profile.release.lto": "fat"},
                binary_sha256=digest,
                build_id=digest[:40],
                build_source=digest,
                dependencies_sha256=digest,
                compiled_packages="serde 1.0.219, tokio 1.45.0",
                load_before=Load(load_1=0.5, load_5=0.25, cpu_pressure_10=1.5),
                load_after=Load(load_1=1.5, load_5=0.75, cpu_pressure_10=9.25),
            ),
            stages=[
                StageResult(
                    name="File SQLite 2/2",
                    provider="File SQLite",
                    orchestration_dispatchers=2,
                    worker_dispatchers=2,
                    started=1.5,
                    ended=9.5,
                    seconds=5.0,
                    max_concurrent=20,
                    tasks_per_instance=5,
                    activity_delay_ms=10,
                    total_seconds=6.5,
                    launched=592,
                    completed=591,
                    failed=1,
                    failed_infrastructure=1,
                    failed_configuration=0,
                    failed_application=0,
                    success_percent=99.8,
                    throughput=90.9,
                    activity_throughput=454.6,
                    ms_per_orchestration=11.0,
                    active_at_stop=20,
                    lock_warnings=3,
                    repetitions=1,
                    cpu_seconds_user=1.5,
                    cpu_seconds_system=0.25,
                    steal_seconds=0.125,
                    steal_share=0.0625,
                    lock_warnings_fetch=2,
                    lock_warnings_ack=1,
                    backoff_seconds=0.5,
                    backoff_imputed_seconds=0.125,
                    latencies=591,
                    latency_ms_mean=12.5,
                    latency_ms_p50=11.5,
                    latency_ms_p90=20.5,
                    latency_ms_p99=40.5,
                    completions=(100, 120, 371),
                    samples=6,
                    artefact_samples=2,
                    reported=True,
                )
            ],
            quality=Quality(
                created_precision="file",
                problems=("None.",),
                notices=("Nothing.",),
                exit_code=0,
                samples=6,
                frequency_hz=999.5,
                frequency_known=True,
                outside=0,
                lost=0,
                unresolved_kernel=1,
                unresolved_user=2,
                unknown_roots=3,
                without_stack=0,
                other_events=0,
                truncated=False,
                sample_lines=2400,
                sample_lines_not_understood=0,
                log_lines_not_understood=1,
                build_seconds=61.5,
                duroxide_version="0.1.32",
                peak_rss_kb=12_345,
                average_cpu_percent=87.5,
                seconds_inferred=False,
                file="stress-test-results.md",
                stated=frozenset({"frequency_known"}),
            ),
            clocks=Clocks(sampler="monotonic", sampler_to_unix_seconds=1.5),
            series=SeriesMember(
                id="20260314T150926Z-abcdef",
                side="before",
                block=1,
                warm_up=False,
                order="AB",
                look=1,
                spending="blocks",
                seed=7,
                packages={"tokio": (("1.40.0",), ("1.41.0",))},
                stated=frozenset({"warm_up"}),
            ),
        ),
    )
