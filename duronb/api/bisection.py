"""Find the first slower commit or release between two, by A/B at the midpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duronb.analysis.comparison.bisect import Bisection
from duronb.analysis.comparison.compare import ComparisonResult, compare_runs
from duronb.analysis.comparison.slowdown import answer, slowdowns
from duronb.analysis.metrics import RATES, metric_named
from duronb.api.interleaved import extend_series, record_series
from duronb.api.stores import store_for
from duronb.capture.ab.series import SIDES, Series, all_series
from duronb.capture.ab.sides import SideBuildError, check_blocks
from duronb.capture.published import Published
from duronb.errors import DuronbError, RequestError, WorkloadError
from duronb.events import Emit, Event, silent
from duronb.options.remedy import command
from duronb.options.side import OF_BOTH_SIDES
from duronb.request import PROFILE_OPTIONS, EngineName, ProfileRequest
from duronb.results.bisection import Bisected, Measured
from duronb.sampling.perf import Perf
from duronb.store import Store
from duronb.subject.candidates import Candidate, candidates
from duronb.subject.plan import find_subject
from duronb.subject.side import side_requests
from duronb.subject.workload import ALL_STAGES

if TYPE_CHECKING:
    from duronb.model.run import RunRecord


def bisect(
    good: str,
    bad: str,
    *,
    repo: str | Path | None = None,
    blocks: int = 5,
    seconds: int = 10,
    stages: Sequence[str] = ("file:2/2",),
    metric: str = "window_rate",
    margin: float = 5.0,
    looks: int = 3,
    engine: EngineName = "auto",
    frequency_hz: int = 999,
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Bisected:
    """Find the first commit, or release, that is slower than a good one.

    A candidate is slower where it is surely worse, and not where it surely has less than half of what makes the bad
    end slower: ``duronb.analysis.comparison.slowdown``.

    Parameters
    ----------
    good, bad
        Two refs of one checkout, the good one an ancestor, or two releases.
    repo
        The checkout; the working directory's when left out.
    blocks, seconds, stages
        Of each A/B; the bundled workload runs, so that every revision runs the same.
    metric
        What has to be worse; see ``duronb.analysis.metrics``.
    margin
        In percent; a change that is surely smaller is none.
    looks
        How often a revision may be looked at, each time with ``blocks`` more, before its neighbour is tried.
    engine, frequency_hz
        As for ``profile``.
    store
        Where the runs go. A search that was stopped goes on with the runs that are there.
    on_event
        Called with each ``duronb.events.Event``.

    Returns
    -------
    The first slower one with its evidence, or what can be said in its place.

    Raises
    ------
    DuronbError
        RequestError, HostError, BuildError, WorkloadError or StoreError, each with the one thing to do.
    KeyboardInterrupt
        You stopped it. What was recorded is kept, and the same call goes on from there.
    """
    metric_named(metric)
    check_blocks(blocks)
    if not 0 < margin < 100:
        raise RequestError(f"margin cannot be {margin:g}.", "Give a number of percent between 0 and 100.")
    if not 1 <= looks <= 10:
        raise RequestError(f"looks cannot be {looks}.", "Give a whole number from 1 to 10.")
    options: dict[str, Any] = {
        "seconds": seconds,
        "stages": tuple(stages or ALL_STAGES),
        "engine": engine,
        "frequency_hz": frequency_hz,
    }
    ProfileRequest(**options)
    with Published(engine, on_event) as published:
        found = candidates(good, bad, repo, published.newest)
    bench = _Bench(store_for(store, repo), found, options, blocks, metric, margin / 100, on_event)
    search = Bisection(len(found), looks)
    _tell(
        on_event,
        f"{len(found) - 1} revisions after {found[0].name}, {search.questions_left} or more to measure."
        f" First whether {found[-1].name} is slower at all.",
    )
    while (question := search.question()) is not None:
        look = bench.measure(0, question.candidate, question.look)
        search.answer(look.answer)
        _tell(on_event, f"{look} ({search.questions_left} or more to measure)")
    finding = search.finding
    assert finding is not None
    measured = tuple(bench.measured)
    evidence = None
    if finding.outcome == "found":
        evidence = bench.settle(finding.last - 1, finding.last, looks)
    return Bisected(candidates=found, finding=finding, measured=measured, evidence=evidence)


@dataclass
class _Bench:
    """Compares candidates, with stored runs where there are enough."""

    store: Store
    candidates: Sequence[Candidate]
    options: dict[str, Any]
    blocks: int
    metric: str
    margin: float
    emit: Emit
    measured: list[Measured] = field(default_factory=list)
    sought: dict[str, float] | None = None
    """What makes the bad end slower, as soon as that is known: see ``duronb.analysis.comparison.slowdown``."""

    def settle(self, base: int, number: int, looks: int) -> Measured:
        """Compare two candidates, with more blocks while it is inconclusive."""
        for look in range(1, looks + 1):
            measured = self.measure(base, number, look)
            if measured.answer != "inconclusive":
                break
        return measured

    def measure(self, base: int, number: int, look: int) -> Measured:
        """Compare a candidate with another one, on at least as many blocks as this look should see."""
        measured = self._measure(base, number, look)
        self.measured.append(measured)
        return measured

    def _measure(self, base: int, number: int, look: int) -> Measured:
        candidate = self.candidates[number]
        try:
            requests = self._requests(base, number)
            stored = self._stored(requests)
            missing = look * self.blocks - (0 if stored is None else len(stored.pairs[0]))
            series = self._recorded(requests, stored, missing) if missing > 0 or stored is None else stored
        except (SideBuildError, _NoWorkloadError, WorkloadError) as error:
            at_an_end = number == len(self.candidates) - 1 or getattr(error, "side", "after") == "before"
            if at_an_end:
                raise
            _tell(self.emit, f"Passed over: {error.message}")
            return Measured(candidate=candidate, answer="unbuildable")
        if series.interrupted:
            raise KeyboardInterrupt
        comparison = self._compare(series)
        found = answer(comparison, self.margin, self.sought)
        if self.sought is None and found == "slower":
            self.sought = slowdowns(comparison, self.margin)
        return Measured(
            candidate=candidate,
            answer=found,
            comparison=comparison,
            series=series.id,
            stored=missing <= 0,
        )

    def _requests(self, base: int, number: int) -> tuple[ProfileRequest, ProfileRequest]:
        before, after = self.candidates[base], self.candidates[number]
        return side_requests(
            before.side,
            after.side,
            labels=(f"bisect-{before.name}"[:64], f"bisect-{after.name}"[:64]),
            options=self.options,
        )

    def _recorded(self, requests: tuple[ProfileRequest, ProfileRequest], stored: Series | None, missing: int) -> Series:
        if stored is not None:
            try:
                return extend_series(self.store, stored.id, missing, on_event=self.emit)
            except RequestError as error:
                _tell(self.emit, f"Recorded anew: {error.message}")
        return record_series(self.store, requests, self.blocks, on_event=self.emit)

    def _stored(self, requests: tuple[ProfileRequest, ProfileRequest]) -> Series | None:
        """Return the stored series of these sources and options with the most complete blocks."""
        wanted = [_source_hash(request) for request in requests]
        alike = [
            series
            for series in all_series(self.store.runs())
            if all(
                (side := series.side(name)) and _is_of(side[0], request, source)
                for name, request, source in zip(SIDES, requests, wanted, strict=True)
            )
        ]
        return max(alike, key=lambda series: len(series.pairs[0]), default=None)

    def _compare(self, series: Series) -> ComparisonResult:
        before, after = series.pairs
        if not before:
            raise WorkloadError(f"No block of the series {series.id} is complete.", f"See its runs: {command('runs')}")
        # The usual figure gives way to the next best where a log does not tell what it takes.
        metric = None if self.metric == RATES[0] else self.metric
        comparison = compare_runs(before, after, metric=metric, margin=self.margin)
        if comparison.verdict == "not comparable":
            why = "; ".join(str(mismatch) for mismatch in comparison.mismatches)
            raise DuronbError(
                f"The runs of {series.id} cannot be compared: {why}.", "Search on one host, with one engine."
            )
        return comparison


class _NoWorkloadError(RequestError):
    """A revision is older than the stress test."""


def _source_hash(request: ProfileRequest) -> str:
    """Return the hash of what would be built; the sampler has no part in it."""
    try:
        return find_subject(request).plan(request, Perf(), lambda release: release).build.source.source_hash
    except RequestError as error:
        raise _NoWorkloadError(error.message, error.remedy) from error


_SAME = tuple(name for name in PROFILE_OPTIONS if name not in OF_BOTH_SIDES)
"""What a stored run must have been asked for as well: everything but its subject, its label and its engine."""


def _is_of(run: RunRecord, request: ProfileRequest, source: str) -> bool:
    return (
        run.environment.build_source == source
        and all(getattr(run.request, name) == getattr(request, name) for name in _SAME)
        and request.engine in ("auto", run.engine)
    )


def _tell(emit: Emit, text: str) -> None:
    emit(Event(kind="output", step="prepare", text=text))
