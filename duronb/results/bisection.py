"""Result of a search for the first slower commit, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from duronb.analysis.comparison.bisect import Answer, Finding
from duronb.analysis.comparison.compare import ComparisonResult
from duronb.subject.candidates import Candidate
from duronb.views.kit.terminal import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Comparison of one candidate with the good one.

    Parameters
    ----------
    candidate
        The candidate that was measured.
    answer
        Whether the candidate is slower.
    comparison
        Result of the A/B. ``None`` if the candidate does not compile, or compiles to the same binary.
    series
        Id of the A/B series.
    stored
        Whether the runs were already in the store, so that nothing was recorded.
    """

    candidate: Candidate
    answer: Answer
    comparison: ComparisonResult | None = None
    series: str = ""
    stored: bool = False

    def __str__(self) -> str:
        candidate = plain(str(self.candidate))[:60]
        if self.comparison is None:
            return f"{candidate}: {'does not compile' if self.answer == 'unbuildable' else 'the same binary'}"
        stored = ", from stored runs" if self.stored else ""
        return f"{candidate}: {self.answer}: {effect_text(self.comparison)}{stored}"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {
            "name": self.candidate.name,
            "title": self.candidate.title,
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
    measured
        All comparisons, in the order they were made.
    evidence
        Comparison of the first slower candidate with its predecessor. ``None`` if no candidate was found.
    """

    candidates: Sequence[Candidate]
    finding: Finding
    measured: Sequence[Measured]
    evidence: Measured | None = None

    @property
    def first_slower(self) -> Candidate | None:
        """The first slower candidate; ``None`` if none was found or the direct comparison contradicts the search."""
        if self.finding.outcome != "found" or (self.evidence is not None and self.evidence.answer == "not slower"):
            return None
        return self.candidates[self.finding.last]

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        good, bad = self.candidates[0].name, self.candidates[-1].name
        first, last = self.candidates[self.finding.first], self.candidates[self.finding.last]
        if self.finding.outcome == "nothing":
            return f"Nothing to bisect: {bad} is not slower than {good}."
        if self.finding.outcome == "undecided":
            return f"It is undecided whether {bad} is slower than {good}: add blocks, or make the runs longer."
        if self.finding.outcome == "range":
            return (
                f"The first slower candidate is one of {self.finding.last - self.finding.first + 1}, from"
                f" {plain(str(first))} to {plain(str(last))}: the candidates between them could not be decided."
            )
        parent = self.candidates[self.finding.last - 1].name
        if self.first_slower is None:
            return (
                f"The search ended at {plain(str(last))}: it is slower than {good} but not slower than its predecessor"
                f" {parent}. The slowdown is spread over several candidates, or noise misled the search."
            )
        text = f"The first slower candidate is {plain(str(last))}."
        if self.evidence is not None and self.evidence.answer == "inconclusive":
            text += f" Its comparison with {parent} alone is inconclusive."
        return text

    def __str__(self) -> str:
        lines = [self.sentence, ""]
        if self.evidence is not None and self.evidence.comparison is not None:
            parent = self.candidates[self.finding.last - 1].name
            lines += [f"Against {parent}: {effect_text(self.evidence.comparison)}", f"  series {self.evidence.series}"]
        lines += [f"Against {self.candidates[0].name}:", *(f"  {measured}" for measured in self.measured)]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        found = self.first_slower
        return {
            "outcome": self.finding.outcome if found or self.finding.outcome != "found" else "contradicted",
            "sentence": self.sentence,
            "first_slower": None
            if found is None
            else {"name": found.name, "title": found.title, "ref": found.side.spec},
            "suspects": [
                candidate.side.spec for candidate in self.candidates[self.finding.first : self.finding.last + 1]
            ]
            if self.finding.outcome in ("found", "range")
            else [],
            "candidates": [candidate.side.spec for candidate in self.candidates],
            "measured": [measured.to_json() for measured in self.measured],
            "evidence": None if self.evidence is None else self.evidence.to_json(),
        }


def effect_text(comparison: ComparisonResult) -> str:
    """Return each stage's effect with its interval and verdict on one line."""
    parts = []
    for stage in comparison.stages:
        if stage.effect is None:
            parts.append(f"{stage.stage}: {stage.decision.verdict} ({stage.decision.reason})")
            continue
        low, high = stage.effect.interval(1 - comparison.level)
        parts.append(
            f"{stage.stage} {stage.effect.ratio - 1:+.1%} [{low - 1:+.1%}, {high - 1:+.1%}] {stage.decision.verdict}"
            f" ({len(stage.before)} + {len(stage.after)} runs)"
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
