"""Runs of two sides with given values, without samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Any

from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord, Status
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest
from tests.given_files import GivenFiles

STAGE = "File SQLite 2/2"
CREATED = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
ENVIRONMENT = {
    "engine": "native",
    "sampler": "perf",
    "event": "cpu-clock",
    "host": "a-host",
    "cpu": "A processor",
    "cores": 2,
    "architecture": "x86_64",
    "kernel": "6.1",
    "tmp_filesystem": "ext4",
    "toolchain": "rustc 1.90.0",
    "flags": {"RUSTFLAGS": "-C force-frame-pointers=yes"},
}


def stage_of_rate(rate: float | None, name: str = STAGE, **fields: Any) -> StageResult:
    """Return a stage of ten seconds with this window rate; without one for ``None``, with an invalid one for NaN."""
    known: dict[str, Any] = {"name": name, "seconds": 10.0, "total_seconds": 10.5, "reported": True}
    if rate is not None and isnan(rate):
        known |= {"throughput": rate}
    elif rate is not None:
        known |= {"completed": rate * 10.0, "active_at_stop": 0, "throughput": rate}
    return StageResult(**(known | fields))


def run_of(
    label: str,
    index: int,
    stages: Sequence[StageResult],
    *,
    environment: Mapping[str, Any] | None = None,
    subject: str | None = None,
    lock: bytes = b"",
    status: Status = "complete",
    series: SeriesMember | None = None,
) -> RunRecord:
    """Return a run; the index is its minute."""
    created = CREATED + timedelta(minutes=index)
    return RunRecord(
        id=f"native_{label}_{created:%Y%m%dT%H%M%SZ}",
        status=status,
        created=created,
        tool_version="0.1.0",
        parts=RunParts(
            request=ProfileRequest(seconds=10, label=label, release="0.1.32"),
            subject=Subject(kind="release", name=f"duroxide {label}", source_hash=subject or label, workload="bundled"),
            environment=Environment.from_json(dict(ENVIRONMENT if environment is None else environment)),
            stages=list(stages),
            quality=Quality(frequency_hz=999, samples=0),
            series=series or SeriesMember(),
        ),
        files=GivenFiles(cargo_lock=lock),
    )


def side(label: str, rates: Sequence[float | None], *, first: int = 0, **options: Any) -> list[RunRecord]:
    """Return a run of one stage for each rate."""
    return [run_of(label, first + index, [stage_of_rate(rate)], **options) for index, rate in enumerate(rates)]


def series_sides(
    rates: Sequence[Sequence[float | None]], *, looks: Sequence[int] | None = None, series: str = "s1"
) -> tuple[list[RunRecord], list[RunRecord]]:
    """Return the two sides of an A/B, interleaved; ``looks`` is the look of each block."""
    found: list[list[RunRecord]] = []
    for number, (name, figures) in enumerate(zip(("before", "after"), rates, strict=True)):
        runs = []
        for block, rate in enumerate(figures):
            about = SeriesMember(id=series, side=name, block=block, look=looks[block] if looks else 1)
            runs.append(run_of(name, 2 * block + number, [stage_of_rate(rate)], series=about))
        found.append(runs)
    return found[0], found[1]
