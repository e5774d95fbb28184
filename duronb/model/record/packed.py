"""The parts of a stored run as text, parsed at their first use: a listing of ten thousand runs needs few of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from json import decoder
from typing import TypeVar, overload

from duronb.errors import DuronbError, StoreError
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

T = TypeVar("T")

_OBJECTS = ("subject", "environment", "clocks", "quality", "series")
PARTS = ("request", "stages", *_OBJECTS)
"""The parts that are packed, in their order."""
_PLACES = {name: index for index, name in enumerate(PARTS)}
_SEPARATOR = "\x1f"
"""Separates stages. It cannot occur within them, since JSON escapes it."""
_NAME = '{"name":'
_DECODER, _ENCODER = json.JSONDecoder(), json.JSONEncoder(separators=(",", ":"))
_scan_string: Callable[[str, int], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Packed:
    """The parts of a record as text.

    Parameters
    ----------
    content
        JSON of all parts in the order of ``PARTS``, without separators, ASCII.
    sizes
        Number of characters of each part.
    """

    content: bytes | memoryview
    sizes: Sequence[int]

    def text(self, name: str) -> str:
        """Return the text of the part called ``name``, one of ``PARTS``."""
        index = _PLACES[name]
        start = sum(self.sizes[:index])
        return str(self.content[start : start + self.sizes[index]], "ascii")


def pack_parts(fields: Mapping[str, object]) -> Packed:
    """Pack the parts of a record that ``RunRecord.from_json`` accepted.

    Parameters
    ----------
    fields
        The content of its ``run.json``.
    """
    stages = fields["stages"]
    assert isinstance(stages, list)
    joined = _SEPARATOR.join(_text({"name": stage["name"]} | stage) for stage in stages)
    texts = [_text(fields["request"]), joined, *(_text(fields.get(name, {})) for name in _OBJECTS)]
    return Packed("".join(texts).encode("ascii"), [len(text) for text in texts])


class PackedParts:
    """The parts of a record, each parsed at its first use. It has the attributes of ``RunParts``.

    Parameters
    ----------
    packed
        The text of the parts.

    Raises
    ------
    StoreError
        An attribute was read whose text is not what ``pack_parts`` returned.
    """

    def __init__(self, packed: Packed) -> None:
        self._packed = packed

    @cached_property
    def request(self) -> ProfileRequest:
        """What the user asked for."""
        return self._parse_part("request", _request)

    @cached_property
    def subject(self) -> Subject:
        """What was measured."""
        return self._parse_part("subject", _subject)

    @cached_property
    def environment(self) -> Environment:
        """Where it was measured."""
        return self._parse_part("environment", lambda text: Environment.from_json(_value(text)))

    @cached_property
    def clocks(self) -> Clocks:
        """How sample times relate to log times."""
        return self._parse_part("clocks", _clocks)

    @cached_property
    def stages(self) -> PackedStages:
        """Results in the order they ran."""
        return self._parse_part("stages", lambda text: PackedStages(text.split(_SEPARATOR) if text else []))

    @cached_property
    def quality(self) -> Quality:
        """What limits how far the numbers can be trusted."""
        return self._parse_part("quality", lambda text: Quality.from_json(_value(text)))

    @cached_property
    def series(self) -> SeriesMember:
        """Membership in an A/B."""
        return self._parse_part("series", _series)

    def _parse_part(self, name: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(self._packed.text(name))
        except (TypeError, ValueError, AttributeError, RecursionError, DuronbError) as error:
            raise StoreError(f"The {name} of a listed run is damaged: {error}.", "List the runs again.") from None


class PackedStages(Sequence[StageResult]):
    """Stages of a run, each parsed at its first use.

    Parameters
    ----------
    texts
        JSON of each stage, its name first.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._parsed: dict[int, StageResult] = {}

    @property
    def names(self) -> list[str]:
        """Names of the stages, in the order they ran."""
        return [_scan_string(text, len(_NAME) + 1)[0] for text in self._texts]

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[StageResult]:
        return map(self._stage_at, range(len(self)))

    @overload
    def __getitem__(self, index: int) -> StageResult: ...
    @overload
    def __getitem__(self, index: slice) -> list[StageResult]: ...
    def __getitem__(self, index: int | slice) -> StageResult | list[StageResult]:
        found = range(len(self))[index]
        return self._stage_at(found) if isinstance(found, int) else list(map(self._stage_at, found))

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))

    def named(self, name: str) -> StageResult:
        """Return the stage called ``name``, or raise KeyError."""
        beginning = _beginning(name)
        for index, text in enumerate(self._texts):
            if text.startswith(beginning):
                return self._stage_at(index)
        raise KeyError(name)

    def _stage_at(self, index: int) -> StageResult:
        if index not in self._parsed:
            fields = _value(self._texts[index])
            if not isinstance(fields, dict):
                raise StoreError("A stage of a listed run is damaged.", "List the runs again.")
            self._parsed[index] = StageResult.from_json(fields)
        return self._parsed[index]


def stage_names(stages: Sequence[StageResult]) -> list[str]:
    """Return the names of stages. Packed stages are not parsed for it."""
    return stages.names if isinstance(stages, PackedStages) else [stage.name for stage in stages]


def _value(text: str) -> object:
    """Parse a text that ``_text`` returned. ``json.loads`` would take 50 % longer."""
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("text follows its end")
    parsed: object = value
    return parsed


def _text(value: object) -> str:
    return _ENCODER.encode(value)


@lru_cache(maxsize=64)
def _beginning(name: str) -> str:
    return f"{_NAME}{_text(name)}"


# Many runs share these texts, and the parts are immutable, so they can be shared, too.
@lru_cache(maxsize=1024)
def _request(text: str) -> ProfileRequest:
    fields = _value(text)
    if not isinstance(fields, dict):
        raise TypeError("it is not an object")
    return ProfileRequest.from_json(fields)


@lru_cache(maxsize=1024)
def _subject(text: str) -> Subject:
    return Subject.from_json(_value(text))


@lru_cache(maxsize=64)
def _clocks(text: str) -> Clocks:
    return Clocks.from_json(_value(text))


@lru_cache(maxsize=64)
def _series(text: str) -> SeriesMember:
    return SeriesMember.from_json(_value(text))
