"""The layout says what it is: a line for each folder, a sentence in each package, rooms that can be overlooked."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import ROOT

PACKAGE = ROOT / "duronb"
ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))
MOST_FILES = 14
"""Modules of a room: about twelve; there are 14 commands, each with its module."""
LONGEST = 300
"""Lines of a module. Most have fewer than 250; one concept may take a few more."""
WITHOUT_ROOM = {"benchmarks", "data", "docker", "end_to_end", "kernel", "packaging", "ui", "views/agreement"}
"""Folders of tests of the whole: with real tools, of what is built, of Python and TypeScript together."""


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_a_package_says_what_lives_there_and_has_few_modules(room: Path) -> None:
    described = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    assert described
    assert described.splitlines()[0].endswith(".")
    assert len([path for path in room.glob("*.py") if path.name != "__init__.py"]) <= MOST_FILES


def test_the_list_of_folders_is_complete() -> None:
    listed = (PACKAGE / "README.md").read_text(encoding="utf-8")
    assert [str(room) for room in ROOMS if room != PACKAGE and f"`{room.relative_to(PACKAGE)}/`" not in listed] == []
    viewer = ROOT / "labextension" / "src"
    there = {path.parent.relative_to(viewer) for path in viewer.rglob("*.ts")} - {Path()}
    named = (viewer / "README.md").read_text(encoding="utf-8")
    assert [str(folder) for folder in sorted(there) if f"`{folder}/`" not in named] == []


def test_no_module_is_long() -> None:
    found = [*PACKAGE.rglob("*.py"), *(PACKAGE / "subject").rglob("*.rs"), *(ROOT / "labextension/src").rglob("*.ts")]
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in found}
    assert {name: lines for name, lines in long.items() if lines > LONGEST and "/target/" not in name} == {}


def test_tests_lie_in_the_folder_of_their_room() -> None:
    tests = ROOT / "tests"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("*.py")}
    of_a_room = {folder for folder in folders if not {str(each) for each in (folder, *folder.parents)} & WITHOUT_ROOM}
    assert [str(folder) for folder in sorted(of_a_room) if not (PACKAGE / folder / "__init__.py").is_file()] == []
    assert [name for name in sorted(WITHOUT_ROOM) if (PACKAGE / name).is_dir()] == []
    assert [name for name in sorted(WITHOUT_ROOM) if not (tests / name).is_dir()] == []
