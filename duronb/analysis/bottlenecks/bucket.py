"""Buckets of bottlenecks: the patterns of their frames, their evidence in the log, and what to try.

The bundled catalogue is ``bottlenecks.toml`` beside this module. It explains its format and the rule that assigns a
sample to a bucket. ``duronb.analysis.bottlenecks.catalogue`` reads it.
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
"""Id of the bucket for samples that no pattern claims. Every catalogue has it, as the last bucket."""

RULE = 1
"""Version of the rules that name frames and pass claims on. Stored counts of another version are discarded."""

MOST_KNOWN = 200_000
"""Largest number of frames whose matching patterns are cached, since most functions occur in every run."""

Priority = Literal["normal", "hold", "fallback"]
PRIORITIES: tuple[str, ...] = get_args(Priority)

# Prefixes and suffixes that glibc adds to its function names: __GI___libc_write, cfree@GLIBC_2.2.5, read_nocancel.
_GLIBC = re.compile(r"^(?:__GI_)?_{0,3}libc_|^__GI_{1,3}|@.*$|_nocancel(?=$|@)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Conditions under which a frame claims the samples below it for a bucket; all conditions that are set must hold.

    Parameters
    ----------
    bucket
        Index of the bucket.
    name, module
        Regular expressions, searched in the frame's name without hash, generic arguments and closure numbers, and in
        the base name of its binary or library. ``None`` for no condition.
    kind
        One of ``duronb.model.kinds.CODE_KINDS``; ``None`` for no condition.
    within
        Indices of buckets. The pattern claims only stacks that the callers put in one of them. Empty for any bucket.
    priority
        ``hold`` keeps all samples below; ``fallback`` claims only samples that no other pattern claims.
    """

    bucket: int
    name: re.Pattern[str] | None
    module: re.Pattern[str] | None
    kind: str | None
    within: frozenset[int]
    priority: Priority

    def matches(self, name: str, module: str, kind: str) -> bool:
        """Return whether the pattern matches a frame whose name was prepared by ``matched_name``."""
        return (
            (self.kind is None or self.kind == kind)
            and (self.module is None or self.module.search(module) is not None)
            and (self.name is None or self.name.search(name) is not None)
        )


@dataclass(frozen=True, slots=True)
class Fix:
    """One suggestion how to spend less time in a bucket.

    Parameters
    ----------
    advice
        What to do, and why it helps.
    references
        Sources: functions of Duroxide, pages of the documentation of its libraries.
    needs
        A package and the lowest version of it that the advice needs; ``None`` if it needs none.
    together
        Another package whose version limits that of the first; empty if there is none.
    """

    advice: str
    references: tuple[str, ...] = ()
    needs: tuple[str, str] | None = None
    together: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value or log line of a stage that supports the diagnosis of a bucket.

    Parameters
    ----------
    text
        A sentence with the placeholder ``{value}``.
    figure
        Name of the attribute of ``StageResult`` that is the value; ``None`` if ``log`` is set.
    log
        Regular expression; the value is the number of lines of the stage's log that it matches.
    """

    text: str
    figure: str | None = None
    log: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A named kind of work that samples are counted for.

    Parameters
    ----------
    id
        Lower case letters, digits and underscores.
    title
        A few words for tables and legends.
    symptom
        What the samples of the bucket do.
    fixes, evidence, references
        What to try, what supports the diagnosis, what to read.
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
        In the order of the file; ``unknown`` is the last.
    patterns
        In the order in which they are tried on a frame: those of the user's file first.
    source
        The user's file that was merged; ``None`` for the bundled catalogue.
    """

    buckets: tuple[Bucket, ...]
    patterns: tuple[Pattern, ...]
    source: Path | None = None

    @property
    def unknown(self) -> int:
        """Index of the bucket ``unknown``."""
        return len(self.buckets) - 1

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the rule, buckets and patterns: catalogues that may count samples differently have different ones."""
        patterns = [
            [
                [each.bucket, each.kind, each.priority, sorted(each.within)],
                *(None if regex is None else [regex.pattern, regex.flags] for regex in (each.name, each.module)),
            ]
            for each in self.patterns
        ]
        text = json.dumps([RULE, [bucket.id for bucket in self.buckets], patterns])
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def _index(self) -> dict[str, int]:
        return {bucket.id: index for index, bucket in enumerate(self.buckets)}

    @cached_property
    def _claims(self) -> dict[tuple[str, str], tuple[int, ...]]:
        return {}

    def claims(self, name: str, module: str) -> tuple[int, ...]:
        """Return the indices of the patterns that match a frame, in catalogue order; cached per frame."""
        known = self._claims.get((name, module))
        if known is None:
            if len(self._claims) >= MOST_KNOWN:
                self._claims.clear()
            seen, kind = matched_name(name), kind_of(name, module)
            known = tuple(at for at, pattern in enumerate(self.patterns) if pattern.matches(seen, module, kind))
            self._claims[name, module] = known
        return known

    def index(self, bucket: str) -> int:
        """Return the index of the bucket with this id, or raise KeyError."""
        return self._index[bucket]


def matched_name(name: str) -> str:
    """Return a frame's name as patterns see it: without build-specific parts, and at most ``LONGEST_NAME`` long."""
    short = normalise(name, closures=True, generics=True)[:LONGEST_NAME]
    return short if "::" in short else _GLIBC.sub("", short) or short
