"""Runs of which another event, or samples instead of weights, are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.errors import RequestError
from duronb.model.build import ProfileBuilder
from duronb.model.event import Event
from duronb.model.events.choice import with_event
from duronb.model.profile import Profile
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.run import RunRecord
from duronb.store import Store, open_store
from tests.store.runs import log_file, run_of


def two_events() -> Profile:
    builder = ProfileBuilder()
    faults = builder.event(Event("page-faults", "page-faults", weighting="period"))
    clock = builder.event(Event("cpu-clock", "nanoseconds"))
    main = builder.frame("main", "x")
    for time, weight in ((1.5, 90), (2.5, 1), (9.5, 1)):
        builder.add((main,), "t", time, event=faults, weight=weight)
    for time in (1.5, 1.6, 1.7, 1.8):
        builder.add((main,), "t", time, event=clock, weight=10**6)
    return builder.build(run_of().stages, 99.0)


def stored_run(directory: Path, profile: Profile, event: str) -> RunRecord:
    store: Store = open_store(str(directory))
    run = run_of().with_parts(
        environment=Environment(event=event),
        quality=Quality(samples=4, outside=0, frequency_hz=99.0, lost=0, unresolved_user=1),
    )
    stored = store.save(run, profile, log=log_file(directory), cargo_lock=b"")
    return store.load(stored.id)


def test_without_a_choice_the_run_is_unchanged(tmp_path: Path) -> None:
    run = stored_run(tmp_path, two_events(), "cpu-clock:ppp")
    assert with_event(run) is run
    assert run.profile.samples == 4
    assert run.read_profile().samples == 4


def test_another_event_has_its_own_numbers(tmp_path: Path) -> None:
    run = with_event(stored_run(tmp_path, two_events(), "cpu-clock:ppp"), "page-faults")
    assert (run.profile.samples, run.profile.unit) == (92, "page-faults")
    assert run.environment.event == "page-faults"
    assert (run.quality.samples, run.quality.outside, run.quality.other_events) == (3, 1, 4)
    assert [stage.samples for stage in run.stages] == [2]
    assert not run.quality.frequency_known  # weights are no CPU time
    assert (run.quality.lost, run.quality.unresolved_user) == (None, None)


def test_the_weighting_can_be_chosen(tmp_path: Path) -> None:
    run = stored_run(tmp_path, two_events(), "cpu-clock:ppp")
    by_period = with_event(run, weighting="period")
    assert (by_period.profile.samples, by_period.quality.samples) == (4 * 10**6, 4)
    assert not by_period.quality.frequency_known
    by_samples = with_event(run, "page-faults", "samples")
    assert (by_samples.profile.samples, by_samples.quality.frequency_known) == (3, True)


def test_an_unknown_event_lists_the_events(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no event 'x'") as error:
        with_event(stored_run(tmp_path, two_events(), "cpu-clock:ppp"), "x")
    assert error.value.remedy == "Choose 'page-faults', 'cpu-clock'."


def test_a_run_of_one_event_accepts_its_name_and_has_no_periods(tmp_path: Path) -> None:
    builder = ProfileBuilder()
    builder.add((builder.frame("main", "x"),), "t", 1.5)
    run = stored_run(tmp_path, builder.build(run_of().stages, 99.0), "cpu-clock:ppp")
    for name in ("cpu-clock", "cpu-clock:ppp"):
        assert with_event(run, name).profile.samples == 1
    with pytest.raises(RequestError, match="no event"):
        with_event(run, "cycles")
    with pytest.raises(RequestError, match="no periods"):
        with_event(run, weighting="period")
