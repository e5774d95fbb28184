from __future__ import annotations

import pytest

from duronb.capture.notices.samples import sample_notices
from duronb.model.build import ProfileBuilder
from duronb.model.profile import Profile
from duronb.model.record.quality import Quality
from duronb.model.stage import StageResult


def profile(samples: int) -> Profile:
    builder = ProfileBuilder()
    if samples:
        builder.add((builder.frame("work", "bin"),), "thread", 1.0, samples)
    return builder.build((), 999.0)


def stages(*samples: int) -> list[StageResult]:
    return [StageResult(name=f"s{number}", samples=count) for number, count in enumerate(samples, 1)]


@pytest.mark.parametrize(
    ("samples", "counts", "said"),
    [
        # 1.96 * sqrt(0.1 * 0.9 / 96) = 0.0600; of 499: 0.0263; of 12: 0.1697
        (96, (96,), "Few samples: 96 in s1. That means a share of 10 % of 96 samples is uncertain by ±6 percentage"),
        (499, (), "Few samples: 499. That means a share of 10 % of 499 samples is uncertain by ±3 percentage points."),
        (
            900,
            (12, 500, 388),
            "Few samples: 12 in s1, 388 in s3. That means a share of 10 % of 12 samples is uncertain",
        ),
        (900, (900, 0), "Few samples: 0 in s2. That means the shares of a stage without samples are unknown."),
        (60, (10,) * 6, "10 in s4 and 2 more stages. That means"),
    ],
)
def test_few_samples_are_reported_with_what_that_means(samples: int, counts: tuple[int, ...], said: str) -> None:
    (notice,) = sample_notices(profile(samples), stages(*counts), Quality())
    assert said in notice
    assert notice.endswith("Record for longer, or at a higher frequency.")


@pytest.mark.parametrize(("samples", "counts"), [(0, ()), (500, ()), (1000, (500, 500))])
def test_enough_samples_are_not_reported(samples: int, counts: tuple[int, ...]) -> None:
    # That there are no samples at all has a notice of its own.
    assert sample_notices(profile(samples), stages(*counts), Quality()) == []


def test_lines_that_were_not_understood_are_reported() -> None:
    (notice,) = sample_notices(profile(500), (), Quality(sample_lines_not_understood=1234))
    assert notice == "Lines of the samples that were not understood: 1,234."
    assert sample_notices(profile(500), (), Quality(sample_lines_not_understood=0)) == []
