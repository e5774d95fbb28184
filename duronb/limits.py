"""Limits of what is read: at least ten times the largest real input. One environment variable raises all of them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from duronb.errors import RequestError, StoreError

VARIABLE = "DURONB_LIMITS"
_REMEDY = f"If you trust it, set {VARIABLE}=10 for ten times as much, or {VARIABLE}=off."


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one size.

    Parameters
    ----------
    what
        What is counted, in the plural.
    most
        The largest number, unless ``DURONB_LIMITS`` raises it.
    """

    what: str
    most: int

    @property
    def now(self) -> int:
        """The largest number for this process.

        Raises
        ------
        RequestError
            ``DURONB_LIMITS`` has an invalid value.
        """
        return min(self.most * _factor(), sys.maxsize)

    def check(self, number: int, whose: str) -> None:
        """Refuse a number that is above the limit.

        Parameters
        ----------
        number
            The number that was found, or at least that.
        whose
            Beginning of the sentence, such as ``The log of the run is``.

        Raises
        ------
        StoreError
            The number is above the limit.
        RequestError
            ``DURONB_LIMITS`` has an invalid value.
        """
        if number > self.most and number > self.now:
            raise StoreError(f"{whose} too large: more than {self.now:,} {self.what}.", _REMEDY)


def _factor() -> int:
    text = os.environ.get(VARIABLE, "").strip().lower() or "1"
    if text == "off":
        return sys.maxsize
    if text.isdecimal() and text.isascii() and 1 <= len(text) <= 9 and int(text) >= 1:
        return int(text)
    raise RequestError(f"{VARIABLE} has an invalid value.", "Set it to a whole number, or to off.")


NODES = Limit("nodes of a call tree", 2_000_000)
ROWS = Limit("rows of samples", 5_000_000)
THREADS = Limit("threads", 10_000)
DEPTH = Limit("frames in a stack", 16_384)
NAMES = Limit("characters of different names", 64 * 2**20)
PARQUET_BYTES = Limit("bytes of a decompressed Parquet file", 256 * 2**20)
LOG_BYTES = Limit("decompressed bytes", 128 * 2**20)
LOG_LINES = Limit("lines", 2_000_000)
"""Logs grow with the length of a run: one of four stages of an hour has about 40 MB and 500,000 lines."""
EXPANSION = Limit("times its compressed size", 250)
"""Ratio above which compressed data are refused. It was chosen, not measured on samples of other tools."""

EXPANSION_FROM = 16 * 2**20
"""Number of decompressed bytes from which on ``EXPANSION`` is checked."""
