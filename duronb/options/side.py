"""The options of one side of an A/B: options of a profile that the other side does not have."""

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
"""What one side cannot have alone: the side names the subject, and the rest belongs to both."""
SIDE_FIELDS = tuple(name for name in PROFILE_OPTIONS if name not in OF_BOTH_SIDES)
_FLAGS = tuple(option for option in PROFILE_OPTIONS.values() if option.flags)


class _SideParser(OptionParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise RequestError(
            f"The options of a side cannot be read: {message}.", "Give options of a profile, such as '--args \"7\"'."
        )


@dataclass(frozen=True, slots=True)
class SideOptions:
    """Fields of a request for one side; as text the options of a command line, in one word."""

    annotation: object = Mapping[str, object]

    def read(self, text: str, name: str) -> Mapping[str, object]:
        """Read ``--args '7' --stages file:2/2`` as fields."""
        return self.check(_SideParser("options", _FLAGS).read(split_arguments(text)), name)

    def check(self, value: object, name: str) -> Mapping[str, object]:
        """Check names and values of fields."""
        if not isinstance(value, Mapping):
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give options of a profile.")
        for field in value:
            if field in OF_BOTH_SIDES:
                raise RequestError(
                    f"--{field} cannot be an option of one side.",
                    "Name the subject as a side; give the rest for both.",
                )
        check_names(value, SIDE_FIELDS, "an option of a side")
        return {field: PROFILE_OPTIONS[field].type.check(each, field) for field, each in value.items()}

    def text(self, value: object) -> str:
        """Write the fields that have a flag as on a command line."""
        assert isinstance(value, Mapping)
        options = {name: PROFILE_OPTIONS[name] for name in value}
        return " ".join(
            f"{option.flags[0]}='{option.type.text(value[name])}'" for name, option in options.items() if option.flags
        )

    def schema(self) -> Schema:
        """Return an object with the fields of one side."""
        return {
            "type": "object",
            "properties": {name: PROFILE_OPTIONS[name].type.schema() for name in SIDE_FIELDS},
            "additionalProperties": False,
        }


def side_fields(options: str | Mapping[str, object] | None, name: str) -> Mapping[str, object]:
    """Return the fields that a Python caller gave for one side: as text, or as a mapping.

    Raises
    ------
    RequestError
        An option is unknown, has a wrong value, or belongs to both sides.
    """
    if options is None:
        return {}
    return SideOptions().read(options, name) if isinstance(options, str) else SideOptions().check(options, name)
