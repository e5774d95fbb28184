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


def contents(path: Path) -> list[bytes]:
    return sorted(version.content for version in file_versions(path))


def test_versions_of_all_branches_are_returned_once_and_those_of_other_files_not_at_all(repository: Path) -> None:
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

    assert contents(path) == [b"one", b"three", b"two"]
    assert contents(repository / "stress & results-cloud.md") == [b"cloud"]


LONG = "".join(f"line {number} of a file that is long enough to be recognised\n" for number in range(40))


def rename(old: Path, new: Path, *, text: str | None = None) -> None:
    new.parent.mkdir(exist_ok=True)
    git(old.parent, "mv", str(old), str(new))
    if text is not None:
        new.write_text(text, encoding="utf-8")
    git(new.parent, "add", "-A")
    git(new.parent, "commit", "-q", "-m", "a new name")


def test_a_renamed_file_has_the_versions_under_its_older_names(repository: Path) -> None:
    first, second, third = repository / "old name.md", repository / "docs" / "für alle.md", repository / "docs" / "r.md"
    commit(first, LONG + "1")
    commit(first, LONG + "2")
    rename(first, second)
    commit(second, LONG + "3")
    rename(second, third, text=LONG + "4")
    versions = file_versions(third)
    assert [version.content.decode()[-1] for version in versions if version.name == "r.md"] == ["4"]
    assert sorted(version.content.decode()[-1] for version in versions) == ["1", "2", "3", "4"]
    assert {version.name for version in versions} == {"old name.md", "für alle.md", "r.md"}


def test_another_file_under_the_older_name_is_not_followed(repository: Path) -> None:
    path, local = repository / "results.md", repository / "results-local.md"
    commit(path, LONG + "1")
    rename(path, local)
    commit(path, "another file under the old name")
    commit(local, LONG + "2")
    assert [text[-1:] for text in contents(local)] == [b"1", b"2"]
    # Whoever asks for the old name asks for all that had it.
    assert [text[-1:] for text in contents(path)] == [b"e", b"1"]


def test_a_version_that_a_merge_made_is_found(repository: Path) -> None:
    path = repository / "r.md"
    commit(path, "one")
    git(repository, "checkout", "-q", "-b", "other")
    commit(path, "two")
    git(repository, "checkout", "-q", "main")
    commit(path, "three")
    git(repository, "merge", "-q", "-s", "ours", "--no-commit", "other")
    commit(path, "two and three")
    assert contents(path) == [b"one", b"three", b"two", b"two and three"]


def test_what_is_stashed_is_no_version(repository: Path) -> None:
    path = repository / "r.md"
    commit(path, "one")
    path.write_text("unfinished", encoding="utf-8")
    git(repository, "stash")
    assert contents(path) == [b"one"]


@pytest.mark.parametrize("setting", ["log.follow", "log.showSignature", "diff.renames", "diff.noprefix"])
def test_a_users_configuration_changes_nothing(repository: Path, setting: str) -> None:
    path, new = repository / "a.md", repository / "b.md"
    commit(path, LONG + "1")
    rename(path, new, text=LONG + "2")
    git(repository, "config", setting, "true")
    assert len(contents(new)) == 2


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
