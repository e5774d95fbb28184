"""Completion of the magics' words, through IPython's own completer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from duronb.errors import StoreError
from duronb.request import ProfileRequest
from tests.conftest import git
from tests.fake_api import FakeApi, FakeRun


def complete(shell: InteractiveShell, line: str) -> set[str]:
    """Return the lines that the completions would make of ``line``."""
    with provisionalcompleter():
        found = list(shell.Completer.completions(line, len(line)))
    return {line[: each.start] + each.text + line[each.end :] for each in found}


def test_options_complete_with_nothing_else(shell: InteractiveShell) -> None:
    assert complete(shell, "%duroprof 5 quick --re") == {
        "%duroprof 5 quick --ref",
        "%duroprof 5 quick --release",
        "%duroprof 5 quick --repo",
        "%duroprof 5 quick --rebuild",
    }
    assert complete(shell, "run = %duroshow baseline --st") == {"run = %duroshow baseline --store"}


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("%duroprof 5 ba", {"%duroprof 5 baseline"}),
        ("%duroprof --repo . 5 opt", {"%duroprof --repo . 5 optimized"}),
        ("x = %duroprof 5 ba", {"x = %duroprof 5 baseline"}),
        ("for i in x:\n    %duroprof 5 ba", {"for i in x:\n    %duroprof 5 baseline"}),
        ("%duroruns ba", {"%duroruns baseline"}),
        ("%duroshow docker_b", {"%duroshow docker_baseline_20260314T150926Z"}),
        ("%durocompare baseline opt", {"%durocompare baseline optimized"}),
        ("%durocompare before", {"%durocompare before-wal"}),
        ("%durotag docker_o", {"%durotag docker_optimized_20260314T150926Z"}),
        ("%duroclean --keep 5 ba", {"%duroclean --keep 5 baseline"}),
        ("%durohistory --metric win", {"%durohistory --metric window_rate"}),
        ("%durohistory --by s", {"%durohistory --by subject"}),
        ("%durohistory --label ba", {"%durohistory --label baseline"}),
        ("%duroab latest . --mo", {"%duroab latest . --more"}),
        ("%duroprof --engine n", {"%duroprof --engine native"}),
        ("%duroprof --engine=d", {"%duroprof --engine=docker"}),
        ("%duroprof --call-graph ", {"%duroprof --call-graph fp", "%duroprof --call-graph dwarf"}),
        ("%duroprof --stages fi", {"%duroprof --stages file:1/1", "%duroprof --stages file:2/2"}),
        ("%duroprof --stages file:2", {"%duroprof --stages file:2/2"}),
        ("%duroprof --stages file:1/1,memory:2", {"%duroprof --stages file:1/1,memory:2/2"}),
        ("%duroprof --release l", {"%duroprof --release latest"}),
        ("%duroprof --release 0.1.3", {"%duroprof --release 0.1.32"}),
    ],
)
def test_values_complete(shell: InteractiveShell, api: FakeApi, line: str, made: set[str]) -> None:
    api.stored.append(FakeRun("released", request=ProfileRequest(release="0.1.32")))
    assert complete(shell, line) == made


def test_refs_are_those_of_the_repository_named_on_the_line(
    shell: InteractiveShell, make_checkout: Callable[..., Path]
) -> None:
    checkout = make_checkout()
    git(checkout, "tag", "v0.1.26")
    git(checkout, "branch", "my/branch")
    start = f"%duroprof 5 quick --repo {checkout} --ref "
    assert complete(shell, start) == {start + ref for ref in ("main", "my/branch", "v0.1.26")}
    assert complete(shell, start + "v0") == {start + "v0.1.26"}


def test_binaries_and_examples_are_those_of_the_checkout(
    shell: InteractiveShell, make_checkout: Callable[..., Path]
) -> None:
    checkout = make_checkout()
    (checkout / "examples").mkdir(exist_ok=True)
    (checkout / "examples" / "zebra.rs").write_text("fn main() {}\n", encoding="utf-8")
    start = f"%duroprof --repo {checkout} --bin sq"
    assert complete(shell, start) == {f"%duroprof --repo {checkout} --bin sqlite-stress"}
    start = f"%duroprof 5 --repo {checkout} --example z"
    assert complete(shell, start) == {f"{start}ebra"}


@pytest.mark.long
def test_paths_are_left_to_ipython(shell: InteractiveShell, tmp_path: Path) -> None:
    (tmp_path / "duroxide").mkdir()
    assert complete(shell, f"%duroprof --repo {tmp_path}/du") == {f"%duroprof --repo {tmp_path}/duroxide/"}


def test_seconds_are_not_taken_for_a_label(shell: InteractiveShell) -> None:
    assert "%duroprof baseline" not in complete(shell, "%duroprof ba")


def test_other_lines_are_left_to_ipython(shell: InteractiveShell) -> None:
    shell.user_ns["baseline_value"] = 1
    assert complete(shell, "baseline_va") == {"baseline_value"}
    assert complete(shell, "%duroprofi") == set()


@pytest.mark.parametrize("line", ["%duroprof 5 ", "%duroprof --ref ", "%duroprof --bin ", "%duroprof --repo 'x --ref "])
def test_what_cannot_be_read_completes_to_nothing_and_says_nothing(
    shell: InteractiveShell, api: FakeApi, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(label: str | None = None, *, store: str | None = None) -> None:
        raise StoreError("The store is gone.")

    monkeypatch.setattr(api, "runs", broken)
    monkeypatch.chdir(tmp_path)
    with capture_output() as captured:
        assert not {each for each in complete(shell, line) if "baseline" in each}
    assert captured.stdout + captured.stderr == ""


def test_store_is_listed_once_for_a_burst_of_keys(
    shell: InteractiveShell, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str | None] = []
    original = api.runs

    def runs(label: str | None = None, *, store: str | None = None) -> Any:
        listed.append(store)
        return original(label)

    monkeypatch.setattr(api, "runs", runs)
    for typed in ("b", "ba", "bas"):
        complete(shell, f"%duroprof 5 {typed}")
    assert listed == [None]
