"""Encodings of OTLP profiles: JSON objects with the names of the format's JSON encoding, as protobuf.

The messages and the numbers of their fields are those of version 1.10.0 of the protocol's definition, in which profiles
are still under development.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from duronb.views.formats.protobuf import block, fixed64, fixed64_field, number, numbers

PROTO_VERSION = "1.10.0"
"""Version of the definition of the protocol that is written."""

Encode = Callable[[int, Any], bytes]
Schema = Mapping[str, tuple[int, Encode]]
"""Number and encoder of each field by its name in JSON."""


def encoded(message: Mapping[str, Any]) -> bytes:
    """Return a ``ProfilesData`` message in protobuf.

    Parameters
    ----------
    message
        The message in its JSON encoding: integers of 64 bits are decimal strings.
    """
    return _message(_PROFILES_DATA, message)


def _message(schema: Schema, message: Mapping[str, Any]) -> bytes:
    parts = []
    for name, value in message.items():
        field, encode = schema[name]
        parts.append(encode(field, value))
    return b"".join(parts)


def _one(schema: Schema) -> Encode:
    return lambda field, value: block(field, _message(schema, value))


def _all(schema: Schema) -> Encode:
    # The first entry of a table is an empty message, which must be present.
    return lambda field, values: b"".join(block(field, _message(schema, value)) for value in values)


def _text(field: int, value: str) -> bytes:
    return block(field, value.encode())


def _texts(field: int, values: list[str]) -> bytes:
    return b"".join(_text(field, value) for value in values)


def _integer(field: int, value: int | str) -> bytes:
    return number(field, int(value))


def _integers(field: int, values: list[int] | list[str]) -> bytes:
    return numbers(field, map(int, values))


def _fixed(field: int, value: str) -> bytes:
    return fixed64_field(field, int(value))


def _fixeds(field: int, values: list[str]) -> bytes:
    return block(field, b"".join(fixed64(int(value)) for value in values)) if values else b""


_ANY_VALUE: Schema = {"stringValue": (1, _text)}
_KEY_VALUE: Schema = {"key": (1, _text), "value": (2, _one(_ANY_VALUE))}
_RESOURCE: Schema = {"attributes": (1, _all(_KEY_VALUE))}
_SCOPE: Schema = {"name": (1, _text), "version": (2, _text), "attributes": (3, _all(_KEY_VALUE))}
_VALUE_TYPE: Schema = {"typeStrindex": (1, _integer), "unitStrindex": (2, _integer)}
_SAMPLE: Schema = {
    "stackIndex": (1, _integer),
    "attributeIndices": (2, _integers),
    "values": (4, _integers),
    "timestampsUnixNano": (5, _fixeds),
}
_PROFILE: Schema = {
    "sampleType": (1, _one(_VALUE_TYPE)),
    "samples": (2, _all(_SAMPLE)),
    "timeUnixNano": (3, _fixed),
    "durationNano": (4, _integer),
    "periodType": (5, _one(_VALUE_TYPE)),
    "period": (6, _integer),
}
_SCOPE_PROFILES: Schema = {"scope": (1, _one(_SCOPE)), "profiles": (2, _all(_PROFILE))}
_RESOURCE_PROFILES: Schema = {"resource": (1, _one(_RESOURCE)), "scopeProfiles": (2, _all(_SCOPE_PROFILES))}
_MAPPING: Schema = {"filenameStrindex": (4, _integer)}
_LINE: Schema = {"functionIndex": (1, _integer)}
_LOCATION: Schema = {
    "mappingIndex": (1, _integer),
    "lines": (3, _all(_LINE)),
    "attributeIndices": (4, _integers),
}
_FUNCTION: Schema = {"nameStrindex": (1, _integer)}
_STACK: Schema = {"locationIndices": (1, _integers)}
_ATTRIBUTE: Schema = {"keyStrindex": (1, _integer), "value": (2, _one(_ANY_VALUE))}
_DICTIONARY: Schema = {
    "mappingTable": (1, _all(_MAPPING)),
    "locationTable": (2, _all(_LOCATION)),
    "functionTable": (3, _all(_FUNCTION)),
    "linkTable": (4, _all({})),
    "stringTable": (5, _texts),
    "attributeTable": (6, _all(_ATTRIBUTE)),
    "stackTable": (7, _all(_STACK)),
}
_PROFILES_DATA: Schema = {"resourceProfiles": (1, _all(_RESOURCE_PROFILES)), "dictionary": (2, _one(_DICTIONARY))}
