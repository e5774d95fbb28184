"""The lists of versions in constraints/ against the requirements in pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def named(requirements: list[str]) -> set[str]:
    """Return the normal form of the packages' names."""
    names = [re.match(r"[\w.-]+", text) for text in requirements]
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


@pytest.mark.parametrize(
    ("file", "groups"), [("development.txt", ["test", "lint", "build", "lock"]), ("oldest.txt", ["test"])]
)
def test_every_requirement_has_a_version(file: str, groups: list[str]) -> None:
    text = (ROOT / "constraints" / file).read_text(encoding="utf-8")
    versions = named([line for line in text.splitlines() if "==" in line])
    required = named(PROJECT["project"]["dependencies"])
    for group in groups:
        required |= named(PROJECT["dependency-groups"][group])
    assert required - versions == set(), "run make lock"


@pytest.mark.parametrize("file", ["development.txt", "oldest.txt"])
def test_no_address_of_an_index_is_kept(file: str) -> None:
    text = (ROOT / "constraints" / file).read_text(encoding="utf-8")
    assert re.findall(r"\S+://\S+|^-\S+.*$", text, re.MULTILINE) == []
