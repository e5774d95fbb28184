"""Runs in order, made up, for histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
STAGE = "File SQLite 2/2"


def run_at(
    hour: float,
    rate: float | None,
    *,
    version: str | None = "0.1.1",
    stage: str = STAGE,
    seconds: float = 10.0,
    label: str = "l",
    status: Any = "complete",
    series: dict[str, Any] | None = None,
    subject: dict[str, Any] | None = None,
    **environment: Any,
) -> RunRecord:
    """Return a run of one stage whose window rate is ``rate``."""
    created = BEGIN + timedelta(hours=hour)
    engine = environment.get("engine", "native")
    return RunRecord(
        id=f"{engine}_{label}_{created:%Y%m%dT%H%M%SZ}",
        request=ProfileRequest(seconds=10, label=label),
        status=status,
        created=created,
        subject={"version": version, "workload": "w", "source_hash": version} | (subject or {}),
        environment={"engine": "native", "cpu": "C", "cores": 2, "kernel": "6.1", "tmp_filesystem": "ext4"}
        | environment,
        # A long stage, so that the rate is not rounded; ``seconds`` of the host is told by the environment alone.
        stages=[StageResult(name=stage, seconds=seconds, completed=None, active_at_stop=0)]
        if rate is None
        else [
            StageResult(
                name=stage,
                seconds=1e6 * seconds / 10,
                completed=round(round(rate * 1e6) * seconds / 10),
                active_at_stop=0,
            )
        ],
        quality={},
        tool_version="0",
        series=series or {},
    )


def runs_of(rates: Sequence[float], versions: Sequence[str] | None = None) -> list[RunRecord]:
    """Return a run an hour."""
    names = versions or ["0.1.1"] * len(rates)
    return [run_at(hour, rate, version=name) for hour, (rate, name) in enumerate(zip(rates, names, strict=True))]
