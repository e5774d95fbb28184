"""Result of a search for the first slower commit, as text and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import expm1
from typing import Any, Literal

from duronb.analysis.bisection.finding import Finding
from duronb.analysis.bisection.posterior import Pair
from duronb.analysis.bisection.search import LEVEL, Search
from duronb.analysis.comparison.compare import ComparisonResult, compare_runs
from duronb.analysis.metrics import Metric
from duronb.capture.ab.series import Series
from duronb.quoting import counted
from duronb.subject.candidates import Candidate
from duronb.views.kit.terminal import plain

Answer = Literal["slower", "not slower", "inconclusive", "unbuildable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All blocks of two candidates.

    Parameters
    ----------
    candidate
        The later candidate.
    base
        The earlier candidate: the good end, or the predecessor.
    answer
        ``slower`` or ``not slower`` if the probability of a change between the two is at least 95 % or at most 5 %.
    comparison
        Comparison of the blocks of the longest series. ``None`` if the candidate could not be measured, or both are
        the same binary.
    series
        Id of the A/B series; empty without one.
    stored
        Whether the runs were already in the store, so that nothing was recorded.
    """

    candidate: Candidate
    base: Candidate
    answer: Answer
    comparison: ComparisonResult | None = None
    series: str = ""
    stored: bool = False

    def __str__(self) -> str:
        candidate = plain(str(self.candidate))[:60]
        if self.comparison is None:
            why = "does not compile or does not run" if self.answer == "unbuildable" else "the same binary"
            return f"{candidate} against {self.base.name}: {why}"
        stored = ", from stored runs" if self.stored else ""
        return f"{candidate} against {self.base.name}: {self.answer}: {effect_text(self.comparison)}{stored}"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {
            "name": self.candidate.name,
            "title": self.candidate.title,
            "base": self.base.name,
            "answer": self.answer,
            "series": self.series or None,
            "stored": self.stored,
            **({} if self.comparison is None else {"stages": stage_facts(self.comparison)}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Bisected:
    """Result of a bisection.

    Parameters
    ----------
    candidates
        The good candidate, all candidates between, and the bad candidate.
    finding
        Outcome of the search, with positions in ``candidates``.
    probabilities
        Probability of each candidate to be the first slower one; what is missing to 1 is that of no change.
    loss
        Estimated loss as a fraction, and the limits between which it lies with 95 % probability.
    blocks
        Number of blocks that counted.
    signal
        The stage that shows the change, or ``all stages``.
    margin
        Loss that does not matter, as a fraction.
    unbuildable
        Positions of candidates that could not be measured.
    measured
        The comparisons of all pairs.
    evidence
        Comparison of the first slower candidate with its predecessor. ``None`` if no candidate was found.
    """

    candidates: Sequence[Candidate]
    finding: Finding
    probabilities: Sequence[float]
    loss: tuple[float, float, float]
    blocks: int
    signal: str
    margin: float
    unbuildable: Sequence[int]
    measured: Sequence[Measured]
    evidence: Measured | None = None

    @property
    def first_slower(self) -> Candidate | None:
        """The first slower candidate; ``None`` if none was found."""
        return self.candidates[self.finding.last] if self.finding.outcome == "found" else None

    @property
    def suspects(self) -> list[tuple[Candidate, float]]:
        """The candidates that are left with their probabilities, in order; empty if the bad end is not slower."""
        return [(self.candidates[number], self.probabilities[number]) for number in self.finding.suspects]

    @property
    def sentence(self) -> str:
        """The result in one sentence or two."""
        good, bad = self.candidates[0].name, self.candidates[-1].name
        probability = percent(self.finding.probability)
        if self.finding.outcome == "nothing":
            margin = f"{self.margin * 100:.3g} %"
            return f"Nothing to bisect: {bad} is not slower than {good} by {margin} or more, {probability}."
        if self.finding.outcome == "undecided":
            return (
                f"It is undecided whether {bad} is slower than {good}: {probability} after"
                f" {counted(self.blocks, 'block')}. The same command with more --looks continues."
            )
        size = f"slower by {self.loss[0]:.1%} [{self.loss[1]:.1%}, {self.loss[2]:.1%}]"
        if self.finding.outcome == "found":
            return f"The first slower candidate is {plain(str(self.first_slower))}. {probability}, {size}."
        names = [plain(str(candidate)) for candidate, _ in self.suspects]
        shown = ", ".join(names[:3]) + (f", … {names[-1]}" if len(names) > 3 else "")
        text = f"The first slower candidate is one of {len(names)}, {probability}: {shown}. It is {size}."
        unbuildable = sum(number in self.unbuildable for number in self.finding.suspects)
        if unbuildable:
            text += f" {unbuildable} of them could not be built or run."
        return text

    def __str__(self) -> str:
        lines = [self.sentence, ""]
        if self.finding.outcome in ("range", "undecided"):
            likeliest = sorted(self.suspects, key=lambda each: -each[1])[:10]
            lines += [f"  {percent(share):>6}  {plain(str(candidate))}" for candidate, share in likeliest]
        if self.evidence is not None and self.evidence.comparison is not None:
            lines += [f"Against {self.evidence.base.name}: {effect_text(self.evidence.comparison)}"]
            lines += [f"  series {self.evidence.series}"]
        lines += [f"{counted(self.blocks, 'block')}:", *(f"  {measured}" for measured in self.measured)]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        found = self.first_slower
        return {
            "outcome": self.finding.outcome,
            "sentence": self.sentence,
            "probability": self.finding.probability,
            "first_slower": None
            if found is None
            else {"name": found.name, "title": found.title, "ref": found.side.spec},
            "suspects": [candidate.side.spec for candidate, _ in self.suspects]
            if self.finding.outcome in ("found", "range")
            else [],
            "no_change_probability": max(0.0, 1 - sum(self.probabilities)),
            "loss": None
            if self.finding.outcome == "nothing"
            else {"estimate": self.loss[0], "interval": list(self.loss[1:]), "stage": self.signal},
            "blocks": self.blocks,
            "candidates": [candidate.side.spec for candidate in self.candidates],
            "probabilities": list(self.probabilities),
            "unbuildable": [self.candidates[number].side.spec for number in self.unbuildable],
            "measured": [measured.to_json() for measured in self.measured],
            "evidence": None if self.evidence is None else self.evidence.to_json(),
        }


def bisected(
    candidates: Sequence[Candidate],
    search: Search,
    series: Mapping[Pair, Sequence[Series]],
    recorded: Collection[Pair],
    *,
    metric: Metric | None,
    margin: float,
) -> Bisected:
    """Return the result of a search that has ended.

    Parameters
    ----------
    candidates
        All candidates in order.
    search
        The search.
    series
        The series of each pair of candidates.
    recorded
        Pairs of which blocks were recorded now.
    metric
        The metric that was chosen; ``None`` for the best rate that all runs have.
    margin
        Loss that does not matter, as a fraction.
    """
    state, finding = search.posterior, search.finding or search.suspects
    measured = {}
    for pair, of_pair in sorted(series.items()):
        longest = max(of_pair, key=lambda each: len(each.pairs[0]))
        before, after = longest.pairs
        inside = float(state.places[pair[0] + 1 : pair[1] + 1].sum())
        measured[pair] = Measured(
            candidate=candidates[pair[1]],
            base=candidates[pair[0]],
            answer="slower" if inside >= LEVEL else "not slower" if inside <= 1 - LEVEL else "inconclusive",
            comparison=compare_runs(before, after, metric=None if metric is None else metric.name, margin=margin)
            if before
            else None,
            series=longest.id,
            stored=pair not in recorded,
        )
    unbuildable = [
        Measured(candidate=candidates[number], base=candidates[0], answer="unbuildable")
        for number in sorted(search.unbuildable)
    ]
    same = [
        Measured(candidate=candidates[pair[1]], base=candidates[pair[0]], answer="not slower")
        for pair in sorted(search.excluded)
        if pair not in measured
    ]
    low, high = state.size_interval()
    return Bisected(
        candidates=candidates,
        finding=finding,
        probabilities=[float(share) for share in state.places],
        loss=(-expm1(-state.size), -expm1(-low), -expm1(-high)),
        blocks=search.recorded,
        signal=max(state.signals, key=lambda name: state.signals[name]),
        margin=margin,
        unbuildable=sorted(search.unbuildable),
        measured=[*measured.values(), *same, *unbuildable],
        evidence=measured.get(search.parent_pair) if finding.outcome == "found" else None,
    )


def percent(probability: float) -> str:
    """Return a probability as text: whole percent, never 100 %."""
    return "over 99 %" if probability > 0.99 else f"{probability * 100:.0f} %"


def effect_text(comparison: ComparisonResult) -> str:
    """Return each stage's effect with its interval and verdict on one line; of few runs only the change, untested.

    A search decides by all of its blocks together, so the few blocks of one pair often have no verdict of their own.
    """
    parts = []
    for stage in comparison.stages:
        runs = f"({len(stage.before)} + {len(stage.after)} runs)"
        if (ratio := stage.untested_ratio) is not None:
            parts.append(f"{stage.stage} {ratio - 1:+.1%} {runs}")
            continue
        if stage.effect is None:
            parts.append(f"{stage.stage}: {stage.decision.verdict} ({stage.decision.reason})")
            continue
        low, high = stage.effect.interval(1 - comparison.level)
        parts.append(
            f"{stage.stage} {stage.effect.ratio - 1:+.1%} [{low - 1:+.1%}, {high - 1:+.1%}] {stage.decision.verdict}"
            f" {runs}"
        )
    return "; ".join(parts) or comparison.verdict


def stage_facts(comparison: ComparisonResult) -> list[dict[str, Any]]:
    """Return the comparison of each stage as plain JSON values."""
    facts = []
    for stage in comparison.stages:
        effect = stage.effect
        interval = None if effect is None else list(effect.interval(1 - comparison.level))
        facts.append(
            {
                "stage": stage.stage,
                "metric": None if stage.metric is None else stage.metric.name,
                "verdict": stage.decision.verdict,
                "ratio": None if effect is None else effect.ratio,
                "interval": interval,
                "p": stage.decision.p,
                "level": comparison.level,
                "before": list(stage.before),
                "after": list(stage.after),
            }
        )
    return facts
