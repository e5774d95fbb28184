"""Stores of made-up runs of two labels, for the commands that compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from duronb.model.run import RunRecord
from duronb.store import Store
from tests.analysis.comparison.sides import series_sides, side

BASELINE = [20.0, 21.5, 19.4, 22.0, 20.3]


def store_of(directory: Path, *groups: Sequence[RunRecord]) -> str:
    """Store runs without samples, and return where."""
    store = Store(str(directory / "store"))
    log = directory / "stress.log"
    log.write_text("", encoding="utf-8")
    for runs in groups:
        for run in runs:
            store.save(run, None, log=log, cargo_lock=b"")
    return store.root


def two_labels(directory: Path, factor: float, *, runs: int = 5, first: int = 0, **options: Any) -> str:
    """Store a baseline and a candidate that is so much faster, recorded in alternation or from minute ``first`` on."""
    rates = (BASELINE * 4)[:runs]
    candidate = [rate * factor for rate in rates[::-1]]
    return store_of(directory, side("baseline", rates), side("candidate", candidate, first=first, **options))


def one_series(directory: Path, factor: float) -> str:
    """Store an A/B of five blocks."""
    noise = [1.01, 0.99, 1.0, 1.005, 0.995]
    after = [rate * factor * part for rate, part in zip(BASELINE, noise, strict=True)]
    return store_of(directory, *series_sides([BASELINE, after], series="20260314-abc"))
