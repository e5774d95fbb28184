"""How many random examples a property is tried with."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

_USUAL = 100


def examples(usual: int, **options: Any) -> settings:
    """Return settings for a property that needs more, or can afford fewer, examples than others.

    Parameters
    ----------
    usual
        How many in a run of all tests, where other properties have 100. With the profile ``fast`` it is a part of that.
    options
        Further settings of hypothesis.
    """
    return settings(max_examples=max(1, usual * settings().max_examples // _USUAL), **options)
