"""The sentence about the remainder, which must agree with its interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from duronb.analysis.differential.differential import Differential, differential
from duronb.analysis.differential.found import find_changes
from duronb.analysis.differential.remainder import remainder_of
from tests.analysis.differential.programs import program, recorded

COSTS = program()


def whole(times: float, shared: float, cutoff: float) -> tuple[str, Differential]:
    """The sentence on 6 + 6 runs of which the later cost so many times as much in all parts alike."""
    rng = np.random.default_rng(5)
    before = [recorded(COSTS, rng, shared=shared, number=number) for number in range(6)]
    dearer = {stack: cost * times for stack, cost in COSTS.items()}
    after = [recorded(dearer, rng, shared=shared, number=number + 6) for number in range(6)]
    found = find_changes(before, after, None, 0.05)
    regions = replace(found.total[0], cutoff=cutoff, found=())
    return remainder_of(found.counts, found.totals, regions, 0.05)[0], differential(before, after)


@pytest.mark.parametrize(
    ("times", "cutoff", "said"),
    [
        (1.0, 0.001, "not a significant change"),
        (1.15, 1e-12, "which may be noise given "),
        (1.5, 0.001, ", a significant change ("),
    ],
)
def test_the_sentence_about_the_remainder_depends_on_interval_and_number_of_tests(
    times: float, cutoff: float, said: str
) -> None:
    sentence, _ = whole(times, 0.05, cutoff)
    assert said in sentence
    low, high = map(float, sentence.split("95 % interval ")[1].split(")")[0].split(" to "))
    assert (low <= 0 <= high) == (times == 1.0)


def test_a_slower_machine_changes_only_the_remainder() -> None:
    _, told = whole(1.5, 0.05, 0.001)
    assert [change.node for change in told.changes] == [0]
    assert ", a significant change (" in told.sentences[0]
