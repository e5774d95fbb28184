"""The content of `recording.json`: what another process needs to finish the recording of a killed one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from duronb.engine.protocol import Ended
from duronb.errors import RequestError, StoreError
from duronb.model.record.environment import Environment
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.request import ProfileRequest
from duronb.subject.plan import Expects


@dataclass(frozen=True, kw_only=True)
class RecordingFacts:
    """The description of a recording by the process that owns it.

    Parameters
    ----------
    engine
        Name of the engine that records.
    sampler
        Name of the sampler.
    store
        Root of the store that the run goes to.
    created
        When the workload was started, with a zone.
    request
        What the user asked for.
    subject
        What is measured.
    environment
        Where it is measured.
    build_seconds
        Wall time of the build step.
    expects
        What the workload's log must state.
    notices
        Notices on the run.
    series
        Membership in an A/B.
    ended
        How the workload ended; ``None`` while it runs.
    repetitions
        How often a workload without stages ran to its end; ``None`` if unknown.
    extra
        Unknown keys, such as those of a later version; written back as they were read.
    """

    engine: str
    sampler: str
    store: str
    created: datetime
    request: ProfileRequest
    subject: Subject
    environment: Environment
    build_seconds: float
    expects: Expects
    notices: tuple[str, ...] = ()
    series: SeriesMember = field(default_factory=SeriesMember)
    ended: Ended | None = None
    repetitions: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the facts as plain JSON values."""
        facts: dict[str, object] = {
            "engine": self.engine,
            "sampler": self.sampler,
            "store": self.store,
            "created": self.created.isoformat(),
            "request": self.request.to_json(),
            "subject": self.subject.to_json(),
            "environment": self.environment.to_json(),
            "build_seconds": self.build_seconds,
            "expects": self.expects.to_json(),
            "notices": list(self.notices),
            "series": self.series.to_json(),
        }
        if self.ended is not None:
            facts["ended"] = {"exit_code": self.ended.exit_code, "interrupted": self.ended.interrupted}
        if self.repetitions is not None:
            facts["repetitions"] = self.repetitions
        return facts | dict(self.extra)

    @classmethod
    def from_json(cls, value: object) -> RecordingFacts:
        """Return the facts from the content of ``recording.json``.

        Raises
        ------
        StoreError
            The value is not what ``to_json`` returned.
        """
        if not isinstance(value, dict):
            raise _damaged("it is not a JSON object")
        fields = dict(value)
        try:
            created = datetime.fromisoformat(_text(fields, "created"))
            request, notices, ended = fields.pop("request"), fields.pop("notices", []), fields.pop("ended", None)
            seconds, repetitions = fields.pop("build_seconds"), fields.pop("repetitions", None)
            if not isinstance(request, dict) or type(seconds) not in {int, float}:
                raise TypeError
            if repetitions is not None and type(repetitions) is not int:
                raise TypeError
            if not isinstance(notices, list) or not all(isinstance(notice, str) for notice in notices):
                raise TypeError
            return cls(
                engine=_text(fields, "engine"),
                sampler=_text(fields, "sampler"),
                store=_text(fields, "store"),
                created=created,
                request=ProfileRequest.from_json(request),
                subject=Subject.from_json(fields.pop("subject")),
                environment=Environment.from_json(fields.pop("environment")),
                build_seconds=seconds,
                expects=_expects(fields.pop("expects")),
                notices=tuple(notices),
                series=SeriesMember.from_json(fields.pop("series", {})),
                ended=None if ended is None else _ended(ended),
                repetitions=repetitions,
                extra=fields,
            )
        except RequestError as error:
            raise _damaged(error.message.removesuffix(".")) from None
        except KeyError as error:
            raise _damaged(f"it has no {error.args[0]}") from None
        except (TypeError, ValueError):
            raise _damaged("a value has the wrong type") from None


def _damaged(what: str) -> StoreError:
    return StoreError(f"recording.json is damaged: {what}.", "Delete the directory of the recording.")


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.pop(name)
    if not isinstance(value, str):
        raise TypeError
    return value


def _expects(value: object) -> Expects:
    if not isinstance(value, dict) or not all(type(value[name]) is int for name in ("stages", "seconds")):
        raise TypeError
    return Expects(stages=value["stages"], seconds=value["seconds"])


def _ended(value: object) -> Ended:
    if not isinstance(value, dict) or type(value["exit_code"]) is not int:
        raise TypeError
    return Ended(exit_code=value["exit_code"], interrupted=value.get("interrupted") is True)
