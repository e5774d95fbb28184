"""What a message tells the user to type exists, and is named as the front end has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import duronb
from duronb.options.remedy import command, use_front
from duronb.options.tables import MAGICS, TABLES

PACKAGE = Path(duronb.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
COMMANDS = "|".join(TABLES)
FLAGS = {flag for table in TABLES.values() for option in table.command_options for flag in option.flags} | {"--help"}
FRONT_ENDS = ("cli", "notebook", "options")
"""Front ends name themselves."""


@pytest.fixture(autouse=True)
def _shell() -> Iterator[None]:
    yield
    use_front("shell")


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield all string constants but docstrings; a part of an f-string is one of its own."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            docs.add(id(statement.value))  # the description of a constant
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if (isinstance(function, ast.Name) and function.id == name) or (
                isinstance(function, ast.Attribute) and function.attr == name
            ):
                yield node


REMEDIES = [
    (path.relative_to(PACKAGE), call)
    for path in SOURCES
    if "options.remedy import command" in (text := path.read_text(encoding="utf-8")) or "import remedy" in text
    for call in calls(ast.parse(text), "command")
]


def test_there_are_remedies() -> None:
    assert len(REMEDIES) > 15


@pytest.mark.parametrize(("path", "call"), REMEDIES, ids=[f"{path}:{call.lineno}" for path, call in REMEDIES])
def test_the_command_of_a_remedy_exists_with_its_flags(path: Path, call: ast.Call) -> None:
    first, *others = call.args
    assert isinstance(first, ast.Constant)
    assert isinstance(first.value, str)
    flags = {flag for option in TABLES[first.value].command_options for flag in option.flags}
    typed = [each.value for each in others if isinstance(each, ast.Constant)]
    assert [each for each in typed if str(each).startswith("-") and each not in flags] == []


@pytest.mark.long
def test_no_message_writes_a_command_by_hand() -> None:
    """A command in a text would be the shell's in a notebook too."""
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in SOURCES
        if path.relative_to(PACKAGE).parts[0] not in FRONT_ENDS
        for line, text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if re.search(rf"\bduronb (?:{COMMANDS})\b|%duro", text)
    ]
    assert found == []


@pytest.mark.long
def test_every_flag_that_an_error_names_exists() -> None:
    found = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        errors = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error")
        }
        for call in (each for name in errors for each in calls(tree, name)):
            for line, text in texts(call):
                named = re.findall(r"(?<![\w-])--[a-z][a-z-]*", re.sub(r"'(?:git|cargo|sudo)[^']*'", "", text))
                found += [f"{path.name}:{line}: {flag}" for flag in named if flag not in FLAGS]
    assert found == []


def test_a_command_is_named_as_the_front_end_has_it() -> None:
    assert command("runs") == "duronb runs"
    assert command("ab", "--more", "5", "x") == "duronb ab --more 5 x"
    use_front("notebook")
    assert command("runs") == "%duroruns"
    assert command("ab", "--more", "5", "x") == "%duroab --more 5 x"
    assert command("doctor") == "!duronb doctor"
    assert command("runs", "--all") == "!duronb runs --all"


@pytest.mark.parametrize("magic", MAGICS)
def test_a_magic_is_named_after_its_command(magic: str) -> None:
    table = MAGICS[magic]
    assert magic == "duro" + {"profile": "prof"}.get(table.command, table.command)
