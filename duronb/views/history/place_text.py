"""Words about where a level changed: the set of places, their odds, and the A/B that decides between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duronb.analysis.history.host_history import HostHistory
from duronb.analysis.history.level_changes import LevelChange
from duronb.analysis.history.places import Place
from duronb.options.remedy import command
from duronb.views.kit.escape import visible
from duronb.views.run.ab_name import ab_name

_LISTED = 3
"""Sets of more places are described by their first and last one."""


def places_sentence(change: LevelChange, series: HostHistory) -> str:
    """Return the set of places of a change as a sentence; empty if the set is unknown."""
    places = change.places
    if not places:
        return ""
    if len(places) == 1:
        return "No other place is likely (95 %)."
    if len(places) <= _LISTED:
        texts = [f"between {_pair(place, series)}" for place in places]
        return f"The place, with 95 %: {_or(texts)}, {odds_text(places)}."
    first, last = min(place.index for place in places), max(place.index for place in places)
    begin, end = series.runs[first - 1], series.runs[last]
    return f"The place, with 95 %: one of {len(places):,} between {begin.id} and {end.id}."


def odds_text(places: Sequence[Place]) -> str:
    """Return the odds of two places as a ratio, or the probabilities of several in percent."""
    if len(places) == 2:
        ratio = places[0].probability / max(places[1].probability, 1e-9)
        if ratio >= 10:
            return f"about {ratio:.0f} : 1"
        odds = Fraction(ratio).limit_denominator(2 if ratio < 4 else 1)
        return f"about {odds.numerator} : {odds.denominator}"
    total = sum(place.probability for place in places)
    shares = [f"{100 * place.probability / total:.0f}" for place in places]
    return f"about {', '.join(shares[:-1])} and {shares[-1]} %"


def deciding_sentence(change: LevelChange, series: HostHistory) -> str:
    """Return the A/B that decides whether the change is at its likeliest place.

    Without a place between different code, the sentence points at the machine.
    """
    places = [place.index for place in change.places] or [change.index]
    between = [at for at in places if series.subjects[at - 1] != series.subjects[at]]
    if not between:
        return "The code is the same on both sides, so look for a change of the machine."
    if len(places) == 1 and not change.suspected:
        return ""
    names = [ab_name(series.runs[at]) for at in (between[0] - 1, between[0])]
    if names[0] is None or names[1] is None or names[0] == names[1]:
        return ""
    return f"To decide: {command('ab', names[0], names[1])}."


def _pair(place: Place, series: HostHistory) -> str:
    before, after = (series.subjects[at].label for at in (place.index - 1, place.index))
    if before == after:
        before, after = series.runs[place.index - 1].id, series.runs[place.index].id
    return f"{visible(before, 60)} and {visible(after, 60)}"


def _or(texts: Sequence[str]) -> str:
    return f"{', '.join(texts[:-1])}, or {texts[-1]}"
