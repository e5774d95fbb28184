"""Made-up programs that are sampled run by run, with the noise of real runs: of sampling, of each node, of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest
from tests.given_files import GivenFiles
from tests.views.profiles import Cell, make_profile, stack_of

STAGE = "File SQLite 2/2"
Program = dict[str, float]
"""Cost of each stack ``a;b;c``, in CPU milliseconds per orchestration."""


def program(seed: int = 1, stacks: int = 40) -> Program:
    """Return a program of nested functions, a few of which take most of its time."""
    rng = np.random.default_rng(seed)
    paths = ["main;worker"]
    while len(paths) < stacks:
        above = paths[int(rng.integers(len(paths)))]
        if above.count(";") < 9:
            paths.append(f"{above};f{len(paths)}")
    weights = 1 / (1 + rng.permutation(stacks)) ** 1.1
    return dict(zip(paths, 20 * weights / weights.sum(), strict=True))


def recorded(
    costs: Mapping[str, float],
    rng: np.random.Generator,
    *,
    completed: int | None = 200,
    shared: float = 0.25,
    own: float = 0.05,
    seconds: int = 1,
    number: int = 0,
    **subject: object,
) -> RunRecord:
    """Sample one run of a program.

    Parameters
    ----------
    costs
        Its stacks and what they cost.
    completed
        Orchestrations.
    shared
        Deviation of the logarithm of what all stacks of a run cost more or less, as on a busy machine.
    own
        The same of each stack alone.
    """
    busy = np.exp(rng.normal(0, shared))
    mean = np.asarray(list(costs.values())) * (completed or 200) * 0.999 * busy
    counts = rng.poisson(mean * np.exp(rng.normal(0, own, len(mean))) / seconds, (seconds, len(mean)))
    cells: dict[Cell, int] = {
        (STAGE, "main", second, stack_of(path)): int(counts[second, at])
        for second in range(seconds)
        for at, path in enumerate(costs)
        if counts[second, at]
    }
    profile = make_profile(cells)
    samples = int(counts.sum())
    stage = StageResult(name=STAGE, seconds=10.0, completed=completed, launched=completed, samples=samples)
    return RunRecord(
        id=f"native_run_{number}",
        status="complete",
        created=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        tool_version="0",
        parts=RunParts(
            request=ProfileRequest(seconds=10, label="run"),
            subject=Subject.from_json({"name": "duroxide", "source_hash": "s", **subject}),
            environment=Environment(engine="native", toolchain="1.90"),
            stages=[stage],
            quality=Quality(samples=samples, frequency_hz=999.0),
        ),
        files=GivenFiles(profile),
    )


def groups(
    before: Mapping[str, float], after: Mapping[str, float], runs: int, seed: int, **noise: float
) -> tuple[Sequence[RunRecord], Sequence[RunRecord]]:
    """Sample as many runs of each of two programs."""
    rng = np.random.default_rng(seed)
    sides = [[recorded(costs, rng, number=at, **noise) for at in range(runs)] for costs in (before, after)]  # type: ignore[arg-type]
    return sides[0], sides[1]


def planted(costs: Program, path: str, part: float = 0.03) -> Program:
    """Return the program with a hot function that takes this part of its CPU time, on a path of its own or of it."""
    whole = sum(costs.values())
    return {**costs, path: costs.get(path, 0.0) + whole * part / (1 - part)}
