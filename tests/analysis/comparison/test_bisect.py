"""The search for the first slower commit, against simulated oracles."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.analysis.comparison.bisect import Answer, Bisection, Finding, Question


def search(bisection: Bisection, oracle: Callable[[Question], Answer]) -> list[Question]:
    asked = []
    while (question := bisection.question()) is not None:
        asked.append(question)
        assert len(asked) <= bisection.candidates * bisection.looks
        bisection.answer(oracle(question))
    return asked


@given(st.integers(2, 2000), st.data())
def test_a_perfect_oracle_leads_to_the_step(candidates: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(1, candidates - 1))
    bisection = Bisection(candidates)

    asked = search(bisection, lambda question: "slower" if question.candidate >= step else "not slower")

    assert bisection.finding == Finding("found", step, step)
    assert asked[0].candidate == candidates - 1
    assert len(asked) <= 1 + ceil(log2(candidates - 1)) + 1
    assert len({question.candidate for question in asked}) == len(asked)


@given(st.integers(2, 60), st.integers(1, 4), st.data())
def test_candidates_without_an_answer_widen_the_result_and_never_lose_the_step(
    candidates: int, looks: int, data: st.DataObject
) -> None:
    step = data.draw(st.integers(1, candidates - 1))
    between = st.integers(1, max(1, candidates - 2))
    no_answers: list[Answer] = ["inconclusive", "unbuildable"]
    dumb = data.draw(st.dictionaries(between, st.sampled_from(no_answers)))
    dumb.pop(candidates - 1, None)
    bisection = Bisection(candidates, looks)

    def oracle(question: Question) -> Answer:
        if question.candidate in dumb:
            return dumb[question.candidate]
        return "slower" if question.candidate >= step else "not slower"

    asked = search(bisection, oracle)

    finding = bisection.finding
    assert finding is not None
    assert finding.first <= step <= finding.last
    # Only what has no answer may stay between.
    assert set(range(finding.first, finding.last)) <= set(dumb)
    assert finding.outcome == ("found" if finding.first == finding.last else "range")
    for candidate, answer in dumb.items():
        times = sum(question.candidate == candidate for question in asked)
        assert times in (0, looks if answer == "inconclusive" else 1)


@given(st.integers(2, 30), st.integers(1, 3), st.data())
def test_the_search_ends_for_any_answers(candidates: int, looks: int, data: st.DataObject) -> None:
    answers: list[Answer] = ["slower", "not slower", "inconclusive", "unbuildable"]
    bisection = Bisection(candidates, looks)
    search(bisection, lambda _question: data.draw(st.sampled_from(answers)))
    assert bisection.finding is not None
    assert bisection.question() is None
    assert bisection.questions_left == 0


@pytest.mark.parametrize(
    ("answer", "outcome", "looks"),
    [("not slower", "nothing", 1), ("inconclusive", "undecided", 3), ("unbuildable", "undecided", 1)],
)
def test_without_a_slower_end_the_search_ends(answer: Answer, outcome: str, looks: int) -> None:
    bisection = Bisection(100)
    asked = search(bisection, lambda _question: answer)
    assert bisection.finding is not None
    assert bisection.finding.outcome == outcome
    assert asked == [Question(99, look) for look in range(1, looks + 1)]


def test_an_inconclusive_candidate_gets_another_look_immediately() -> None:
    bisection = Bisection(10, looks=2)
    bisection.answer("slower")
    first = bisection.question()
    assert first == Question(4, 1)
    bisection.answer("inconclusive")
    assert bisection.question() == Question(4, 2)
    bisection.answer("inconclusive")
    assert bisection.question() == Question(5, 1)


def test_adjacent_ends_need_one_question() -> None:
    bisection = Bisection(2)
    assert bisection.questions_left == 1
    bisection.answer("slower")
    assert bisection.finding == Finding("found", 1, 1)


def test_misuse_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two candidates"):
        Bisection(1)
    bisection = Bisection(2)
    bisection.answer("slower")
    with pytest.raises(ValueError, match="no question"):
        bisection.answer("slower")
