"""The parts of a stored run as text, parsed at their first use: who lists ten thousand runs looks at few of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json import decoder
from typing import Any, overload

from duronb.errors import DuronbError, StoreError
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

MAPPINGS = ("subject", "environment", "clocks", "quality", "series")
PARTS = ("request", "stages", *MAPPINGS)
_BETWEEN = "\x1f"
"""Stands between stages; in JSON it is escaped."""
_NAME = '{"name":'
_DECODER, _ENCODER = json.JSONDecoder(), json.JSONEncoder(separators=(",", ":"))
_scan_string: Callable[[str, int], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Packed:
    """The parts of a record as text.

    Parameters
    ----------
    content
        JSON of each in the order of ``PARTS``, one behind the other, ASCII.
    sizes
        Characters of each.
    """

    content: bytes | memoryview
    sizes: Sequence[int]

    def text(self, name: str) -> str:
        """Return the text of the part called ``name``, of ``PARTS``."""
        place = PARTS.index(name)
        start = sum(self.sizes[:place])
        return str(self.content[start : start + self.sizes[place]], "ascii")


def pack_parts(fields: Mapping[str, Any]) -> Packed:
    """Return the parts of a record."""
    stages = _BETWEEN.join(_text({"name": stage["name"]} | stage) for stage in fields["stages"])
    texts = [_text(fields["request"]), stages, *(_text(fields.get(name, {})) for name in MAPPINGS)]
    return Packed("".join(texts).encode("ascii"), [len(text) for text in texts])


def part_of(name: str, packed: Packed) -> Any:
    """Return the value of the part called ``name``.

    Raises
    ------
    StoreError
        It is not what ``pack_parts`` gave.
    """
    try:
        text = packed.text(name)
        if name == "stages":
            return StoredStages(text.split(_BETWEEN) if text else [])
        if name == "request":
            return _request(text)
        value = _value(text) if text != "{}" else {}
        if not isinstance(value, dict):
            raise TypeError("it is none")
    except (TypeError, ValueError, AttributeError, RecursionError, DuronbError) as error:
        raise StoreError(f"The {name} of a listed run is damaged: {error}.", "List the runs again.") from None
    return value


class StoredStages(Sequence[StageResult]):
    """Stages of a run, each parsed when it is asked for.

    Parameters
    ----------
    texts
        JSON of each, its name first.
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
        return map(self._at, range(len(self)))

    @overload
    def __getitem__(self, index: int) -> StageResult: ...
    @overload
    def __getitem__(self, index: slice) -> list[StageResult]: ...
    def __getitem__(self, index: int | slice) -> StageResult | list[StageResult]:
        found = range(len(self))[index]
        return self._at(found) if isinstance(found, int) else list(map(self._at, found))

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
                return self._at(index)
        raise KeyError(name)

    def _at(self, index: int) -> StageResult:
        if index not in self._parsed:
            self._parsed[index] = StageResult.from_json(_value(self._texts[index]))
        return self._parsed[index]


def stage_names(stages: Sequence[StageResult]) -> list[str]:
    """Return the names of stages, without parsing them where they are stored."""
    return stages.names if isinstance(stages, StoredStages) else [stage.name for stage in stages]


def _value(text: str) -> Any:
    """Parse a text that ``_text`` gave; ``json.loads`` would take half as long again."""
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("it is longer than it should be")
    return value


def _text(value: Any) -> str:
    return _ENCODER.encode(value)


@lru_cache(maxsize=64)
def _beginning(name: str) -> str:
    return f"{_NAME}{_text(name)}"


@lru_cache(maxsize=1024)
def _request(text: str) -> ProfileRequest:
    return ProfileRequest.from_json(_value(text))
