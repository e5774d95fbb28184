"""Samples of whole runs per bucket, and their memory: a history of many runs counts each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from duronb.store.counts import KeptFigures

if TYPE_CHECKING:
    from duronb.analysis.bottlenecks.bucket import Catalogue
    from duronb.model.profile import Profile
    from duronb.model.run import RunRecord
    from duronb.store.places.protocol import Root


@dataclass(frozen=True, slots=True)
class BucketCounts:
    """Samples of a run.

    Parameters
    ----------
    frequency_hz
        Of its profile.
    stages
        Samples of each stage per bucket of the catalogue, in its order.
    """

    frequency_hz: float
    stages: Mapping[str, Sequence[int]]


def bucket_counts(profile: Profile, catalogue: Catalogue) -> BucketCounts:
    """Count the samples of each stage and bucket."""
    from duronb.analysis.bottlenecks.assignment import assign  # a history of other figures does without

    assignment = assign(profile.tree, catalogue)
    return BucketCounts(
        float(profile.frequency_hz),
        {stage: assignment.samples(profile.self_counts(stage)).tolist() for stage in profile.stages},
    )


class KeptCounts:
    """Counts the samples of the runs of one store, and keeps the counts there when it is left.

    Parameters
    ----------
    place
        Where the runs lie.
    """

    def __init__(self, place: Root) -> None:
        self._place = place
        self._kept: KeptFigures | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Also of a counting that was interrupted: the next goes on from there.
        if self._kept is not None:
            self._kept.write()

    def __call__(self, run: RunRecord, catalogue: Catalogue) -> BucketCounts:
        """Return the counts of a run of the store; every call with the same catalogue.

        Raises
        ------
        LookupError
            The run carries no samples.
        StoreError
            They cannot be read.
        """
        if self._kept is None:
            self._kept = KeptFigures(self._place, "buckets.json", catalogue.fingerprint)
        counts = _counts_of(self._kept.get(run.id), len(catalogue.buckets))
        if counts is None:
            counts = bucket_counts(run.read_profile(), catalogue)
            self._kept.put(run.id, [counts.frequency_hz, dict(counts.stages)])
        return counts


def _counts_of(kept: Any, buckets: int) -> BucketCounts | None:
    match kept:
        case [int() | float() as frequency, dict(stages)] if all(
            isinstance(sums, list) and len(sums) == buckets and all(type(each) is int for each in sums)
            for sums in stages.values()
        ):
            return BucketCounts(float(frequency), stages)
    return None
