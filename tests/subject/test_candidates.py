"""The candidates between a good and a bad revision."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.errors import RequestError
from duronb.subject.candidates import candidates
from tests.conftest import git

PUBLISHED = ["0.1.1", "0.1.5", "0.1.9", "0.1.20", "0.1.32"]


def newest(requirement: str) -> str | None:
    """Answer as cargo would, by its own rule for plain versions."""
    if requirement == "*":
        return PUBLISHED[-1]
    low, high = (part.strip(" ><") for part in requirement.split(","))

    def order(version: str) -> list[int]:
        return [int(part) for part in version.split(".")]

    fitting = [version for version in PUBLISHED if order(low) < order(version) < order(high)]
    return fitting[-1] if fitting else None


def no_registry(requirement: str) -> str | None:
    raise AssertionError(f"commits need no registry: {requirement}")


def commit(checkout: Path, message: str) -> str:
    git(checkout, "commit", "--allow-empty", "-q", "-m", message)
    return git(checkout, "rev-parse", "HEAD").strip()


def test_releases_between_two_come_in_order() -> None:
    found = candidates("0.1.1", "0.1.32", None, newest)
    assert [candidate.name for candidate in found] == PUBLISHED
    assert [candidate.name for candidate in candidates("0.1.5", "latest", None, newest)] == PUBLISHED[1:]
    assert [candidate.name for candidate in candidates("0.1.20", "0.1.32", None, newest)] == PUBLISHED[3:]


def test_commits_are_those_of_the_first_parent_line(checkout: Path) -> None:
    good = git(checkout, "rev-parse", "HEAD").strip()
    one = commit(checkout, "One")
    git(checkout, "checkout", "-q", "-b", "side")
    commit(checkout, "On a branch")
    git(checkout, "checkout", "-q", "main")
    two = commit(checkout, "Two")
    git(checkout, "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    merge = git(checkout, "rev-parse", "HEAD").strip()

    found = candidates(good[:8], "main", checkout, no_registry)

    assert [candidate.side.ref for candidate in found] == [good, one, two, merge]
    assert [candidate.title for candidate in found[1:]] == ["One", "Two", "Merge side"]
    assert found[1].name == one[:9]


def test_ends_in_the_wrong_order_or_of_two_kinds_are_refused(checkout: Path) -> None:
    commit(checkout, "One")
    with pytest.raises(RequestError, match="not an ancestor"):
        candidates("HEAD", "HEAD~1", checkout, no_registry)
    with pytest.raises(RequestError, match="same commit"):
        candidates("HEAD", "main", checkout, no_registry)
    with pytest.raises(RequestError, match="not older"):
        candidates("0.1.32", "0.1.9", checkout, newest)
    for good, bad in (("0.1.1", "HEAD"), ("HEAD~1", ".")):
        with pytest.raises(RequestError, match="two commits of one checkout, or two releases"):
            candidates(good, bad, checkout, newest)
