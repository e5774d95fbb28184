"""The messages of the pprof format, as far as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from duronb.errors import StoreError
from duronb.ingest.exchange.protobuf import DamagedMessageError, fields, packed, signed
from duronb.ingest.exchange.whole import read_whole

LARGEST_MESSAGE = 2**30
"""Largest size of a message in bytes. It is read as a whole."""
_NUMBERS = frozenset({7, 8, 9, 10, 12, 14})  # fields of a profile that are numbers
_BLOCKS = frozenset({1, 2, 3, 4, 5, 6, 11, 13})
_DAMAGED = "Copy the file again, or write it again with the program that made it."


@dataclass(frozen=True, slots=True)
class ValueType:
    """A kind of values, such as ``cpu`` in ``nanoseconds``."""

    type: str
    unit: str

    @property
    def text(self) -> str:
        """Kind and unit in one text, as in pprof's own output."""
        return f"{self.type}/{self.unit}"


@dataclass(frozen=True, slots=True)
class PprofLocation:
    """A position in the code: its mapping's id, and the ids of its functions, inlined ones first."""

    mapping: int
    functions: tuple[int, ...]
    is_unnamed: bool


@dataclass(frozen=True, slots=True)
class PprofSample:
    """A sample: its locations as they are encoded, innermost first, its values and its labels."""

    locations: bytes
    location_ids: tuple[int, ...]
    values: tuple[int, ...]
    texts: dict[str, str]
    numbers: dict[str, int]


@dataclass(slots=True)
class PprofMessage:
    """A profile.

    Parameters
    ----------
    types
        The kinds of values that each sample has.
    samples
        All samples.
    mappings, functions
        Names by id.
    locations
        Locations by id.
    time_nanos
        Unix time of the start in nanoseconds; 0 if unknown.
    period_type, period
        What is between two samples, and how much of it.
    default_type
        The kind of values that is shown by default; may be empty.
    """

    types: list[ValueType] = field(default_factory=list)
    samples: list[PprofSample] = field(default_factory=list)
    mappings: dict[int, str] = field(default_factory=dict)
    functions: dict[int, str] = field(default_factory=dict)
    locations: dict[int, PprofLocation] = field(default_factory=dict)
    time_nanos: int = 0
    period_type: ValueType | None = None
    period: int = 0
    default_type: str = ""


def is_pprof(beginning: bytes) -> bool:
    """Return whether a file begins like a pprof message, whose fields have their numbers, types and texts."""
    found = 0
    try:
        for number, value in fields(beginning):
            if number not in (_NUMBERS if isinstance(value, int) else _BLOCKS):
                return number == 13 and isinstance(value, int) and found > 0
            if number == 1 and isinstance(value, bytes) and not _is_value_type(value):
                return False
            found += number == 1 or found > 0
    except DamagedMessageError:
        # The beginning may end inside a field, but a message of which no complete field was read is none.
        pass
    return found > 0


def read_message(chunks: Iterable[bytes]) -> PprofMessage:
    """Read a message.

    Raises
    ------
    StoreError
        The bytes are no such message, or too many.
    """
    try:
        return _profile(read_whole(chunks, LARGEST_MESSAGE, "pprof file"))
    except DamagedMessageError:
        raise StoreError("The pprof file is damaged, or not complete.", _DAMAGED) from None
    except IndexError:
        raise StoreError("The pprof file is damaged: a text is missing.", _DAMAGED) from None


def _profile(data: bytes) -> PprofMessage:
    blocks: dict[int, list[bytes]] = {number: [] for number in _BLOCKS}
    numbers: dict[int, int] = {}
    for number, value in fields(data):
        if isinstance(value, int):
            numbers[number] = value
        elif number in blocks:
            blocks[number].append(value)
        elif number in _NUMBERS:
            raise DamagedMessageError
    texts = [text.decode("utf-8", "replace") for text in blocks[6]] or [""]
    result = PprofMessage(
        types=[_value_type(block, texts) for block in blocks[1]],
        mappings={_id(each): texts[each.get(5, 0)] for each in map(_numbers, blocks[3])},
        functions={_id(each): texts[each.get(2, 0)] or texts[each.get(3, 0)] for each in map(_numbers, blocks[5])},
        time_nanos=max(0, signed(numbers.get(9, 0))),
        period_type=_value_type(blocks[11][-1], texts) if blocks[11] else None,
        period=signed(numbers.get(12, 0)),
        default_type=texts[numbers.get(14, 0)],
    )
    for block in blocks[4]:
        key, location = _location(block, result.functions)
        result.locations[key] = location
    labels: dict[bytes, tuple[str, str | None, int]] = {}
    result.samples = [_sample(block, texts, labels) for block in blocks[2]]
    return result


def _location(block: bytes, functions: dict[int, str]) -> tuple[int, PprofLocation]:
    key = mapping = 0
    lines = []
    for number, value in fields(block):
        if number == 4 and isinstance(value, bytes):
            lines.append(_numbers(value).get(1, 0))
        elif number == 1 and isinstance(value, int):
            key = value
        elif number == 2 and isinstance(value, int):
            mapping = value
    # The first line is the innermost inlined function.
    return key, PprofLocation(mapping, tuple(lines), is_unnamed=not lines or not functions.get(lines[0]))


def _sample(block: bytes, texts: list[str], labels: dict[bytes, tuple[str, str | None, int]]) -> PprofSample:
    locations: list[int] = []
    values: list[int] = []
    encoded = b""
    own_texts: dict[str, str] = {}
    own_numbers: dict[str, int] = {}
    for number, value in fields(block):
        if number in {1, 2}:
            target = locations if number == 1 else values
            if isinstance(value, bytes):
                target += packed(value)
            else:
                target.append(value)
        elif number == 3 and isinstance(value, bytes):
            label = labels.get(value)
            if label is None:
                parts = _numbers(value)
                text = texts[parts[2]] if 2 in parts else None
                label = labels[value] = texts[parts.get(1, 0)], text, signed(parts.get(3, 0))
            key, text, amount = label
            if text is None:
                own_numbers[key] = amount
            else:
                own_texts[key] = text
    encoded = b",".join(b"%d" % location for location in locations)
    return PprofSample(encoded, tuple(locations), tuple(map(signed, values)), own_texts, own_numbers)


def _value_type(block: bytes, texts: list[str]) -> ValueType:
    numbers = _numbers(block)
    return ValueType(texts[numbers.get(1, 0)], texts[numbers.get(2, 0)])


def _is_value_type(block: bytes) -> bool:
    try:
        return {number for number, value in fields(block) if isinstance(value, int)} in ({1, 2}, {1}) and len(
            block
        ) < 64
    except DamagedMessageError:
        return False


def _numbers(block: bytes) -> dict[int, int]:
    """Return the numbers of a message by their fields; the last one of each field."""
    return {number: value for number, value in fields(block) if isinstance(value, int)}


def _id(numbers: dict[int, int]) -> int:
    return numbers.get(1, 0)
