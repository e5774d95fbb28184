"""The search for the first slower candidate: its questions, its end, and what it may not say."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duronb.analysis.bisection.search import STOP, Search


def run(search: Search, loss: Callable[[int, int], float]) -> int:
    """Answer all questions, and return the number of questions."""
    asked = 0
    while (question := search.question()) is not None:
        pair = question.base, question.candidate
        assert not search.unbuildable & set(pair)
        search.add(pair, [loss(*pair) for _ in range(question.blocks)])
        asked += 1
        assert search.recorded <= search.limit
    return asked


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@given(st.integers(2, 300), st.data())
def test_a_clear_step_is_named_after_few_blocks(candidates: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(1, candidates - 1))
    draw = random.Random(step)
    search = Search(candidates)
    run(search, lambda base, candidate: 0.3 * (base < step <= candidate) + draw.gauss(0, 0.01))
    finding = search.finding
    assert finding is not None
    assert (finding.outcome, list(finding.suspects)) == ("found", [step])
    assert finding.probability >= STOP
    # The named one was compared with its predecessor.
    assert search.parent_pair == (step - 1, step)


@pytest.mark.long
@settings(max_examples=10, deadline=None)
@given(st.integers(3, 30), st.data())
def test_what_does_not_compile_keeps_its_probability(candidates: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(1, candidates - 1))
    broken = data.draw(st.sets(st.integers(1, candidates - 2)))
    draw = random.Random(step)
    search = Search(candidates)
    for number in broken:
        search.skip(number)
    run(search, lambda base, candidate: 0.3 * (base < step <= candidate) + draw.gauss(0, 0.01))
    finding = search.finding
    assert finding is not None
    # From the first that does not compile to the next that does.
    first, last = step, step
    while first - 1 in broken:
        first -= 1
    while last in broken:
        last += 1
    assert list(finding.suspects) == list(range(first, last + 1))
    assert finding.outcome == ("found" if first == last else "range")


def test_equal_ends_end_with_nothing_and_only_the_ends_are_measured_first() -> None:
    draw = random.Random(1)
    search = Search(64)
    first = search.question()
    assert first is not None
    assert (first.base, first.candidate) == (0, 63)
    run(search, lambda _base, _candidate: draw.gauss(0, 0.05))
    assert search.finding is not None
    assert search.finding.outcome == "nothing"
    assert search.blocks_left == (0, 0)


def test_the_limit_ends_it_without_a_statement() -> None:
    draw = random.Random(3)
    search = Search(64, blocks=2, looks=1)
    run(search, lambda _base, _candidate: draw.gauss(0.1, 0.5))
    assert search.recorded == 2 * 7
    assert search.finding is not None
    assert search.finding.outcome == "undecided"


def test_one_program_has_no_change_within() -> None:
    search = Search(10)
    search.exclude(0, 4)
    assert search.posterior.places[:5] == pytest.approx([0] * 5)
    assert sum(search.posterior.places) == pytest.approx(0.5)
    search.exclude(5, 9)
    assert search.posterior.places[5] == pytest.approx(0.5)


def test_misuse_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two candidates"):
        Search(1)
    search = Search(3)
    for end in (0, 2):
        with pytest.raises(ValueError, match="an end"):
            search.skip(end)
    with pytest.raises(ValueError, match="two ends"):
        search.exclude(0, 2)
    search.exclude(0, 1)
    with pytest.raises(ValueError, match="no place"):
        search.exclude(1, 2)
