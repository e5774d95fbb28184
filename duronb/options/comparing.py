"""The words of a comparison."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from duronb.errors import RequestError
from duronb.options.words import Words
from duronb.quoting import quoted

SIDES: Words = (
    (("before",), {"metavar": "BEFORE", "help": "a label (all of its runs), a tag, an id or a path; or 'last', alone"}),
    (("after",), {"nargs": "?", "metavar": "AFTER", "help": "the same; left out where BEFORE is the id of an A/B"}),
)
COMPARE: Words = (
    (("--stage",), {"metavar": "NAME", "help": "only this stage, such as 'File SQLite 2/2'"}),
    (("--metric",), {"metavar": "NAME", "help": "window_rate, throughput, ...; the best rate that all runs have"}),
    (
        ("--margin",),
        {"metavar": "PERCENT", "default": "5", "help": "a smaller change does not matter; 5 when left out"},
    ),
    (("--force",), {"action": "store_true", "help": "compare although conditions differ"}),
)


def compare_arguments(parsed: Namespace, before: str, after: str | None) -> dict[str, Any]:
    """Return keywords of ``duronb.compare``; one side alone is the id of an A/B.

    Raises
    ------
    RequestError
        The margin is none.
    """
    alone = after is None
    return {
        "before": None if alone else before,
        "after": after,
        "series": before if alone else None,
        "stage": parsed.stage,
        "metric": parsed.metric,
        "margin": margin_of(parsed.margin),
        "force": parsed.force,
        "store": parsed.store,
    }


def margin_of(text: str) -> float:
    """Return a margin in percent as a part.

    Raises
    ------
    RequestError
        It is none.
    """
    try:
        percent = float(text.removesuffix("%"))
    except ValueError:
        percent = 0.0
    if not 0 < percent <= 100:
        raise RequestError(f"--margin cannot be {quoted(text)}.", "Give percent above 0, up to 100.")
    return percent / 100
