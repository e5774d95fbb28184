"""Candidates of a bisection: the commits or published releases between a good and a bad revision."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.subject.git.commands import git, git_text
from duronb.subject.side import Side, parse_side

MOST = 10_000
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-.*)?(?:\+.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A commit or a release.

    Parameters
    ----------
    name
        The version, or the first nine digits of the commit.
    side
        The subject to profile.
    title
        First line of the commit message; empty for a release.
    """

    name: str
    side: Side
    title: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.title}".strip()


def candidates(
    good: str, bad: str, repo: str | Path | None, newest: Callable[[str], str | None]
) -> tuple[Candidate, ...]:
    """Return the good revision, the revisions between, and the bad one, in order.

    Commits are those on the first-parent line, which are the commits of the branch itself.

    Parameters
    ----------
    good, bad
        Two refs of one checkout, or two releases; see ``parse_side``.
    repo
        The checkout.
    newest
        Returns the newest published release that fits a requirement of cargo's, or ``None``.

    Raises
    ------
    RequestError
        The two revisions are of different kinds, in the wrong order, or equal.
    """
    sides = parse_side(good, repo), parse_side(bad, repo)
    kinds = {side.kind for side in sides}
    if kinds == {"release"}:
        return _releases(*sides, newest)
    if kinds != {"ref"} or sides[0].repo != sides[1].repo:
        raise RequestError(
            "A search needs two commits of one checkout, or two releases.",
            "Give two refs such as v0.1.24 and HEAD (commit changed files first), or two versions.",
        )
    return _commits(*sides)


def _commits(good: Side, bad: Side) -> tuple[Candidate, ...]:
    root = Path(str(good.repo))
    ends = [git_text(root, "rev-parse", "--verify", "--quiet", f"{side.ref}^{{commit}}") for side in (good, bad)]
    if None in ends:
        raise RequestError("A commit no longer exists.", "Give another ref.")
    first, last = str(ends[0]), str(ends[1])
    if git(root, "merge-base", "--is-ancestor", first, last) is None:
        raise RequestError(f"{quoted(good.ref)} is not an ancestor of {quoted(bad.ref)}.", "Give the good one first.")
    listed = [
        *_titles(root, "--max-count=1", first),
        *_titles(root, "--first-parent", "--reverse", f"{first}..{last}"),
    ]
    if len(listed) < 2:
        raise RequestError(f"{quoted(good.ref)} and {quoted(bad.ref)} are the same commit.", "Give two different ones.")
    _check_length(len(listed))
    return tuple(
        Candidate(
            name=commit[:9],
            side=Side(spec=commit, kind="ref", repo=str(root), ref=commit),
            title=title[:200],
        )
        for commit, title in listed
    )


def _titles(root: Path, *arguments: str) -> list[tuple[str, str]]:
    """Return the hash and the first message line of each commit that ``git log`` lists."""
    listed = git(root, "log", "--format=%H %s", *arguments, "--") or b""
    lines = (line.decode("utf-8", "replace").partition(" ") for line in listed.split(b"\n") if line)
    return [(commit, title) for commit, _, title in lines]


def _releases(good: Side, bad: Side, newest: Callable[[str], str | None]) -> tuple[Candidate, ...]:
    names = [_release(side, newest) for side in (good, bad)]
    if _order(names[0]) >= _order(names[1]):
        raise RequestError(f"Release {names[0]} is not older than {names[1]}.", "Give the good one first.")
    between: list[str] = []
    # cargo returns only the newest version that fits, so ask for one version at a time.
    while (found := newest(f">{names[0]}, <{(between or names[1:])[-1]}")) is not None:
        if _order(found) <= _order(names[0]) or found in between:
            break
        between.append(found)
        _check_length(len(between))
    return tuple(
        Candidate(name=name, side=Side(spec=name, kind="release", release=name))
        for name in (names[0], *reversed(between), names[1])
    )


def _release(side: Side, newest: Callable[[str], str | None]) -> str:
    if side.release != "latest":
        return str(side.release)
    found = newest("*")
    if found is None:
        raise RequestError("No release of Duroxide is published.", "Give a version.")
    return found


def _order(version: str) -> tuple[int, ...]:
    match = _VERSION.fullmatch(version)
    return tuple(int(number) for number in match.groups()) if match else ()


def _check_length(count: int) -> None:
    if count > MOST:
        raise RequestError(f"There are more than {MOST} revisions between the two.", "Give closer ones.")
