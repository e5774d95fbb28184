"""The reference of the options in the documentation is the one that the tables make."""

from __future__ import annotations

from pathlib import Path

from duronb.options.reference import reference
from duronb.options.tables import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "options.md"


def test_the_page_is_in_step_with_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "Run: python -m duronb.options.reference > docs/reference/options.md"
    )


def test_the_page_has_every_flag_of_every_command() -> None:
    sections = dict(zip(TABLES, reference().split("\n## ")[1:], strict=True))
    missing = [
        (name, flag)
        for name, table in TABLES.items()
        for option in (*table.options, *table.command_only)
        for flag in option.flags
        if f"`{flag}`" not in sections[name]
    ]
    assert missing == []
