"""Comparisons for the tests of all displays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.api.comparison import compared
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.results.comparison import Comparison
from tests.analysis.comparison.sides import run_of, stage_of_rate
from tests.views.profiles import HOSTILE

BEFORE = [20.0, 21.5, 19.4, 22.0, 20.3]


AFTER = [17.9, 18.8, 17.1, 19.2, 17.6]


def sides_of(
    stages: Mapping[str, tuple[Sequence[float | None], Sequence[float | None]]], **fields: Any
) -> tuple[list[RunRecord], list[RunRecord]]:
    """Return runs of two labels from the rates of each stage."""
    found: list[list[RunRecord]] = []
    for number, label in enumerate(("baseline", "optimized")):
        rates = {name: both[number] for name, both in stages.items()}
        runs = max(map(len, rates.values()))
        found.append(
            [
                run_of(
                    label,
                    index,
                    [stage_of_rate(rate[index], name, **fields) for name, rate in rates.items() if index < len(rate)],
                )
                for index in range(runs)
            ]
        )
    return found[0], found[1]


def regressed() -> Comparison:
    return compared(*sides_of({"One": (BEFORE, AFTER), "Two": (BEFORE, BEFORE[::-1])}))


def differs() -> Comparison:
    """Return a comparison in which all runs before are a week older than all runs after."""
    before, after = sides_of({"One": (BEFORE, AFTER), "Two": (BEFORE, BEFORE[::-1])})
    return compared(before, [replace(run, created=run.created + timedelta(days=7)) for run in after])


def not_comparable(*, force: bool = False) -> Comparison:
    before, after = sides_of({"One": (BEFORE, AFTER)})
    after = [run.with_parts(environment=replace(run.environment, kernel="6.9", cores=4)) for run in after]
    return compared(before, after, force=force)


def hostile() -> ComparisonResult:
    names = {f"{name} {index}": (BEFORE, AFTER) for index, name in enumerate(HOSTILE)}
    before, after = sides_of(names)
    subject = Subject(name=HOSTILE[0], source_hash="x")
    return compared(
        [run.with_parts(environment=replace(run.environment, kernel=HOSTILE[1])) for run in before],
        [run.with_parts(subject=subject, environment=replace(run.environment, kernel=HOSTILE[3])) for run in after],
        force=True,
    ).result
