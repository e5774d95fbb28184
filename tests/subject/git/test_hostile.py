"""A repository with a program under each key of git's documentation: none runs, whatever duronb asks."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from duronb.errors import RequestError
from duronb.subject.checkout import open_checkout
from duronb.subject.git.settings import NAME_NO_PROGRAM
from tests import ROOT
from tests.subject.conftest import run_git, write
from tests.subject.git.hostile import PROGRAMS, Hostile

NAMES_NONE = {
    # Keys that look as if they named a program, and what they name.
    "completion.commands": "words for a shell",
    "advice.ignoredHook": "yes or no",
    "column.clean": "yes or no",
    "core.fsmonitorHookVersion": "a number",
    "fsmonitor.allowRemote": "yes or no",
    "fsmonitor.socketDir": "a directory",
    "gitcvs.dbDriver": "a module of Perl, for a server of CVS",
    "notes.rewrite.<command>": "yes or no",
    "rebase.abbreviateCommands": "yes or no",
}
SUSPICIOUS = re.compile(
    r"^alias|browser|askpass|\.clean$|smudge|process|cmd|command|driver$|\.editor|external|fsmonitor|helper|hook$|httpd"
    r"|hookspath|\.path$|^(?!color).*pager|program|gitproxy$|receivepack|\.textconv|tool$|tunnel|\.uploadpack$|vcs$"
    r"|viewer|difffilter|^protocol.*allow$|target$|smtpserver$|templatedir|^include|promisor$|insteadof$|\.update$",
    re.IGNORECASE,
)


@pytest.fixture
def hostile(checkout: Path, tmp_path: Path) -> Hostile:
    return Hostile(checkout, tmp_path / "outside")


def documented() -> list[str]:
    listed = subprocess.run(["git", "help", "--config"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if re.fullmatch(r"[A-Za-z0-9]+(\.[^ .]+)+", line)]


def general(key: str) -> str:
    """Return a documented key with "x" for its placeholders."""
    return re.sub(r"<[^>]*>|(?<=\.)\*", "x", key)


def test_the_keys_are_those_of_gits_documentation() -> None:
    keys = documented()
    assert len(keys) > 500
    known = {key.lower() for key in PROGRAMS} | {general(key).lower() for key in NAMES_NONE}
    suspicious = {key for key in keys if SUSPICIOUS.search(key)}
    assert sorted(key for key in suspicious if general(key).lower() not in known) == []
    # A key that duronb passes on names no program.
    assert not NAME_NO_PROGRAM.keys() & {key.lower() for key in PROGRAMS}


def test_no_program_of_any_key_runs(hostile: Hostile) -> None:
    hostile.plant_everywhere()
    hostile.ask_everything()
    assert hostile.ran == set()


@pytest.mark.parametrize("key", PROGRAMS)
def test_no_program_of_a_key_runs(hostile: Hostile, key: str) -> None:
    hostile.plant(hostile.root / ".git" / "config", (key,))
    open_checkout(hostile.root).facts  # noqa: B018 - reading it describes the checkout
    assert open_checkout(hostile.root, "HEAD").facts.git_sha == hostile.signed
    assert hostile.ran == set()


def test_every_documented_key_changes_nothing(hostile: Hostile) -> None:
    clean = open_checkout(hostile.root).facts
    # The format is not for the user to set, and git does not parse a name with "_" that its documentation has.
    keys = tuple(general(key) for key in documented() if key != "core.repositoryFormatVersion" and "_" not in key)
    hostile.plant(hostile.root / ".git" / "config", keys)
    assert replace(open_checkout(hostile.root).facts, remote=None) == clean
    hostile.ask_everything()
    assert hostile.ran == set()


def test_the_users_own_drivers_are_not_selected_by_a_checkout(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile.plant(tmp_path / "gitconfig")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    for at, key in enumerate(("core.fsmonitor", "diff.external", "filter.x.clean", "filter.x.smudge")):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{at}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{at}", str(hostile.trap(key)))
        monkeypatch.setenv("GIT_CONFIG_COUNT", str(at + 1))
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PROXY_COMMAND"):
        monkeypatch.setenv(name, str(hostile.trap(name)))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", f"'filter.x.process'='{hostile.trap('filter.x.process')}'")
    hostile.ask_everything()
    assert hostile.ran == set()


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (("core.fsmonitor",), ("status",)),
        (("filter.x.clean",), ("diff",)),
        (("filter.x.process",), ("diff",)),
        (("filter.x.smudge",), ("archive", "HEAD")),
        (("diff.external",), ("diff",)),
        (("diff.x.command",), ("diff",)),
        (("diff.x.textconv",), ("diff",)),
        (("gpg.program", "log.showSignature"), ("log",)),
    ],
)
def test_the_traps_work(hostile: Hostile, keys: tuple[str, ...], command: tuple[str, ...]) -> None:
    hostile.plant(hostile.root / ".git" / "config", keys)
    hostile.plain_git(*command)
    assert keys[0] in hostile.ran


def test_a_missing_object_of_a_partial_clone_is_said_and_not_fetched(
    checkout: Path, git_in: Callable[..., str], tmp_path: Path
) -> None:
    hostile = Hostile(checkout, tmp_path / "outside")
    url = f"ext::{hostile.trap('remote', 'exit 1')} x"
    for key, value in {
        "remote.origin.url": url,
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
        "protocol.ext.allow": "always",
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
    }.items():
        git_in("config", key, value)
    blob = git_in("rev-parse", "HEAD:src/lib.rs")
    loose = checkout / ".git" / "objects" / blob[:2] / blob[2:]
    loose.unlink()
    for ref in ("HEAD", None):
        with pytest.raises(RequestError, match="partial clone that lacks needed files, and duronb fetches nothing"):
            open_checkout(checkout, ref).facts  # noqa: B018 - reading it describes the checkout
    assert hostile.ran == set()
    hostile.plain_git("cat-file", "blob", blob)
    assert hostile.ran == {"remote"}


def test_an_unknown_format_is_refused_in_a_line(checkout: Path, git_in: Callable[..., str]) -> None:
    git_in("config", "core.repositoryFormatVersion", "1")
    git_in("config", "extensions.runsEverything", "true")
    with pytest.raises(RequestError, match="the extension 'runseverything' of git's format") as caught:
        open_checkout(checkout, "HEAD")
    assert "\n" not in str(caught.value)


def test_git_is_started_in_one_place() -> None:
    starts = re.compile(r"""["']git["'],|["'](git|/usr/bin/git) """)
    found = {
        str(path.relative_to(ROOT / "duronb"))
        for path in (ROOT / "duronb").rglob("*.py")
        if starts.search(path.read_text(encoding="utf-8")) and "subprocess" in path.read_text(encoding="utf-8")
    }
    assert found == {"api/doctor.py", "subject/git/process.py"}  # the doctor asks for git's version


def test_a_worktree_of_a_hostile_repository_is_read_the_same_way(hostile: Hostile, tmp_path: Path) -> None:
    run_git(hostile.root, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    hostile.plant_everywhere()
    write(tmp_path / "side", "src/lib.rs", "// changed in the side\n")
    facts = open_checkout(tmp_path / "side").facts
    assert (facts.branch, facts.dirty, facts.git_sha) == ("side", True, hostile.signed)
    assert hostile.ran == set()


def test_a_user_of_another_home_has_no_say(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    write(tmp_path, "home/git/ignore", "notes.txt\n")
    write(checkout, "notes.txt", "mine")
    assert not open_checkout(checkout).facts.dirty
    monkeypatch.setenv("XDG_CONFIG_HOME", os.devnull)
    assert open_checkout(checkout).facts.dirty
