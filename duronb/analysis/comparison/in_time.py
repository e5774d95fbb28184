"""The rule of ``timing`` for a comparison: wider errors where sessions are known, ``differs`` where they are not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from math import inf

from duronb.analysis.comparison.effect import Effect
from duronb.analysis.comparison.stage import Draft, StageComparison
from duronb.analysis.timing.timing import Timing, noise_of, session_members
from duronb.analysis.timing.variance import SessionNoise
from duronb.model.run import RunRecord


class InTime:
    """The rule for one comparison.

    Parameters
    ----------
    timing
        The times of the runs of both sides.
    runs
        All runs that may show the variance between sessions: those compared, and others of the store.
    like
        A compared run, whose conditions count. ``None`` if the conditions of the sides differ, so that no session is
        like another.
    """

    def __init__(self, timing: Timing, runs: Sequence[RunRecord], like: RunRecord | None) -> None:
        self._timing = timing
        usable = timing.limits and timing.spans_sessions and like is not None
        self._members: list[tuple[RunRecord, Hashable, Hashable]] = []
        if usable and like is not None:
            self._members = session_members(runs, like)
        self._noise: dict[tuple[str, str], SessionNoise] = {}

    def widen(self, draft: Draft) -> Draft:
        """Return the comparison of a stage with the variance between sessions in its error, if that is known."""
        if not self._members or draft.metric is None or not isinstance(draft.effect, Effect):
            return draft
        noise = noise_of(self._members, draft.stage, draft.metric)
        if noise is None:
            return draft
        self._noise[draft.stage, draft.metric.name] = noise
        error, df = noise.error(self._timing.imbalance, 1 / len(draft.before) + 1 / len(draft.after))
        if error < draft.effect.standard_error:
            error, df = draft.effect.standard_error, min(df, draft.effect.df)
        return replace(draft, effect=replace(draft.effect, standard_error=error, df=df), exact_p=None, exact_test="")

    def limit(self, stage: StageComparison) -> StageComparison:
        """Return the comparison of a stage with a verdict that the times of the runs permit."""
        if not self._timing.limits or stage.effect is None or stage.metric is None:
            return stage
        decision = stage.decision
        if (noise := self._noise.get((stage.stage, stage.metric.name))) is not None:
            text = (
                f"The error includes the variance between sessions, a standard deviation of {noise.deviation:.1%} by"
                f" {noise.sessions} sessions under these conditions."
            )
            reason = f"{decision.reason} {text}".strip()
            return replace(stage, decision=replace(decision, reason=reason, more=None, detectable=inf))
        if decision.verdict in ("improved", "regressed"):
            decision = replace(decision, verdict="differs")
        elif decision.verdict == "equivalent":
            reason = "These runs are equivalent, but drift may have hidden a difference."
            decision = replace(decision, verdict="inconclusive", reason=reason)
        return replace(stage, decision=replace(decision, more=None), confounded=True)
