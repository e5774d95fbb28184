from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from duronb.errors import RequestError
from duronb.subject.checkout import find_checkout, open_checkout
from tests.subject.conftest import MANIFEST, write

Git = Callable[..., str]


def test_a_checkout_is_found_from_within(checkout: Path) -> None:
    found = find_checkout(checkout / "sqlite-stress" / "src")
    assert found is not None
    assert found.root == checkout.resolve()


def test_a_directory_without_duroxide_is_not_a_checkout(tmp_path: Path) -> None:
    write(tmp_path, "Cargo.toml", '[package]\nname = "other"\n')
    assert find_checkout(tmp_path) is None
    with pytest.raises(RequestError, match="not a Duroxide checkout"):
        open_checkout(tmp_path)


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"does not exist\. Give --repo"):
        open_checkout(tmp_path / "gone")


@pytest.mark.parametrize("manifest", ["", "[package", '[package]\nname = "duroxide-pg"\n', "\0\xff", "package = 3\n"])
def test_an_invalid_or_foreign_manifest_is_not_a_checkout(tmp_path: Path, manifest: str) -> None:
    write(tmp_path, "Cargo.toml", manifest)
    assert find_checkout(tmp_path) is None


def test_a_clean_checkout_is_described_by_its_commit(checkout: Path, git_in: Git) -> None:
    git_in("remote", "add", "origin", "https://someone:token@host.invalid/o/duroxide.git")
    facts = open_checkout(checkout).facts
    assert facts.git_sha == git_in("rev-parse", "HEAD")
    # git prints the same time as seconds.
    seconds = int(git_in("show", "--no-patch", "--format=%ct", "HEAD"))
    assert facts.committed is not None
    assert datetime.fromisoformat(facts.committed).timestamp() == seconds
    assert facts.branch == "main"
    assert facts.version == "0.1.26"
    assert facts.name == f"duroxide 0.1.26 @ {facts.git_sha[:9]}"
    assert facts.remote == "https://host.invalid/o/duroxide.git"
    assert (facts.dirty, facts.dirty_hash) == (False, None)


def test_every_kind_of_change_makes_a_checkout_dirty_with_a_distinct_hash(checkout: Path) -> None:
    seen = {open_checkout(checkout).facts.source_hash}
    hashes = set()
    for name, content in (("src/lib.rs", "// edited"), ("src/new.rs", "a"), ("src/new.rs", "b")):
        write(checkout, name, content)
        facts = open_checkout(checkout).facts
        assert facts.dirty
        assert (facts.name or "").endswith("+ changes")
        hashes.add(facts.dirty_hash)
        seen.add(facts.source_hash)
    assert len(hashes) == 3
    assert len(seen) == 4


def test_a_ref_gives_that_commits_files_and_leaves_the_working_tree_alone(checkout: Path, git_in: Git) -> None:
    first = open_checkout(checkout).facts.source_hash
    write(checkout, "src/lib.rs", "// second")
    git_in("commit", "--quiet", "--all", "--message", "second")
    write(checkout, "src/lib.rs", "// not committed")
    before = git_in("status", "--porcelain")
    old = open_checkout(checkout, "HEAD~1")
    assert old.facts.source_hash == first
    assert old.facts.ref == "HEAD~1"
    assert not old.facts.dirty
    assert git_in("status", "--porcelain") == before
    assert (checkout / "src/lib.rs").read_text(encoding="utf-8") == "// not committed"


@pytest.mark.parametrize("ref", ["nope", "HEAD~99", "HEAD:Cargo.toml", "--output=x", "a b", "v1..v2", "🦀"])
def test_an_unknown_ref_is_refused_in_one_line(checkout: Path, ref: str) -> None:
    with pytest.raises(RequestError) as caught:
        open_checkout(checkout, ref)
    assert "\n" not in str(caught.value)
    assert "not a branch, tag or commit" in str(caught.value)


def test_a_ref_needs_history(plain: Path) -> None:
    with pytest.raises(RequestError, match="no git history"):
        open_checkout(plain, "main")


def test_a_commit_without_duroxide_is_refused(checkout: Path, git_in: Git) -> None:
    write(checkout, "Cargo.toml", '[package]\nname = "other"\n')
    git_in("commit", "--quiet", "--all", "--message", "renamed")
    write(checkout, "Cargo.toml", MANIFEST)
    with pytest.raises(RequestError, match="contains no Duroxide"):
        open_checkout(checkout, "HEAD")


def test_a_worktree_and_a_fork_below_another_repository_are_checkouts(
    checkout: Path, git_in: Git, tmp_path: Path
) -> None:
    git_in("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    assert open_checkout(tmp_path / "side").facts.branch == "side"
    write(checkout, "fork/Cargo.toml", MANIFEST.replace("0.1.26", "9.0.0-mine"))
    git_in("add", "--all")
    git_in("commit", "--quiet", "--message", "fork")
    assert open_checkout(checkout / "fork").facts.version == "9.0.0-mine"
    assert [entry.name for entry in open_checkout(checkout / "fork", "HEAD").entries] == ["Cargo.toml"]


def test_without_git_the_files_alone_describe_it(plain: Path) -> None:
    facts = open_checkout(plain).facts
    assert facts.git_sha is None
    assert facts.name == "duroxide 0.1.26"
    assert not facts.dirty


def test_a_repositorys_configuration_starts_no_program(checkout: Path, git_in: Git, tmp_path: Path) -> None:
    trap = write(tmp_path, "trap.sh", f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "core.pager"):
        git_in("config", key, str(trap))
    git_in("config", "diff.trap.textconv", str(trap))
    write(checkout, ".gitattributes", "*.rs diff=trap\n")
    write(checkout, "src/lib.rs", "// edited")
    assert open_checkout(checkout).facts.dirty
    assert not (tmp_path / "sprung").exists()


def test_git_variables_of_the_caller_are_ignored(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sha = open_checkout(checkout).facts.git_sha
    monkeypatch.setitem(os.environ, "GIT_DIR", "/nonexistent")
    assert open_checkout(checkout).facts.git_sha == sha
