"""The parts of a run's record, all of them parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from duronb.errors import StoreError
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest


@dataclass(frozen=True, kw_only=True)
class RunParts:
    """The parts of a record.

    Parameters
    ----------
    request
        What the user asked for.
    subject
        What was measured.
    environment
        Where it was measured.
    stages
        Results in the order they ran.
    quality
        What limits how far the numbers can be trusted.
    clocks
        How sample times relate to log times.
    series
        Membership in an A/B.
    """

    request: ProfileRequest
    subject: Subject
    environment: Environment
    stages: Sequence[StageResult]
    quality: Quality
    clocks: Clocks = field(default_factory=Clocks)
    series: SeriesMember = field(default_factory=SeriesMember)

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> RunParts:
        """Return the parts from a record.

        Parameters
        ----------
        fields
            The content of ``run.json``.

        Raises
        ------
        StoreError, RequestError, KeyError, TypeError, ValueError, AttributeError
            A part is missing, or is not what ``RunRecord.to_json`` returned.
        """
        request, stages = fields["request"], fields["stages"]
        if not isinstance(request, dict):
            raise StoreError("request is not a JSON object.")
        if not isinstance(stages, list):
            raise StoreError("stages is not an array.")
        if not all(isinstance(stage, dict) for stage in stages):
            raise StoreError("A stage is not a JSON object.")
        try:
            asked = ProfileRequest.from_json(request)
        except TypeError:
            raise StoreError("A value of request has the wrong type.") from None
        return cls(
            request=asked,
            subject=Subject.from_json(fields["subject"]),
            environment=Environment.from_json(fields["environment"]),
            stages=[StageResult.from_json(stage) for stage in stages],
            quality=Quality.from_json(fields["quality"]),
            clocks=Clocks.from_json(fields["clocks"]),
            series=SeriesMember.from_json(fields.get("series", {})),
        )


class PartChanges(TypedDict, total=False):
    """Some of the fields of ``RunParts``: the parts that ``RunRecord.with_parts`` replaces."""

    request: ProfileRequest
    subject: Subject
    environment: Environment
    stages: Sequence[StageResult]
    quality: Quality
    clocks: Clocks
    series: SeriesMember
