"""Parts of a run's record: JSON objects with typed fields, in which unknown keys are preserved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from types import NoneType
from typing import ClassVar, NamedTuple, Self, cast, get_type_hints

from duronb.errors import StoreError

Versions = tuple[str, ...]
Packages = Mapping[str, tuple[Versions, Versions]]
"""Versions of a locked package before and after, by its name."""

_NOT_STORED = frozenset({"extra", "stated"})


@dataclass(frozen=True, kw_only=True)
class RecordPart:
    """One JSON object of a record. A subclass adds its fields, each with a default.

    Parameters
    ----------
    extra
        Unknown keys of the object, such as those of a later version; written back as they were read.
    stated
        Names of the fields that are written even if they have their default: a record may state that a commit is
        unknown (``null``), or that there are no problems. It is ignored when parts are compared.
    """

    part: ClassVar[str] = "part"
    """Name of the object in messages."""

    extra: Mapping[str, object] = field(default_factory=dict)
    stated: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the part from a parsed JSON object.

        Parameters
        ----------
        value
            A parsed JSON value. ``null`` counts as a missing value.

        Raises
        ------
        StoreError
            The value is not an object, or a field has a value of the wrong type.
        """
        if not isinstance(value, dict):
            raise StoreError(f"{cls.part} is not a JSON object.", "Restore the record, or delete it.")
        form = _form(cls, tuple(value), tuple(map(type, value.values())))  # type: ignore[arg-type]  # a class is hashable
        made = object.__new__(cls)
        # The constructor would set every field, which is too slow for histories of thousands of runs. Fields that are
        # not stated have the defaults of the class.
        fields = vars(made)
        fields.update(value)
        for name in form.null:
            del fields[name]
        for name, reader in form.converted:
            fields[name] = reader.read(cls.part, name, fields[name])
        fields["extra"] = {name: fields.pop(name) for name in form.unknown}
        fields["stated"] = form.stated
        return made

    def to_json(self) -> dict[str, object]:
        """Return the object as plain JSON values: fields that are stated or not at their default, then ``extra``."""
        written = {}
        for name, default in _defaults(type(self)):  # type: ignore[arg-type]  # a class is hashable
            value = getattr(self, name)
            if name in self.stated or value != default:
                written[name] = _plain(value)
        return written | dict(self.extra)

    def updated(self, other: Self) -> Self:
        """Return this part updated with every value of another part that is not a default."""
        defaults = _defaults(type(other))  # type: ignore[arg-type]  # a class is hashable
        changes = {name: value for name, default in defaults if (value := getattr(other, name)) != default}
        extra = {**self.extra, **other.extra}
        return replace(self, **changes, extra=extra, stated=self.stated | other.stated)


class _Reader(NamedTuple):
    """How a field is read.

    Parameters
    ----------
    types
        Types of JSON values that need no conversion.
    convert
        Converts a value of another type, or raises ``TypeError``; ``None`` if no other type is accepted.
    expected
        Description of an accepted value, for messages.
    has_value
        The default is not ``None``, so that a record without the key differs from one that states it.
    """

    types: frozenset[type]
    convert: Callable[[object], object] | None
    expected: str
    has_value: bool

    def read(self, part: str, name: str, value: object) -> object:
        """Return the converted value, or raise StoreError."""
        try:
            if self.convert is not None:
                return self.convert(value)
        except TypeError:
            pass
        raise StoreError(f"{part}.{name} is not {self.expected}.", "Restore the record, or delete it.")


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise TypeError
    return tuple(value)


def _text_by_name(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise TypeError
    return value


def _packages(value: object) -> dict[str, tuple[Versions, Versions]]:
    if not isinstance(value, dict):
        raise TypeError
    packages = {}
    for name, versions in value.items():
        if not isinstance(versions, list | tuple) or len(versions) != 2:
            raise TypeError
        packages[name] = (_texts(versions[0]), _texts(versions[1]))
    return packages


_KINDS: dict[object, tuple[frozenset[type], Callable[[object], object] | None, str]] = {
    str: (frozenset({str}), None, "a string"),
    bool: (frozenset({bool}), None, "true or false"),
    int: (frozenset({int}), None, "an integer"),
    float: (frozenset({float, int}), None, "a number"),
    int | str: (frozenset({int, str}), None, "an integer or a string"),
    tuple[str, ...]: (frozenset(), _texts, "an array of strings"),
    Mapping[str, str]: (frozenset(), _text_by_name, "an object with strings as values"),
    Packages: (frozenset(), _packages, "an object with pairs of version lists as values"),
}
"""How each type of a field is read."""


class _Form(NamedTuple):
    """How an object with certain keys and types of values is read. Cached, since a store has few such forms.

    Parameters
    ----------
    null
        Fields that the object states as ``null``.
    converted
        Fields whose values are converted, with their readers.
    unknown
        Keys that are not fields.
    stated
        As in ``RecordPart``.
    """

    null: tuple[str, ...]
    converted: tuple[tuple[str, _Reader], ...]
    unknown: tuple[str, ...]
    stated: frozenset[str]


@lru_cache(maxsize=512)
def _form(part: type[RecordPart], names: tuple[str, ...], types: tuple[type, ...]) -> _Form:
    readers = _readers(part)  # type: ignore[arg-type]  # a class is hashable
    null = [name for name, kind in zip(names, types, strict=True) if name in readers and kind is NoneType]
    return _Form(
        null=tuple(null),
        converted=tuple(
            (name, readers[name])
            for name, kind in zip(names, types, strict=True)
            if name in readers and kind is not NoneType and kind not in readers[name].types
        ),
        unknown=tuple(name for name in names if name not in readers),
        stated=frozenset(null).union(name for name in names if name in readers and readers[name].has_value),
    )


@lru_cache(maxsize=32)
def _readers(part: type[RecordPart]) -> Mapping[str, _Reader]:
    hints = get_type_hints(part)
    defaults = _defaults(part)  # type: ignore[arg-type]  # a class is hashable
    return {name: _reader(hints[name], default) for name, default in defaults}


def _reader(hint: object, default: object) -> _Reader:
    kind = _without_none(hint)
    if isinstance(kind, type) and issubclass(kind, RecordPart):
        return _Reader(frozenset(), kind.from_json, "an object", default is not None)
    return _Reader(*_KINDS[kind], default is not None)


def _without_none(hint: object) -> object:
    """Return the type ``T`` of a field ``T | None``."""
    for kind in _KINDS:
        if hint == (kind | None):  # type: ignore[operator]  # types can be united
            return kind
    kinds = [each for each in getattr(hint, "__args__", ()) if isinstance(each, type) and each is not NoneType]
    return kinds[0] if len(kinds) == 1 and issubclass(kinds[0], RecordPart) else hint


@lru_cache(maxsize=32)
def _defaults(part: type[RecordPart]) -> tuple[tuple[str, object], ...]:
    return tuple((each.name, cast("object", each.default)) for each in fields(part) if each.name not in _NOT_STORED)


def _plain(value: object) -> object:
    if isinstance(value, RecordPart):
        return value.to_json()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value
