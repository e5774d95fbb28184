"""What a search for the first slower commit found, as text and as JSON."""

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
    """One look at a candidate.

    Parameters
    ----------
    candidate
        What was compared with the good one.
    answer
        What followed.
    comparison
        ``None`` where it does not compile.
    series
        Id of the A/B.
    stored
        Its runs were there already; nothing was recorded.
    """

    candidate: Candidate
    answer: Answer
    comparison: ComparisonResult | None = None
    series: str = ""
    stored: bool = False

    def __str__(self) -> str:
        said = plain(str(self.candidate))[:60]
        if self.comparison is None:
            return f"{said}: does not compile"
        stored = ", from stored runs" if self.stored else ""
        return f"{said}: {self.answer}: {effect_text(self.comparison)}{stored}"

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
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
    """How a search ended.

    Parameters
    ----------
    candidates
        The good one, all between, and the bad one.
    finding
        What the search found in them.
    measured
        Every look, in order.
    evidence
        The first slower one against the one before it; ``None`` where none was found.
    """

    candidates: Sequence[Candidate]
    finding: Finding
    measured: Sequence[Measured]
    evidence: Measured | None = None

    @property
    def first_slower(self) -> Candidate | None:
        """What was found; ``None`` where nothing was, or the direct comparison contradicts it."""
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
            return f"It cannot be said whether {bad} is slower than {good}: add blocks, or make the runs longer."
        if self.finding.outcome == "range":
            return (
                f"The first slower one is one of {self.finding.last - self.finding.first + 1}, from"
                f" {plain(str(first))} to {plain(str(last))}: those between cannot be decided."
            )
        parent = self.candidates[self.finding.last - 1].name
        if self.first_slower is None:
            return (
                f"{plain(str(last))} is slower than {good}, and the search ends there, but it is not slower than"
                f" {parent} before it: the slow-down is spread over several, or noise misled the search."
            )
        text = f"The first slower one is {plain(str(last))}."
        if self.evidence is not None and self.evidence.answer == "inconclusive":
            text += f" Compared with {parent} alone, it remains inconclusive."
        return text

    def __str__(self) -> str:
        lines = [self.sentence, ""]
        if self.evidence is not None and self.evidence.comparison is not None:
            parent = self.candidates[self.finding.last - 1].name
            lines += [f"Against {parent}: {effect_text(self.evidence.comparison)}", f"  series {self.evidence.series}"]
        lines += [f"Against {self.candidates[0].name}:", *(f"  {measured}" for measured in self.measured)]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
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
    """Return each stage's figures as plain JSON values."""
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
