"""Types of option values. Each reads text, checks Python values, and describes the same values as a JSON Schema."""

from __future__ import annotations

from duronb.values.numbers import Days, Duration, Integer, Percent
from duronb.values.protocol import Schema, ValueType
from duronb.values.split import shell_words
from duronb.values.texts import Choice, Switch, Text, TextList

__all__ = [
    "Choice",
    "Days",
    "Duration",
    "Integer",
    "Percent",
    "Schema",
    "Switch",
    "Text",
    "TextList",
    "ValueType",
    "shell_words",
]
