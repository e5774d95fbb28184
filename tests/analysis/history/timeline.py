"""Runs in order, made up, for histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
STAGE = "File SQLite 2/2"
MACHINE = {"engine": "native", "cpu": "C", "cores": 2, "kernel": "6.1", "tmp_filesystem": "ext4"}


def run_at(
    hour: float,
    rate: float | None,
    *,
    version: str | None = "0.1.1",
    stage: str = STAGE,
    seconds: float = 10.0,
    label: str = "l",
    status: Any = "complete",
    series: SeriesMember | None = None,
    subject: dict[str, Any] | None = None,
    **environment: Any,
) -> RunRecord:
    """Return a run of one stage whose window rate is ``rate``."""
    created = BEGIN + timedelta(hours=hour)
    engine = environment.get("engine", "native")
    return RunRecord(
        id=f"{engine}_{label}_{created:%Y%m%dT%H%M%SZ}",
        status=status,
        created=created,
        tool_version="0",
        parts=RunParts(
            request=ProfileRequest(seconds=10, label=label),
            subject=Subject.from_json({"version": version, "workload": "w", "source_hash": version} | (subject or {})),
            environment=Environment.from_json({**MACHINE, **environment}),
            # A long stage, so that the rate is not rounded; ``seconds`` of the host comes only from the environment.
            stages=[StageResult(name=stage, seconds=seconds, completed=None, active_at_stop=0)]
            if rate is None
            else [
                StageResult(
                    name=stage,
                    seconds=1e6 * seconds / 10,
                    completed=round(round(rate * 1e6) * seconds / 10),
                    active_at_stop=0,
                    lock_warnings=0,
                )
            ],
            quality=Quality(),
            series=series or SeriesMember(),
        ),
    )


def runs_of(rates: Sequence[float], versions: Sequence[str] | None = None) -> list[RunRecord]:
    """Return a run an hour."""
    names = versions or ["0.1.1"] * len(rates)
    return [run_at(hour, rate, version=name) for hour, (rate, name) in enumerate(zip(rates, names, strict=True))]
