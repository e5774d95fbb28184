"""Recording for a bisection: which blocks are stored, and further blocks of a pair of candidates."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from duronb.analysis.bisection.evidence import Block
from duronb.analysis.bisection.posterior import Pair
from duronb.analysis.conditions import comparable, mismatches
from duronb.capture.ab.blocks import run_blocks
from duronb.capture.ab.series import (
    SIDES,
    Series,
    all_series,
    check_same_build,
    first_runs,
    pinned_request,
    same_source,
)
from duronb.capture.ab.sides import SideBuildError, build_sides, prepare_sides
from duronb.capture.planned import Built
from duronb.capture.session import Session
from duronb.errors import DuronbError, RequestError, WorkloadError
from duronb.events import Emit, Event
from duronb.options.side import OF_BOTH_SIDES
from duronb.request import PROFILE_OPTIONS, ProfileRequest
from duronb.sampling.perf import Perf
from duronb.subject.candidates import Candidate
from duronb.subject.plan import find_subject
from duronb.subject.side import side_requests

if TYPE_CHECKING:
    from duronb.model.run import RunRecord

_SAME = tuple(name for name in PROFILE_OPTIONS if name not in OF_BOTH_SIDES)
"""Fields of a request that a stored run must share: all except its subject, its label and its engine."""


class UnbuildableError(DuronbError):
    """A candidate has no workload, does not compile, or its workload fails; ``candidate`` is its index."""

    def __init__(self, candidate: int, error: DuronbError) -> None:
        super().__init__(error.message, error.remedy)
        self.candidate = candidate


@dataclass
class Bench:
    """Builds candidates and records blocks of pairs of them, in one session.

    A candidate is built while nothing is recorded: a build takes the turn of a recording on this host.
    """

    session: Session
    candidates: Sequence[Candidate]
    options: dict[str, Any]
    emit: Emit
    series: dict[Pair, list[Series]] = field(default_factory=dict)
    """Series of each pair, stored ones first. In a pair the earlier candidate comes first."""
    recorded: set[Pair] = field(default_factory=set)
    """Pairs of which blocks were recorded now."""
    block_seconds: float = 0.0
    """Time that a block takes, with its share of the warm-ups; 0 before the first block."""
    build_seconds: float = 0.0
    """Time that the build of a candidate takes; 0 before the first build."""
    _built: dict[Pair, tuple[Built, Built]] = field(default_factory=dict)
    _warm: set[int] = field(default_factory=set)

    def find_stored(self, runs: Sequence[RunRecord]) -> None:
        """Find the stored series of two candidates with these sources and options, whoever recorded them."""
        commits = {candidate.side.ref: number for number, candidate in enumerate(self.candidates)}
        versions = {candidate.side.release: number for number, candidate in enumerate(self.candidates)}
        sources: dict[int, str | None] = {}
        for series in reversed(all_series(runs)):
            sides = [series.side(name) for name in SIDES]
            if not all(sides):
                continue
            pair = []
            for run in (side[0] for side in sides):
                release = run.subject.kind == "release"
                number = versions.get(run.subject.version) if release else commits.get(run.subject.git_sha)
                if number is not None:
                    if number not in sources:
                        sources[number] = self._source_hash(number)
                    if self._is_of(run, sources[number]):
                        pair.append(number)
            if len(set(pair)) == len(SIDES):
                self.series.setdefault((min(pair), max(pair)), []).append(series)

    def blocks(self) -> dict[Pair, list[Block]]:
        """Return the complete blocks of each pair, the earlier candidate first.

        Only runs under the conditions of the newest run count: blocks of another host may differ in size and noise.
        """
        found: dict[Pair, list[Block]] = {}
        newest: RunRecord | None = None
        for pair, recorded in self.series.items():
            for series in recorded:
                before, after = series.pairs
                if before and self.number_of(series.side("before")[0]) != pair[0]:
                    before, after = after, before
                found.setdefault(pair, []).extend(zip(before, after, strict=True))
                newest = max(
                    [*before, *after, *([newest] if newest else [])], key=lambda run: run.created, default=None
                )
        if newest is None:
            return {}
        return {
            pair: kept
            for pair, of in found.items()
            if (kept := [block for block in of if len(comparable(block, newest)) == len(block)])
        }

    def number_of(self, run: RunRecord) -> int:
        """Return the index of the candidate that a run is of; -1 if it is of another subject."""
        names = [run.subject.version, run.subject.git_sha]
        found = (
            number
            for number, candidate in enumerate(self.candidates)
            if (candidate.side.release or candidate.side.ref) in names
        )
        return next(found, -1)

    def cost(self, base: int, candidate: int) -> float:
        """Return the relative time of a question about a pair: a build is spread over several questions."""
        unknown = sum(number not in self._warm for number in (base, candidate))
        return 1 + unknown * (self.build_seconds / self.block_seconds / 8 if self.block_seconds else 0.0)

    def record(self, base: int, candidate: int, blocks: int) -> None:
        """Build both candidates and record blocks of them.

        Raises
        ------
        UnbuildableError
            One of them cannot be measured.
        SameBinaryError
            Both are one program.
        KeyboardInterrupt
            The user interrupted. The recorded runs are kept.
        """
        pair = base, candidate
        try:
            built, stored = self._build(pair)
            cold = not self._warm.issuperset(pair)
            began = time.monotonic()
            added = run_blocks(self.session, *built, blocks, series=stored, warm_up=cold)
        except SideBuildError as error:
            raise UnbuildableError(base if error.side == "before" else candidate, error) from error
        except WorkloadError as error:
            raise UnbuildableError(candidate if base in self._warm or not base else base, error) from error
        self._warm.update(pair)
        seconds = (time.monotonic() - began) / (blocks + cold)
        self.block_seconds = seconds if not self.block_seconds else (self.block_seconds + seconds) / 2
        self.recorded.add(pair)
        self._keep(pair, stored, added)
        if added.interrupted:
            raise KeyboardInterrupt
        before, after = added.pairs
        if before and (found := mismatches(before, after)):
            why = "; ".join(map(str, found))
            raise DuronbError(
                f"The runs of {added.id} cannot be compared: {why}.", "Run the search on one host, with one engine."
            )

    def _keep(self, pair: Pair, stored: Series | None, added: Series) -> None:
        of_pair = self.series.setdefault(pair, [])
        if stored is None:
            of_pair.append(Series(id=added.id, runs=added.runs))
        else:
            of_pair[of_pair.index(stored)] = Series(id=stored.id, runs=(*stored.runs, *added.runs))

    def _build(self, pair: Pair) -> tuple[tuple[Built, Built], Series | None]:
        """Return both builds, and the series to continue; ``None`` for a new one."""
        stored = next((each for each in reversed(self.series.get(pair, [])) if self._continues(pair, each)), None)
        if pair not in self._built:
            began = time.monotonic()
            built = None
            if stored is not None:
                try:
                    built = self._build_like(stored)
                except RequestError as error:
                    self._report(f"A new series is recorded: {error.message}")
                    stored = None
            self._built[pair] = built or self._build_new(pair)
            new = sum(number not in self._warm for number in pair)
            self.build_seconds = max(self.build_seconds, (time.monotonic() - began) / max(1, new))
        return self._built[pair], stored

    def _continues(self, pair: Pair, series: Series) -> bool:
        """Return whether a stored series has its sides in the order of the pair."""
        return self.number_of(series.side("before")[0]) == pair[0]

    def _build_like(self, series: Series) -> tuple[Built, Built]:
        """Build both sides as a stored series was built; see ``more_blocks``."""
        runs = first_runs(series)
        planned = self.session.prepare(*(pinned_request(run) for run in runs))
        before, after = (same_source(series, run, plan) for run, plan in zip(runs, planned, strict=True))
        with self.session.turn(before.request.label):
            built = build_sides(self.session, before, after, (runs[0].cargo_lock, runs[1].cargo_lock))
        for run, build in zip(runs, built, strict=True):
            check_same_build(series, run, build)
        return built

    def _build_new(self, pair: Pair) -> tuple[Built, Built]:
        for number in pair:
            try:
                find_subject(request := self._request(number)).plan(request, Perf(), str)
            except RequestError as error:
                raise UnbuildableError(number, error) from error
        before, after = prepare_sides(self.session, *(self._request(number) for number in pair))
        with self.session.turn(before.request.label):
            return build_sides(self.session, before, after)

    def _request(self, number: int) -> ProfileRequest:
        candidate = self.candidates[number]
        label = f"bisect-{candidate.name}"[:64]
        return side_requests(candidate.side, candidate.side, labels=(label, label), options=self.options)[0]

    def _source_hash(self, number: int) -> str | None:
        """Return the source hash of what is built from a candidate; ``None`` if it has no workload."""
        request = self._request(number)
        try:
            return find_subject(request).plan(request, Perf(), str).build.source.source_hash
        except RequestError:
            return None

    def _is_of(self, run: RunRecord, source: str | None) -> bool:
        request = self._request(0)
        return (
            source is not None
            and run.environment.build_source == source
            and all(getattr(run.request, name) == getattr(request, name) for name in _SAME)
            and request.engine in ("auto", run.engine)
        )

    def _report(self, text: str) -> None:
        self.emit(Event(kind="output", step="prepare", text=text))

    @property
    def same_programs(self) -> list[Pair]:
        """Pairs of built candidates whose binaries are equal."""
        identity = {
            number: built.build.identity
            for pair, both in self._built.items()
            for number, built in zip(pair, both, strict=True)
        }
        numbers = sorted(identity)
        return [
            (first, second)
            for index, first in enumerate(numbers)
            for second in numbers[index + 1 :]
            if identity[first] == identity[second]
        ]
