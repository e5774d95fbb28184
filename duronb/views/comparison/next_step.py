"""The command that decides a comparison that is inconclusive."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.stage import StageComparison
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
    if not _open_stages(result):
        return ""
    runs = [*result.before, *result.after]
    if found := _deciding(result):
        if _series_of(runs) is not None and not any(stage.confounded for stage in result.stages):
            return f"To decide, go on: {found}."
        here = any(_side(side) == "." for side in (result.before, result.after))
        where = " (. is the checkout as it is now)" if here else ""
        return f"To decide, record both in alternation{where}: {found}."
    if _series_of(runs) is not None or any(stage.confounded for stage in result.stages):
        return ""  # no number of blocks that anybody records would decide
    if any(run.engine == "import" for run in runs):
        return "To decide, import more results of each side, or record both sides."
    return (
        "To decide, record more runs of each side in turn, with the same code and options as before:"
        f" {recordings(result)}."
    )


def showing_more(result: ComparisonResult) -> str:
    """Return the command that shows more than one or two runs do, with placeholders for sides that have no name."""
    return _deciding(result) or alternation(result) or command("ab", "BEFORE", "AFTER")


def _open_stages(result: ComparisonResult) -> list[StageComparison]:
    """Return the stages that more runs could decide: not those without the metric on a side."""
    if result.verdict not in ("inconclusive", "differs") or not result.before or not result.after:
        return []
    if confounded := [stage for stage in result.stages if stage.confounded]:
        return confounded
    undecided = [stage for stage in result.stages if stage.decision.verdict == "inconclusive"]
    return [stage for stage in undecided if stage.before and stage.after]


def _deciding(result: ComparisonResult) -> str:
    """Return the command that would decide an undecided comparison; empty if there is none."""
    if not _open_stages(result):
        return ""
    if any(stage.confounded for stage in result.stages):
        return alternation(result)
    advice = longest_advice(result)
    again = ["--until-decided", "--at-most", "20m" if advice is None else at_most_text(advice, result.block_seconds)]
    runs = [*result.before, *result.after]
    if (name := _series_of(runs)) is not None:
        if advice is None or advice.odds < _WORTHWHILE:
            return ""
        return command("ab", "--more", "1", shlex.quote(name), *again)
    if any(run.engine == "import" for run in runs):
        return ""
    return alternation(result, *again)


def _series_of(runs: Sequence[RunRecord]) -> str | None:
    """Return the series that all runs belong to; ``None`` if there is none."""
    series = {run.series.id for run in runs}
    return series.pop() if len(series) == 1 else None


def alternation(result: ComparisonResult, *options: str) -> str:
    """Return the command that records both sides in alternation; empty if a side cannot be named for it."""
    sides = [_side(side) for side in (result.before, result.after)]
    if None in sides or sides[0] == sides[1]:
        return ""
    request = result.after[-1].request
    engine = [] if request.engine == "auto" else ["--engine", request.engine]
    return command("ab", *map(str, sides), "--seconds", f"{request.seconds:g}", *engine, *options)


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
