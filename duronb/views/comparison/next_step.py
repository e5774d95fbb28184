"""The command that decides a comparison that is inconclusive."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.quoting import counted
from duronb.request import ProfileRequest

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_SHORT = 9
_VERSION = re.compile(r"\d+(\.\d+){2}[0-9A-Za-z.+-]*")
_FEWEST_BLOCKS = 3
_FIRST_BLOCKS = 10
"""Largest number of blocks of a new A/B. Its result says how many more are needed at the noise that it measured."""
_MOST = 200
"""More runs than this are no advice."""


def next_step(result: ComparisonResult) -> str:
    """Return a sentence with the command that would decide an undecided comparison; empty for others.

    Runs of one A/B get further blocks. Two subjects that can be named are recorded in alternation. Otherwise each side
    is recorded again.
    """
    if result.verdict not in ("inconclusive", "differs") or not result.before or not result.after or not result.stages:
        return ""
    if any(stage.confounded for stage in result.stages):
        together = alternation(result)
        return f"To decide, record both in alternation: {together}." if together else ""
    undecided = [stage for stage in result.stages if stage.decision.verdict == "inconclusive"]
    undecided = [stage for stage in undecided if stage.before and stage.after]
    if not undecided:
        return ""  # more runs do not bring a metric or a stage that is missing
    numbers = [stage.decision.more for stage in undecided if stage.decision.more is not None]
    if not numbers and all(stage.effect is not None for stage in undecided):
        return ""  # no number of runs would decide
    more = max(numbers, default=_FEWEST_BLOCKS)
    if more > _MOST:
        return ""
    runs = [*result.before, *result.after]
    series = {run.series.id for run in runs}
    if len(series) == 1 and (name := next(iter(series))) is not None:
        return (
            f"To decide, record {counted(more, 'more block')}: {command('ab', '--more', str(more), shlex.quote(name))}."
        )
    if any(run.engine == "import" for run in runs):
        return "To decide, import more results of each side, or record both sides."
    sides = [_side(side) for side in (result.before, result.after)]
    request = result.after[-1].request
    if None not in sides and sides[0] != sides[1]:
        blocks = max(_FEWEST_BLOCKS, min(more, _FIRST_BLOCKS))
        options = ["--seconds", f"{request.seconds:g}", "--blocks", str(blocks)]
        if request.engine != "auto":
            options += ["--engine", request.engine]
        where = " (. is the checkout as it is now)" if "." in sides else ""
        aim = "To decide" if more <= blocks else "To come closer to a decision"
        return f"{aim}, record both in alternation{where}: {command('ab', *map(str, sides), *options)}."
    again = [command("profile", *_profile(side[-1].request)) for side in (result.before, result.after)]
    return (
        f"To decide, record {counted(more, 'more run')} of each side, with the same code and options as before:"
        f" {again[0]} and {again[1]}."
    )


def alternation(result: ComparisonResult) -> str:
    """Return the command that records both sides in alternation; empty if a side cannot be named for it."""
    sides = [_side(side) for side in (result.before, result.after)]
    if None in sides or sides[0] == sides[1]:
        return ""
    request = result.after[-1].request
    engine = [] if request.engine == "auto" else ["--engine", request.engine]
    return command("ab", *map(str, sides), "--seconds", f"{request.seconds:g}", *engine)


def _side(runs: Sequence[RunRecord]) -> str | None:
    """Return the subject of runs as ``ab`` takes it; ``None`` if it cannot be named, or for other programs."""
    names = {_name(run) for run in runs}
    return names.pop() if len(names) == 1 else None


def _name(run: RunRecord) -> str | None:
    subject, request = run.subject, run.request
    if request.bin is not None or request.example is not None or request.args:
        return None
    if subject.kind == "release":
        version = subject.version or request.release or ""
        return version if _VERSION.fullmatch(version) else None
    if subject.kind != "checkout":
        return None
    if subject.dirty:
        return "."
    return subject.git_sha[:_SHORT] if subject.git_sha and _COMMIT.fullmatch(subject.git_sha) else None


def _profile(request: ProfileRequest) -> list[str]:
    return [f"{request.seconds:g}", shlex.quote(request.label)]
