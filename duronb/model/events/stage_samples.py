"""The numbers of samples of each stage, and how many of them are timer artefacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from duronb.model.events.artefacts import artefact_samples
from duronb.model.profile import Profile
from duronb.model.stage import StageResult


def with_samples(stages: Sequence[StageResult], profile: Profile, event: str | None) -> list[StageResult]:
    """Return the stages with their numbers of samples and of artefacts filled in.

    Parameters
    ----------
    stages
        The stages.
    profile
        The view of one event, whose counts are samples.
    event
        Name of the event; ``None`` if unknown, and then no sample is an artefact.
    """
    per_stage = np.bincount(profile.stage, weights=profile.count, minlength=len(profile.stages))
    samples = {name: int(number) for name, number in zip(profile.stages, per_stage, strict=True)}
    artefacts = artefact_samples(profile, event)
    return [
        replace(stage, samples=samples.get(stage.name, 0), artefact_samples=artefacts.get(stage.name, 0))
        for stage in stages
    ]
