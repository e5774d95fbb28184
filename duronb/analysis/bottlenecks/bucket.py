"""Buckets of bottlenecks: what a frame says about where time goes, how it shows in the log, and what to try.

``bottlenecks.toml`` beside this module is the catalogue; it explains its own format and the rule by which a sample
finds its bucket. ``duronb.analysis.bottlenecks.catalogue`` reads it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from duronb.analysis.bottlenecks.safe_pattern import LONGEST_NAME
from duronb.model.kinds import kind_of
from duronb.model.names import normalise

UNKNOWN = "unknown"
"""Id of the bucket of what no pattern claims; it is always there, and always last."""

RULE = 1
"""Version of how frames are named and claims passed on; counts by another one are not kept."""

MOST_KNOWN = 200_000
"""Frames whose patterns are kept: the same functions come again in every run."""

Priority = Literal["normal", "hold", "fallback"]
PRIORITIES: tuple[str, ...] = get_args(Priority)

# What glibc puts around the names of its functions: __GI___libc_write, cfree@GLIBC_2.2.5, read_nocancel.
_GLIBC = re.compile(r"^(?:__GI_)?_{0,3}libc_|^__GI_{1,3}|@.*$|_nocancel(?=$|@)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which frames claim the samples below them for a bucket; all conditions that are given must hold.

    Parameters
    ----------
    bucket
        Index of the bucket.
    name, module
        Regular expressions that are searched in the frame's name, without hash, generic arguments and numbers of
        closures, and in the base name of its binary or library.
    kind
        One of ``duronb.model.kinds.KINDS``.
    within
        Indices of buckets; the pattern claims only what one of them has by the frames above. Empty for any.
    priority
        ``hold`` keeps all below; ``fallback`` takes only what no other has.
    """

    bucket: int
    name: re.Pattern[str] | None
    module: re.Pattern[str] | None
    kind: str | None
    within: frozenset[int]
    priority: Priority

    def matches(self, name: str, module: str, kind: str) -> bool:
        """Say whether a frame, its name prepared by ``matched_name``, is one of the pattern's."""
        return (
            (self.kind is None or self.kind == kind)
            and (self.module is None or self.module.search(module) is not None)
            and (self.name is None or self.name.search(name) is not None)
        )


@dataclass(frozen=True, slots=True)
class Fix:
    """Something to try.

    Parameters
    ----------
    advice
        What to do, and why it helps.
    references
        Where that can be read: functions of Duroxide, pages of its libraries.
    """

    advice: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of a stage's figures or log speaks for a bucket.

    Parameters
    ----------
    text
        A sentence in which ``{value}`` stands for the figure.
    figure
        Name of a figure of ``StageResult``.
    log
        Regular expression; the figure is how many lines of the stage's log it matches.
    """

    text: str
    figure: str | None = None
    log: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A cause that samples are counted for.

    Parameters
    ----------
    id
        Lower case letters, digits and underscores.
    title
        A few words for tables and legends.
    symptom
        How it shows.
    fixes, evidence, references
        What to try, what to look for in the log, what to read.
    """

    id: str
    title: str
    symptom: str = ""
    fixes: tuple[Fix, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Buckets and the patterns of their frames.

    Parameters
    ----------
    buckets
        In the order of the file, ``unknown`` last.
    patterns
        In the order in which they are tried on a frame: the user's own first.
    source
        The user's file that was merged in; ``None`` for the bundled catalogue.
    """

    buckets: tuple[Bucket, ...]
    patterns: tuple[Pattern, ...]
    source: Path | None = None

    @property
    def unknown(self) -> int:
        """Index of the bucket of what no pattern claims."""
        return len(self.buckets) - 1

    @cached_property
    def fingerprint(self) -> str:
        """Text that differs where samples may be counted otherwise: by another rule, other buckets or patterns."""
        patterns = [
            [
                [each.bucket, each.kind, each.priority, sorted(each.within)],
                *(None if regex is None else [regex.pattern, regex.flags] for regex in (each.name, each.module)),
            ]
            for each in self.patterns
        ]
        told = json.dumps([RULE, [bucket.id for bucket in self.buckets], patterns])
        return hashlib.sha256(told.encode()).hexdigest()

    @cached_property
    def _index(self) -> dict[str, int]:
        return {bucket.id: index for index, bucket in enumerate(self.buckets)}

    @cached_property
    def _claims(self) -> dict[tuple[str, str], tuple[int, ...]]:
        return {}

    def claims(self, name: str, module: str) -> tuple[int, ...]:
        """Return the indices of the patterns that a frame matches, in their order; found once per frame."""
        known = self._claims.get((name, module))
        if known is None:
            if len(self._claims) >= MOST_KNOWN:
                self._claims.clear()
            seen, kind = matched_name(name), kind_of(name, module)
            known = tuple(at for at, pattern in enumerate(self.patterns) if pattern.matches(seen, module, kind))
            self._claims[name, module] = known
        return known

    def index(self, bucket: str) -> int:
        """Return where a bucket is, or raise KeyError."""
        return self._index[bucket]


def matched_name(name: str) -> str:
    """Return a frame's name as patterns see it: what differs from build to build is gone, the rest is cut."""
    short = normalise(name, closures=True, generics=True)[:LONGEST_NAME]
    return short if "::" in short else _GLIBC.sub("", short) or short
