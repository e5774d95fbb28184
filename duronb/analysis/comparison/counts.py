"""Failed orchestrations before and after: counts, compared by exact tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from duronb.analysis.comparison.exact import (
    LARGEST_SIDE,
    Proportions,
    fisher_p,
    proportions,
    rank_sum_p,
    still_possible,
)
from duronb.model.stage import StageResult

LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Failed and launched orchestrations, summed over the runs of each side.

    Parameters
    ----------
    failed, launched
        Numbers before and after.
    configuration
        Configuration failures after. Each of them is a bug, so a single one counts as worse.
    difference
        The two proportions and the confidence interval of their difference.
    p
        Two-sided p-value. With at least four runs on each side, from the rank-sum test on the runs' proportions, since
        failures come in bursts and are not independent. Otherwise from Fisher's exact test on the sums.
    test
        ``rank-sum`` or ``Fisher``.
    possible
        Upper 95 % confidence bound of the proportion of failures after, if none was observed; else ``None``.
    tests
        Number of stages that are tested together, which share the significance level.
    level
        The significance level, which is stricter for further looks at a series.
    """

    failed: tuple[int, int]
    launched: tuple[int, int]
    configuration: int
    difference: Proportions
    p: float
    test: str
    possible: float | None
    tests: int = 1
    level: float = LEVEL

    @property
    def worse(self) -> bool:
        """Whether significantly more failed than before, or any orchestration failed because of its configuration."""
        more = self.difference.after > self.difference.before
        return bool(self.configuration) or (more and self.p <= self.level / self.tests)


def compare_failures(before: Sequence[StageResult], after: Sequence[StageResult], *, tests: int = 1) -> Failures | None:
    """Compare the failures of a stage's runs; ``None`` if a side has no run that counted them."""
    sides = [[stage for stage in side if stage.failed is not None and stage.launched] for side in (before, after)]
    failed = _pair([sum(stage.failed or 0 for stage in side) for side in sides])
    launched = _pair([sum(stage.launched or 0 for stage in side) for side in sides])
    # The workload counts a start that failed as failed and not as launched.
    failed = (min(failed[0], launched[0]), min(failed[1], launched[1]))
    difference = proportions(failed, launched)
    if difference is None:
        return None
    if min(map(len, sides)) >= 4 and max(map(len, sides)) <= LARGEST_SIDE:
        p, test = (
            rank_sum_p(*([(stage.failed or 0) / (stage.launched or 1) for stage in side] for side in sides)),
            "rank-sum",
        )
    else:
        p, test = fisher_p(failed, (launched[0] - failed[0], launched[1] - failed[1])), "Fisher"
    return Failures(
        failed=failed,
        launched=launched,
        configuration=sum(stage.failed_configuration or 0 for stage in sides[1]),
        difference=difference,
        p=p,
        test=test,
        possible=still_possible(launched[1]) if not failed[1] else None,
        tests=tests,
    )


def _pair(values: list[int]) -> tuple[int, int]:
    return values[0], values[1]
