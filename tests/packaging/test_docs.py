"""The documentation agrees with the program: links, commands, options, public names, variables, make targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import duronb
from duronb.options.parser import OptionParser
from duronb.options.tables import MAGICS, TABLES
from duronb.values import shell_words
from tests import ROOT

BUILT = {
    ".venv",
    ".venv-oldest",
    "node_modules",
    "target",
    "build",
    "dist",
    "lib",
    ".yarn",
    ".pytest_cache",
    "profiling",
}
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not BUILT & set(path.relative_to(ROOT).parts) and "tests/data" not in str(path)
)
MANUAL = [path for path in PAGES if path == ROOT / "README.md" or ROOT / "docs" in path.parents]
OF_OTHER_PROGRAMS = {"--privileged", "--no-cache", "--freq"}
"""Options of docker and cargo-flamegraph, which the manual names."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(text: str) -> Iterator[str]:
    """Yield the lines of code blocks, and the code spans outside of them."""
    for number, part in enumerate(re.split(r"^```.*$", text, flags=re.MULTILINE)):
        if number % 2:
            yield from part.splitlines()
        else:
            yield from re.findall(r"`([^`\n]+)`", part)


def shell_lines(text: str) -> Iterator[str]:
    """Yield the commands of shell blocks without their comments."""
    for block in re.findall(r"^```bash\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        yield from (re.sub(r"\s+#.*", "", line) for line in block.splitlines() if line.strip())


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def flags_in(text: str) -> set[str]:
    return set(re.findall(r"(?<!\S)--[a-z][a-z-]*", text))


def command_flags(name: str) -> set[str]:
    return {flag for option in TABLES[name].command_options for flag in option.flags} | {"--help"}


def magic_flags(name: str) -> set[str]:
    return {flag for option in MAGICS[name].options for flag in option.flags} | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_relative_links_lead_to_files_and_headings(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = page.parent / name if name else page
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", MANUAL, ids=named)
def test_options_beside_a_command_or_magic_are_options_of_it(page: Path) -> None:
    wrong = []
    for span in code(page.read_text(encoding="utf-8")):
        command, magic = re.search(r"\bduronb ([a-z]+)\b(.*)", span), re.search(r"%(duro[a-z]+)(.*)", span)
        if command and (command[1] not in TABLES or flags_in(command[2]) - command_flags(command[1])):
            wrong.append(span)
        if magic and (magic[1] not in MAGICS or flags_in(magic[2]) - magic_flags(magic[1])):
            wrong.append(span)
    assert wrong == []


def test_options_that_stand_alone_are_options_of_some_command() -> None:
    known = {flag for name in TABLES for flag in command_flags(name)}
    texts = [span for page in MANUAL for span in code(page.read_text(encoding="utf-8"))]
    assert {flag for text in texts for flag in flags_in(text)} - known == OF_OTHER_PROGRAMS


@pytest.mark.parametrize("page", MANUAL, ids=named)
def test_commands_of_shell_blocks_can_be_read(page: Path) -> None:
    for line in shell_lines(page.read_text(encoding="utf-8")):
        words = shell_words(line)
        if words[0] == "duronb":
            table = TABLES[words[1]]
            table.call(OptionParser(f"duronb {words[1]}", table.command_options).read(words[2:]))


def test_public_names_in_the_manual_exist() -> None:
    texts = [span for page in MANUAL for span in code(page.read_text(encoding="utf-8"))]
    names = {name for text in texts for name in re.findall(r"(?<![\w./-])duronb\.([A-Za-z]\w*)", text)}
    assert {"profile", "ViewState"} <= names
    formats = {"flamegraph", "differential"}  # of payloads
    unknown = {name for name in names - set(duronb.__all__) - formats if find_spec(f"duronb.{name}") is None}
    assert unknown == set()


def test_the_manual_has_every_variable_that_the_package_reads() -> None:
    package = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "duronb").rglob("*.py"))
    read = set(re.findall(r"[\"'](DURONB_[A-Z_]+)[\"']", package))
    page = (ROOT / "docs" / "reference" / "environment.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", page, flags=re.MULTILINE)) == read


def test_make_targets_in_the_documentation_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    texts = [span for page in PAGES for span in code(page.read_text(encoding="utf-8"))]
    assert {name for text in texts for name in re.findall(r"^make ([a-z-]+)", text)} <= targets


def test_lines_of_the_changelog_fit_the_screen() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120] == []
