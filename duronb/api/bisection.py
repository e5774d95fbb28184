"""A binary search for the first slower commit or release, with an A/B at each midpoint."""

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
from duronb.capture.ab.sides import SameBinaryError, SideBuildError, check_blocks
from duronb.capture.published import Published
from duronb.errors import DuronbError, RequestError, WorkloadError
from duronb.events import Emit, Event, silent
from duronb.options.remedy import command
from duronb.options.side import OF_BOTH_SIDES
from duronb.quoting import counted
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
    warmup_seconds: int = 0,
    database_on: str | None = None,
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Bisected:
    """Find the first commit, or release, that is slower than a good one.

    A binary search compares revisions with the good one, each in an A/B. A revision counts as slower if the metric is
    significantly worse. It counts as not slower if its slow-down is significantly less than half of the slow-down of
    the bad end; see ``duronb.analysis.comparison.slowdown``.

    Parameters
    ----------
    good, bad
        Two git refs of one checkout, of which the good one is an ancestor of the bad one; or two releases.
    repo
        Path of the checkout; ``None`` for the checkout in the working directory.
    blocks
        Number of blocks of each A/B, 1 to 1000. A block is one run of each side.
    seconds
        Length of each stage in seconds, 1 to 86400.
    stages
        Stages to run. The bundled workload runs them, so that every revision runs the same program.
    metric
        Name of the metric that has to be worse, from ``duronb.analysis.metrics.METRICS``.
    margin
        Changes within this percentage do not matter. Above 0, below 100. ``compare`` takes a fraction instead.
    looks
        How often a revision is measured, each time with ``blocks`` more blocks, while its answer is inconclusive; 1 to
        10. After that a neighbouring revision is measured in its place.
    engine, frequency_hz, database_on
        As for ``profile``.
    warmup_seconds
        Length of a warm-up in seconds per stage, before every run. It is not counted; 0 means no warm-up.
    store
        Directory or URL in which the runs are stored; see ``runs``. The search uses matching runs that are already
        there, so the same call resumes a search that was interrupted.
    on_event
        Called with each ``duronb.events.Event``.

    Returns
    -------
    Bisected
        The first slower revision (``first_slower``) with the comparison to its predecessor (``evidence``); or, if the
        search could not decide, the revisions that remain.

    Raises
    ------
    RequestError
        A revision or an option is invalid.
    HostError
        This machine lacks something, such as an engine or disk space.
    BuildError
        The good or the bad end does not compile. Other revisions that do not compile are skipped.
    WorkloadError
        The workload fails on the good or the bad end.
    StoreError
        The store cannot be opened or read.
    DuronbError
        Stored runs of a revision were made under other conditions and cannot be compared.
    KeyboardInterrupt
        You interrupted the search. The recorded runs are kept.

    Examples
    --------
    >>> import duronb
    >>> found = duronb.bisect("v1", "v3", seconds=5)
    >>> found.first_slower.title
    'Drop the index'
    """
    metric_named(metric)
    check_blocks(blocks)
    if not 0 < margin < 100:
        raise RequestError(f"margin cannot be {margin:g}.", "Give a percentage above 0 and below 100.")
    if not 1 <= looks <= 10:
        raise RequestError(f"looks cannot be {looks}.", "Give a whole number from 1 to 10.")
    options: dict[str, Any] = {
        "seconds": seconds,
        "stages": tuple(stages or ALL_STAGES),
        "engine": engine,
        "frequency_hz": frequency_hz,
        "warmup_seconds": warmup_seconds,
        "database_on": database_on,
    }
    ProfileRequest(**options)
    with Published(engine, on_event) as published:
        found = candidates(good, bad, repo, published.newest)
    bench = _Bench(store_for(store, repo), found, options, blocks, metric, margin / 100, on_event)
    search = Bisection(len(found), looks)
    _report_progress(
        on_event,
        f"{counted(len(found) - 1, 'revision')} after {found[0].name}, of which at least {search.questions_left} must"
        f" be measured. The first comparison checks whether {found[-1].name} is slower at all.",
    )
    while (question := search.question()) is not None:
        look = bench.measure(0, question.candidate, question.look)
        search.answer(look.answer)
        _report_progress(on_event, f"{look} (at least {search.questions_left} more to measure)")
    finding = search.finding
    assert finding is not None
    measured = tuple(bench.measured)
    evidence = None
    if finding.outcome == "found":
        evidence = bench.settle(finding.last - 1, finding.last, looks)
    return Bisected(candidates=found, finding=finding, measured=measured, evidence=evidence)


