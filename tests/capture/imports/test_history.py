from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from duronb.capture.imports import history as imported_history
from duronb.capture.imports.history import file_versions
from duronb.errors import RequestError


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, "-C", str(root), *arguments], check=True, capture_output=True)


def commit(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(path.parent, "add", "-A")
    git(path.parent, "commit", "-q", "-m", "a change")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "a repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    return root


def test_versions_of_all_branches_and_of_the_cloud_file_are_returned_once(repository: Path) -> None:
    path = repository / "stress & results.md"
    commit(path, "one")
    commit(path, "two")
    git(repository, "checkout", "-q", "-b", "other")
    commit(path, "three")
    git(repository, "checkout", "-q", "main")
    commit(path, "one")
    commit(repository / "stress & results-cloud.md", "cloud")
    commit(repository / "stress & results-other.md", "neither")
    commit(path, None)

    versions = file_versions(path)

    assert sorted(version.content for version in versions) == [b"cloud", b"one", b"three", b"two"]
    assert {version.name for version in versions if version.content == b"cloud"} == {"stress & results-cloud.md"}
    assert file_versions(repository / "stress & results-cloud.md") == versions


def test_a_version_that_a_merge_dropped_is_found(repository: Path) -> None:
    path = repository / "r.md"
    commit(path, "one")
    git(repository, "checkout", "-q", "-b", "other")
    commit(path, "dropped")
    git(repository, "checkout", "-q", "main")
    commit(repository / "x", "x")
    git(repository, "merge", "-q", "-s", "ours", "-m", "merge", "other")
    git(repository, "branch", "-q", "-D", "other")
    assert sorted(version.content for version in file_versions(path)) == [b"dropped", b"one"]


def test_a_file_name_is_not_a_pattern(repository: Path) -> None:
    commit(repository / "a.md", "a")
    commit(repository / "*.md", "star")
    assert [version.content for version in file_versions(repository / "*.md")] == [b"star"]


def test_what_has_no_history_is_refused_in_words(tmp_path: Path, repository: Path) -> None:
    commit(repository / "a.md", "a")
    for path in (tmp_path / "none" / "x.md", repository / "unknown.md"):
        with pytest.raises(RequestError, match=r"--git"):
            file_versions(path)


@pytest.mark.parametrize(("limit", "value"), [("MOST_VERSIONS", 1), ("LARGEST_DOCUMENT", 3), ("LARGEST_HISTORY", 5)])
def test_a_history_that_is_too_large_is_refused(
    repository: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    commit(repository / "a.md", "1111")
    commit(repository / "a.md", "2222")
    monkeypatch.setattr(imported_history, limit, value)
    with pytest.raises(RequestError):
        file_versions(repository / "a.md")
