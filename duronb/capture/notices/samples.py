"""Notices on the samples of a run: too few of them, or lines that were not understood."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from duronb.model.profile import Profile
from duronb.model.record.quality import Quality
from duronb.model.stage import StageResult

FEW_SAMPLES = 500
"""Number of samples of a stage below which a notice says that there are few.

With 500 samples the 95 % confidence interval of a share of 10 % is ±2.6 percentage points, a quarter of the share. With
fewer samples a difference between two functions of the hottest ten is often chance.
"""

_SHARE = 0.1
_NORMAL_95 = 1.96
_MOST_NAMED = 4


def sample_notices(profile: Profile, stages: Sequence[StageResult], quality: Quality) -> list[str]:
    """Return the notices on the samples of a run.

    Parameters
    ----------
    profile
        The samples.
    stages
        The stages of the run with their numbers of samples; empty for a run without stages.
    quality
        What the reader of the samples reports.
    """
    notices = []
    if quality.sample_lines_not_understood:
        notices.append(f"Lines of the samples that were not understood: {quality.sample_lines_not_understood:,}.")
    return [*notices, *_few(profile, stages)]


def _few(profile: Profile, stages: Sequence[StageResult]) -> list[str]:
    if not profile.samples:
        return []
    counts = {stage.name: stage.samples for stage in stages} or {"": profile.samples}
    few = {name: count for name, count in counts.items() if count < FEW_SAMPLES}
    if not few:
        return []
    listed = [f"{count:,} in {name}" if name else f"{count:,}" for name, count in few.items()]
    more = f" and {len(listed) - _MOST_NAMED} more stages" if len(listed) > _MOST_NAMED else ""
    fewest, which = min(few.values()), f"{', '.join(listed[:_MOST_NAMED])}{more}"
    points = 100 * _NORMAL_95 * sqrt(_SHARE * (1 - _SHARE) / max(1, fewest))
    means = (
        f"a share of 10 % of {fewest:,} samples is uncertain by ±{points:.0f} percentage points"
        if fewest
        else "the shares of a stage without samples are unknown"
    )
    return [f"Few samples: {which}. That means {means}. Record for longer, or at a higher frequency."]
