"""Counts at the end of the lines of folded stacks: integers, or decimal numbers, which are kept exactly."""

from __future__ import annotations

import re

LARGEST_COUNT = 2**40
DECIMALS = 9
"""Largest number of decimals that are kept: that of the largest scale of the weights of an event."""

TWO_COUNTS = rb".*\S[ \t]+\d+(?:\.\d*)?[ \t]+\d+(?:\.\d*)?"
"""Pattern of a line with two counts, which compares two profiles."""

_DIGITS = len(str(LARGEST_COUNT))
_DECIMAL = re.compile(rb"(\d{0,%d})\.(\d{0,400})" % _DIGITS)
_ZEROS = b"0" * DECIMALS


def parse_count(digits: bytes) -> tuple[int, int, bool] | None:
    """Parse a count.

    Parameters
    ----------
    digits
        Text such as ``12``, ``1.5``, ``8.`` or ``.25``.

    Returns
    -------
    Its integer part, its fraction in units of ``10 ** -DECIMALS``, and whether the fraction has more decimals than
    that and was rounded down; ``None`` for any other text and for a number above ``LARGEST_COUNT``.
    """
    if digits.isdigit():
        return (int(digits), 0, False) if len(digits) <= _DIGITS and int(digits) <= LARGEST_COUNT else None
    match = _DECIMAL.fullmatch(digits)
    if match is None or digits == b"." or int(match[1] or b"0") >= LARGEST_COUNT:
        return None
    fraction = match[2]
    return int(match[1] or b"0"), int((fraction + _ZEROS)[:DECIMALS]), bool(fraction[DECIMALS:].strip(b"0"))
