"""The layout says what it is: a line for each folder, a sentence in each package, rooms that can be overlooked."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests import ROOT

PACKAGE = ROOT / "duronb"
VIEWER = ROOT / "labextension" / "src"
ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))
MOST_FILES = 14
"""Modules of a room, in Python and in TypeScript: about twelve; there are 14 commands, each with its module."""
LONGEST = 300
"""Lines of a module or a style sheet. Most have fewer than 250; one concept may take a few more."""
WITHOUT_ROOM = {
    "benchmarks",
    "data",
    "docker",
    "end_to_end",
    "kernel",
    "packaging",
    "simulations",
    "stress",
    "ui",
    "views/agreement",
}
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
    there = {path.parent.relative_to(VIEWER) for path in VIEWER.rglob("*.ts")} - {Path()}
    named = (VIEWER / "README.md").read_text(encoding="utf-8")
    assert [str(folder) for folder in sorted(there) if f"`{folder}/`" not in named] == []


def test_a_folder_of_typescript_has_few_modules() -> None:
    # A test lies beside its module.
    modules = [path for path in VIEWER.rglob("*.ts") if not path.name.endswith(".spec.ts")]
    sizes = Counter(str(path.parent.relative_to(VIEWER)) for path in modules)
    assert len(sizes) > 20
    assert {folder: files for folder, files in sizes.items() if files > MOST_FILES} == {}


def test_no_module_is_long() -> None:
    found = [*PACKAGE.rglob("*.py"), *(PACKAGE / "subject").rglob("*.rs"), *VIEWER.rglob("*.ts"), *_style_sheets()]
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in found}
    assert {name: lines for name, lines in long.items() if lines > LONGEST and "/target/" not in name} == {}


def _style_sheets() -> list[Path]:
    """Return the style sheets that are edited, without what the build writes into the package."""
    sheets = [*VIEWER.rglob("*.css"), *(ROOT / "labextension" / "style").rglob("*.css"), *PACKAGE.rglob("*.css")]
    return [sheet for sheet in sheets if not sheet.is_relative_to(PACKAGE / "labextension")]


def test_tests_lie_in_the_folder_of_their_room() -> None:
    tests = ROOT / "tests"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("*.py")}
    of_a_room = {folder for folder in folders if not {str(each) for each in (folder, *folder.parents)} & WITHOUT_ROOM}
    assert [str(folder) for folder in sorted(of_a_room) if not (PACKAGE / folder / "__init__.py").is_file()] == []
    assert [name for name in sorted(WITHOUT_ROOM) if (PACKAGE / name).is_dir()] == []
    assert [name for name in sorted(WITHOUT_ROOM) if not (tests / name).is_dir()] == []
