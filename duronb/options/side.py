"""The options of one side of an A/B: options of ``profile`` that apply to this side only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from duronb.errors import RequestError
from duronb.option import check_names
from duronb.options.parser import OptionParser, split_arguments
from duronb.quoting import quoted
from duronb.request import PROFILE_OPTIONS
from duronb.values import Schema

OF_BOTH_SIDES = ("label", "repo", "ref", "release", "engine", "rebuild", "store")
"""Fields that cannot be set for one side only: the subject, which the side itself names, and what both sides share."""
SIDE_FIELDS = tuple(name for name in PROFILE_OPTIONS if name not in OF_BOTH_SIDES)
_FLAGS = tuple(option for option in PROFILE_OPTIONS.values() if option.flags)


class _SideParser(OptionParser):
    """A parser for the options of one side. It has no help to refer to."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise RequestError(
            f"The options of a side cannot be read: {message}.", "Give options of profile, such as '--args \"7\"'."
        )


@dataclass(frozen=True, slots=True)
class SideOptions:
    """The type of the options of one side. The text is a command line in one word, the value a mapping of fields."""

    annotation: object = Mapping[str, object]

    def read(self, text: str, name: str) -> Mapping[str, object]:
        """Convert text such as ``--args '7' --stages file:2/2`` to a mapping of fields."""
        return self.check(_SideParser("options", _FLAGS).read(split_arguments(text)), name)

    def check(self, value: object, name: str) -> Mapping[str, object]:
        """Return the fields with checked values. Raise RequestError if a name or a value is invalid."""
        if not isinstance(value, Mapping):
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give options of profile.")
        for field in value:
            if field in OF_BOTH_SIDES:
                raise RequestError(
                    f"--{field} cannot be an option of one side.",
                    "Name the subject as a side, and give other options for both sides.",
                )
        check_names(value, SIDE_FIELDS, "an option of a side")
        return {field: PROFILE_OPTIONS[field].type.check(each, field) for field, each in value.items()}

    def text(self, value: object) -> str:
        """Return the fields that have a flag, as on a command line."""
        assert isinstance(value, Mapping)
        options = {name: PROFILE_OPTIONS[name] for name in value}
        return " ".join(
            f"{option.flags[0]}='{option.type.text(value[name])}'" for name, option in options.items() if option.flags
        )

    def schema(self) -> Schema:
        """Return the schema of an object with the fields of one side."""
        return {
            "type": "object",
            "properties": {name: PROFILE_OPTIONS[name].type.schema() for name in SIDE_FIELDS},
            "additionalProperties": False,
        }


def side_fields(options: str | Mapping[str, object] | None, name: str) -> Mapping[str, object]:
    """Return the fields for one side, which a Python caller gives as text or as a mapping.

    Raises
    ------
    RequestError
        An option is unknown, has an invalid value, or cannot be set for one side only.
    """
    if options is None:
        return {}
    return SideOptions().read(options, name) if isinstance(options, str) else SideOptions().check(options, name)
