"""The command that decides a comparison that is inconclusive."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.request import ProfileRequest
from duronb.views.comparison.advice import at_most_text, longest_advice
from duronb.views.run.ab_name import ab_name

_WORTHWHILE = 0.1
"""With smaller odds of a decision, more blocks are no advice."""


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
    advice = longest_advice(result)
    runs = [*result.before, *result.after]
    series = {run.series.id for run in runs}
    again = ["--until-decided", "--at-most", "20m" if advice is None else at_most_text(advice, result.block_seconds)]
    if len(series) == 1 and (name := next(iter(series))) is not None:
        if advice is None or advice.odds < _WORTHWHILE:
            return ""  # no number of blocks that anybody records would decide
        return f"To decide, go on: {command('ab', '--more', '1', shlex.quote(name), *again)}."
    if any(run.engine == "import" for run in runs):
        return "To decide, import more results of each side, or record both sides."
    sides = [_side(side) for side in (result.before, result.after)]
    request = result.after[-1].request
    if None not in sides and sides[0] != sides[1]:
        options = ["--seconds", f"{request.seconds:g}"]
        if request.engine != "auto":
            options += ["--engine", request.engine]
        where = " (. is the checkout as it is now)" if "." in sides else ""
        return f"To decide, record both in alternation{where}: {command('ab', *map(str, sides), *options, *again)}."
    return (
        "To decide, record more runs of each side in turn, with the same code and options as before:"
        f" {recordings(result)}."
    )


def alternation(result: ComparisonResult) -> str:
    """Return the command that records both sides in alternation; empty if a side cannot be named for it."""
    sides = [_side(side) for side in (result.before, result.after)]
    if None in sides or sides[0] == sides[1]:
        return ""
    request = result.after[-1].request
    engine = [] if request.engine == "auto" else ["--engine", request.engine]
    return command("ab", *map(str, sides), "--seconds", f"{request.seconds:g}", *engine)


def recordings(result: ComparisonResult) -> str:
    """Return the two commands that record each side once more; empty if a side was imported."""
    if any(run.engine == "import" for run in (*result.before, *result.after)):
        return ""
    return " and ".join(command("profile", *_profile(side[-1].request)) for side in (result.before, result.after))


def _side(runs: Sequence[RunRecord]) -> str | None:
    """Return the subject of runs as ``ab`` takes it; ``None`` if it cannot be named, or for other programs."""
    names = {ab_name(run) for run in runs}
    return names.pop() if len(names) == 1 else None


def _profile(request: ProfileRequest) -> list[str]:
    return [f"{request.seconds:g}", shlex.quote(request.label)]
