"""Events and weights in a profile and the view of one event, against plain dictionaries."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.build import ProfileBuilder
from duronb.model.event import Event, Weighting
from duronb.model.event_view import event_samples, main_event, view
from duronb.model.profile import Profile

EVENTS = (Event("cycles", "cycles", weighting="period"), Event("folded", scale=100), Event("cpu-clock", "ns"))
EVENT_SAMPLES = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abc"), max_size=4),
        st.floats(100, 110),
        st.integers(1, 5),
        st.integers(0, len(EVENTS) - 1),
        st.none() | st.integers(0, 2**50),
    ),
    max_size=40,
)
EventSample = tuple[list[str], float, int, int, int | None]
"""Stack from the root, seconds, count, index of the event, weight."""


def events_profile(samples: list[EventSample]) -> Profile:
    builder = ProfileBuilder()
    for event in EVENTS:
        builder.event(event)
    for stack, time, count, number, weight in samples:
        frames = tuple(builder.frame(name, "x") for name in stack)
        builder.add(frames, "t", time, count, event=number, weight=weight)
    return builder.build([], 100.0)


def event_weights(profile: Profile) -> list[int]:
    """Return the sum of the weights of each event in steps of the event, shape ``(events,)``."""
    weight = profile.weight
    if weight is None:
        return [samples * event.scale for samples, event in zip(event_samples(profile), profile.events, strict=True)]
    return event_samples(replace(profile, count=weight))


def by_stack(profile: Profile) -> Counter[str]:
    found = Counter[str]()
    for node, count in zip(profile.node.tolist(), profile.count.tolist(), strict=True):
        found["".join(profile.tree.frames.names[frame] for frame in profile.tree.stack(node))] += count
    return found


@pytest.mark.long
@pytest.mark.parametrize("weighting", ["samples", "period"])
@given(EVENT_SAMPLES)
def test_a_view_counts_one_event_by_samples_or_by_weight(weighting: Weighting, samples: list[EventSample]) -> None:
    profile = events_profile(samples)
    for index, event in enumerate(EVENTS):
        own = [sample for sample in samples if sample[3] == index]
        expected = Counter[str]()
        weights = Counter[str]()
        for stack, _, count, _, weight in own:
            expected["".join(stack)] += count
            weights["".join(stack)] += count * event.scale if weight is None else weight
        if event not in profile.events:  # then all samples are of the first event
            assert not own or (index == 0 and by_stack(view(profile)) == expected)
            continue
        shown = view(profile, event.name, weighting)
        by_weight = weighting == "period" and profile.weight is not None and weights.total() > 0
        assert by_stack(shown) == +(weights if by_weight else expected)
        assert shown.unit == (event.weight_unit if by_weight else "samples")
        assert (shown.frequency_hz == 0) == by_weight
        assert event_samples(profile)[index] == expected.total()
        assert event_weights(profile)[index] == weights.total()
        assert shown.tree.totals(shown.self_counts())[1:].all()
    assert profile.samples == sum(count for _, _, count, _, _ in samples)


@pytest.mark.long
@given(EVENT_SAMPLES)
def test_the_event_with_the_most_samples_is_shown_first(samples: list[EventSample]) -> None:
    profile = events_profile(samples)
    counts = [sum(count for _, _, count, event, _ in samples if event == index) for index in range(len(EVENTS))]
    main = main_event(profile)
    assert main is None or main == EVENTS[counts.index(max(counts))]
    assert main is None or view(profile).events == (main,)


def test_fractions_are_exact_weights() -> None:
    builder = ProfileBuilder()
    event = builder.event(Event("samples", scale=10, weighting="period"))
    for text in ("1.5", "0.1", "0.2", "2"):
        weight = Fraction(text) * 10
        builder.add((builder.frame("main", ""),), "t", 0.0, event=event, weight=int(weight))
    shown = view(builder.build([], 99.0))
    assert (shown.samples, shown.unit) == (38, "× 0.1 samples")


def test_a_profile_of_one_event_in_which_samples_weigh_one_is_its_own_view() -> None:
    builder = ProfileBuilder()
    event = builder.event(Event("samples", scale=10, weighting="period"))
    builder.add((builder.frame("main", ""),), "t", 0.0, 3, event=event, weight=30)
    profile = builder.build([], 99.0)
    assert profile.events == ()
    assert view(profile) is profile


def test_events_that_begin_late_count_the_earlier_samples_for_the_first() -> None:
    builder = ProfileBuilder()
    stack = builder.stack((builder.frame("main", ""),))
    builder.event(Event("first"))
    builder.thread("t")
    two = np.array([stack, stack])
    zeros, times = np.zeros(2, dtype=np.int32), np.zeros(2)
    builder.extend(two, zeros, times)
    second = builder.event(Event("second", scale=10))
    builder.extend(two, zeros, times, np.array([0, second], dtype=np.int32), np.array([7, 11]))
    builder.extend(two, zeros, times)
    profile = builder.build([], 99.0)
    assert event_samples(profile) == [5, 1]
    assert event_weights(profile) == [11, 11]


def test_weights_beyond_the_limit_are_dropped_and_samples_count() -> None:
    builder = ProfileBuilder()
    event = builder.event(Event("cycles", "cycles", weighting="period"))
    for _ in range(3):
        builder.add((builder.frame("main", ""),), "t", 0.0, event=event, weight=2**61)
    profile = builder.build([], 99.0)
    assert profile.weight is None
    assert view(profile).samples == 3


def test_an_unknown_event_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        view(events_profile([(["a"], 100.0, 1, 1, None)]), "branches")