@dataclass
class _Bench:
    """Compares candidates with each other. Runs are recorded only if the store has too few."""

    store: Store
    candidates: Sequence[Candidate]
    options: dict[str, Any]
    blocks: int
    metric: str
    margin: float
    emit: Emit
    measured: list[Measured] = field(default_factory=list)
    sought: dict[str, float] | None = None
    """The slow-down of the bad end by stage, from ``slowdown.slowdowns``; ``None`` until it is known."""

    def settle(self, base: int, number: int, looks: int) -> Measured:
        """Compare two candidates, and add blocks up to ``looks`` times while the answer is inconclusive."""
        for look in range(1, looks + 1):
            measured = self.measure(base, number, look)
            if measured.answer != "inconclusive":
                break
        return measured

    def measure(self, base: int, number: int, look: int) -> Measured:
        """Compare candidate ``number`` with candidate ``base`` on at least ``look`` times ``blocks`` blocks."""
        measured = self._measure(base, number, look)
        self.measured.append(measured)
        return measured

    def _measure(self, base: int, number: int, look: int) -> Measured:
        candidate = self.candidates[number]
        try:
            requests = self._requests(base, number)
            stored = self._stored_series(requests)
            missing = look * self.blocks - (0 if stored is None else len(stored.pairs[0]))
            series = self._record(requests, stored, missing) if missing > 0 or stored is None else stored
        except SameBinaryError as error:
            if base == 0 and number == len(self.candidates) - 1:
                raise
            _report_progress(self.emit, f"Not measured: {error.message}")
            return Measured(candidate=candidate, answer="not slower")
        except (SideBuildError, _NoWorkloadError, WorkloadError) as error:
            at_an_end = number == len(self.candidates) - 1 or getattr(error, "side", "after") == "before"
            if at_an_end:
                raise
            _report_progress(self.emit, f"Skipped {candidate.name}: {error.message}")
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

    def _record(self, requests: tuple[ProfileRequest, ProfileRequest], stored: Series | None, missing: int) -> Series:
        """Add the missing blocks to a stored series, or record a new series if that is not possible."""
        if stored is not None:
            try:
                return extend_series(self.store, stored.id, missing, on_event=self.emit)
            except RequestError as error:
                _report_progress(self.emit, f"A new series is recorded: {error.message}")
        return record_series(self.store, requests, self.blocks, on_event=self.emit)

    def _stored_series(self, requests: tuple[ProfileRequest, ProfileRequest]) -> Series | None:
        """Return the stored series with these sources and options that has the most complete blocks."""
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
            raise WorkloadError(f"No block of the series {series.id} is complete.", f"List its runs: {command('runs')}")
        # The default metric may be missing from a log; ``None`` then selects the best rate that all runs have.
        metric = None if self.metric == RATES[0] else self.metric
        comparison = compare_runs(before, after, metric=metric, margin=self.margin)
        if comparison.verdict == "not comparable":
            why = "; ".join(str(mismatch) for mismatch in comparison.mismatches)
            raise DuronbError(
                f"The runs of {series.id} cannot be compared: {why}.", "Run the search on one host, with one engine."
            )
        return comparison


class _NoWorkloadError(RequestError):
    """A revision is older than the stress test."""


def _source_hash(request: ProfileRequest) -> str:
    """Return the source hash of what a request would build. The sampler does not affect it."""
    try:
        return find_subject(request).plan(request, Perf(), lambda release: release).build.source.source_hash
    except RequestError as error:
        raise _NoWorkloadError(error.message, error.remedy) from error


_SAME = tuple(name for name in PROFILE_OPTIONS if name not in OF_BOTH_SIDES)
"""Fields of a request that a stored run must share: all except its subject, its label and its engine."""


def _is_of(run: RunRecord, request: ProfileRequest, source: str) -> bool:
    return (
        run.environment.build_source == source
        and all(getattr(run.request, name) == getattr(request, name) for name in _SAME)
        and request.engine in ("auto", run.engine)
    )


def _report_progress(emit: Emit, text: str) -> None:
    emit(Event(kind="output", step="prepare", text=text))
