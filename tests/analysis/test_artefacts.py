"""Timer artefacts of stages, and the CPU time without them."""

from __future__ import annotations

from dataclasses import replace

import pytest

import duronb
from duronb.analysis import artefacts as module
from duronb.analysis.artefacts import artefacts_of, artefacts_of_run
from duronb.analysis.metrics import METRICS
from duronb.model.event import Event
from duronb.model.run import RunRecord
from duronb.model.run_files import RunFiles
from duronb.model.stage import StageResult
from duronb.store import open_store
from tests import ROOT
from tests.given_files import GivenFiles
from tests.views.profiles import make_profile, make_run, stack_of

STORE = ROOT / "notebooks" / "data" / "releases"
NAME = "File SQLite 2/2"


@pytest.fixture
def recorded() -> RunRecord:
    """Return a run of an earlier version, which does not state its artefacts."""
    return open_store(str(STORE)).load("0.1.24")


def by_hand(run: RunRecord, stage: str) -> int:
    """Count samples from the folded stacks, by the functions that are most often innermost in these runs."""
    found = 0
    for line in duronb.load(run.id, store=STORE).folded(stage=stage).splitlines():
        stack, count = line.rsplit(" ", 1)
        innermost = stack.rsplit(";", 1)[1]
        if innermost in {"_raw_spin_unlock_irq", "_raw_spin_unlock_irqrestore", "finish_task_switch.isra.0"}:
            found += int(count)
    return found


def test_they_are_counted_where_the_run_does_not_state_them(recorded: RunRecord) -> None:
    stage = recorded.stage(NAME)
    found = artefacts_of(recorded, stage)
    assert stage.artefact_samples is None
    assert found is not None
    # A few artefacts have other names, such as irqentry_exit_to_user_mode.
    assert by_hand(recorded, NAME) <= found <= 1.05 * by_hand(recorded, NAME)


def test_the_samples_are_read_once_and_not_if_they_are_stated(
    recorded: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = artefacts_of(recorded, recorded.stage(NAME))

    def read_again(*_: object) -> dict[str, int]:
        raise AssertionError("the samples were read again")

    monkeypatch.setattr(module, "artefact_samples", read_again)
    assert artefacts_of(recorded, recorded.stage(NAME)) == expected
    assert artefacts_of(recorded, replace(recorded.stage(NAME), artefact_samples=5)) == 5


@pytest.mark.parametrize("event", ["cycles", None])
def test_other_events_have_none(recorded: RunRecord, event: str | None) -> None:
    run = recorded.with_parts(environment=replace(recorded.environment, event=event))
    assert artefacts_of(run, recorded.stage(NAME)) == 0
    whole, without = (METRICS[f"cpu_ms_per_orchestration{end}"] for end in ("", "_without_artefacts"))
    assert without.value(run, recorded.stage(NAME)) == whole.value(run, recorded.stage(NAME))


def test_nothing_is_known_without_samples(recorded: RunRecord) -> None:
    assert artefacts_of(recorded, StageResult(name=NAME)) is None
    assert artefacts_of(recorded, StageResult(name="another", samples=7)) is None


def test_cpu_time_without_them(recorded: RunRecord) -> None:
    stage = replace(recorded.stage(NAME), samples=1000, artefact_samples=250, completed=100)
    value = METRICS["cpu_ms_per_orchestration_without_artefacts"].value(recorded, stage)
    assert value == pytest.approx(750 / 999 * 1000 / 100, rel=1e-3)


def test_those_of_a_run_are_those_of_its_stages(recorded: RunRecord) -> None:
    stages = [replace(recorded.stage(NAME), samples=1000, artefact_samples=250), StageResult(name="b", samples=0)]
    assert artefacts_of_run(recorded.with_parts(stages=stages)) == (250, 1000)
    each = [artefacts_of(recorded, stage) or 0 for stage in recorded.stages]
    assert artefacts_of_run(recorded) == (sum(each), sum(stage.samples for stage in recorded.stages))


@pytest.mark.parametrize(
    ("event", "named", "found"),
    [
        ("cpu-clock", (), (4, 10)),
        (None, ("cpu-clock",), (4, 10)),
        ("cpu-clock", ("cycles",), (0, 10)),
        (None, (), (0, 10)),
    ],
)
def test_those_of_a_run_without_stages_are_counted_in_all_samples(
    event: str | None, named: tuple[str, ...], found: tuple[int, int]
) -> None:
    stacks = {"main;k:finish_task_switch": 4, "main;k:finish_task_switch;k:vfs_read": 5, "main": 1}
    profile = make_profile({("all", "main", 0, stack_of(stack)): count for stack, count in stacks.items()})
    profile = replace(profile, events=tuple(map(Event, named)))
    run = make_run({})
    run = replace(run, files=GivenFiles(profile)).with_parts(
        stages=[], environment=replace(run.environment, event=event)
    )
    assert artefacts_of_run(run) == found
    assert artefacts_of_run(replace(run, files=GivenFiles(replace(profile, unit="bytes")))) == (0, 0)
    assert artefacts_of_run(replace(run, files=RunFiles())) == (0, 0)
