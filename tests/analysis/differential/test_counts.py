from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.analysis.differential.counts import RunCounts, counts_of
from duronb.errors import RequestError
from duronb.model.event import Event
from duronb.model.names import normalise
from duronb.model.run import RunRecord
from duronb.model.stage import OUTSIDE
from tests.analysis.differential.programs import STAGE, recorded
from tests.given_files import GivenFiles
from tests.views.profiles import CELLS, STAGES, Cell, make_profile, make_run, patient, stack_of

GROUPS = st.lists(CELLS, min_size=1, max_size=3)


def run_of(cells: dict[Cell, int]) -> RunRecord:
    """A run of these samples and some of its own, so that no side is empty."""
    return make_run({**cells, (STAGES[0], "main", 0, stack_of("always")): 3})


def plain(run: RunRecord, stage: str | None, second: int | None = None) -> Counter[tuple[str, ...]]:
    """Samples per displayed path, with a dict."""
    profile, found = run.profile, Counter[tuple[str, ...]]()
    rows = zip(profile.stage, profile.second, profile.node, profile.count, strict=True)
    for at, when, node, count in rows:
        name = profile.stages[at]
        if name == OUTSIDE or stage not in (None, name) or second not in (None, when):
            continue
        path = [profile.tree.frames.names[frame] for frame in profile.tree.stack(int(node))]
        while len(path) > 1 and path[0] == "[unknown]":
            path.pop(0)
        found[tuple(map(normalise, path))] += int(count)
    return +found


def columns(counts: RunCounts) -> list[Counter[tuple[str, ...]]]:
    tree = counts.tree
    paths = [tuple(tree.frames.names[frame] for frame in tree.stack(node)) for node in range(len(tree))]
    return [Counter({path: int(n) for path, n in zip(paths, column, strict=True) if n}) for column in counts.own.T]


@pytest.mark.long
@patient
@given(GROUPS, GROUPS, st.sampled_from([None, STAGES[0]]))
def test_every_run_keeps_its_samples(
    before: list[dict[Cell, int]], after: list[dict[Cell, int]], stage: str | None
) -> None:
    sides = [[run_of(cells) for cells in side] for side in (before, after)]
    counts = counts_of(sides[0], sides[1], stage)
    assert columns(counts) == [plain(run, stage) for side in sides for run in side]
    assert counts.side.tolist() == [0] * len(before) + [1] * len(after)
    totals = counts.totals()
    np.testing.assert_array_equal(totals[0], counts.own.sum(axis=0))
    assert (totals.sum(axis=1) > 0).all()
    np.testing.assert_array_equal(counts.of_side(1), counts.own[:, len(before) :].sum(axis=1))


def test_other_runs_are_groups_by_their_source_and_add_no_nodes() -> None:
    one, other = {(STAGES[0], "main", 0, stack_of("a;b")): 5}, {(STAGES[0], "main", 0, stack_of("a;c")): 7}
    run = make_run(one)
    others = [
        run.with_parts(subject=replace(run.subject, source_hash=source))
        for run, source in ((make_run(other), "x"), (make_run(one), "y"), (make_run(other), "x"))
    ]
    counts = counts_of([run], [run], STAGES[0], others)
    assert counts.side.tolist() == [0, 1, 2, 3, 2]
    assert sorted(counts.tree.frames.names) == ["a", "b"]
    np.testing.assert_array_equal(counts.totals()[0], [5, 5, 7, 5, 7])
    np.testing.assert_array_equal(counts.of_side(0) + counts.of_side(1), [0, 0, 10])


def test_the_exposure_makes_milliseconds_per_orchestration() -> None:
    runs = [recorded({"main;a": 5.0}, np.random.default_rng(1), completed=count) for count in (100, 300)]
    counts = counts_of(runs[:1], runs[1:], STAGE)
    assert counts.exposure is not None
    np.testing.assert_allclose(counts.exposure, [99.9, 299.7])
    expected = [run.stages[0].cpu_ms_per_orchestration(999.0) for run in runs]
    assert counts.own.sum(axis=0) / counts.exposure == pytest.approx(expected)


@pytest.mark.parametrize("change", [{"completed": 0}, {"completed": None}])
def test_without_completions_there_is_no_exposure(change: dict[str, int | None]) -> None:
    run = recorded({"main;a": 5.0}, np.random.default_rng(2))
    without = run.with_parts(stages=[replace(run.stages[0], **change)])  # type: ignore[arg-type]
    assert counts_of([run], [without], STAGE).exposure is None


def test_a_side_without_samples_of_a_stage_is_named() -> None:
    run = recorded({"main;a": 5.0}, np.random.default_rng(3))
    empty = replace(run, files=GivenFiles(make_profile({})))
    with pytest.raises(RequestError, match="The runs after have no samples in the stage"):
        counts_of([run], [empty], STAGE)


@pytest.mark.parametrize(
    ("event", "named", "left_out"),
    [("cpu-clock:ppp", "", 40), ("cycles", "", 0), (None, "", 0), (None, "cpu-clock", 40), ("cpu-clock", "cycles", 0)],
)
def test_timer_artefacts_are_in_no_numerator_and_no_denominator(event: str | None, named: str, left_out: int) -> None:
    work, unlock = (("main", "app"), ("futex_wake", "[kernel]")), ("_raw_spin_unlock_irqrestore", "[kernel]")
    cells = {(STAGES[0], "main", 0, work): 60, (STAGES[0], "main", 0, (*work, unlock)): 40}
    run = make_run(cells)
    profile = replace(run.profile, events=(Event(named),) if named else ())
    run = replace(run, files=GivenFiles(profile)).with_parts(environment=replace(run.environment, event=event))
    counts = counts_of([run], [run], STAGES[0])
    path = tuple(name for name, _ in work)
    kept = Counter({path: 60}) if left_out else Counter({path: 60, (*path, unlock[0]): 40})
    assert columns(counts) == [kept, kept]
    assert counts.totals()[0].tolist() == [100 - left_out] * 2
    assert counts.artefacts.tolist() == [left_out] * 2
    assert counts.artefact_share(1) == left_out / 100


def test_runs_of_nothing_but_artefacts_are_refused() -> None:
    run = make_run({(STAGES[0], "main", 0, (("finish_task_switch", "[kernel]"),)): 9})
    run = run.with_parts(environment=replace(run.environment, event="cpu-clock"))
    with pytest.raises(RequestError, match="The runs before have no samples"):
        counts_of([run], [run], STAGES[0])
