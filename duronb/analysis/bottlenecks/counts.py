"""Samples of a run per stage and bucket, and their cache in the store, so that a history counts each run once."""

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
    """Samples of a run per stage and bucket.

    Parameters
    ----------
    frequency_hz
        Sampling frequency of the run's profile.
    stages
        Samples of each stage by its name, one number per bucket in the order of the catalogue.
    """

    frequency_hz: float
    stages: Mapping[str, Sequence[int]]


def bucket_counts(profile: Profile, catalogue: Catalogue) -> BucketCounts:
    """Count the samples of each stage and bucket."""
    from duronb.analysis.bottlenecks.assignment import assign  # a history of other metrics does not need it

    assignment = assign(profile.tree, catalogue)
    return BucketCounts(
        float(profile.frequency_hz),
        {stage: assignment.samples(profile.self_counts(stage)).tolist() for stage in profile.stages},
    )


class KeptCounts:
    """Cached counts of the runs of one store; a context manager that writes new counts to the store at its end.

    Parameters
    ----------
    place
        Root of the store.
    """

    def __init__(self, place: Root) -> None:
        self._place = place
        self._kept: KeptFigures | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Also after an interruption, so that the next call continues from there.
        if self._kept is not None:
            self._kept.write()

    def __call__(self, run: RunRecord, catalogue: Catalogue) -> BucketCounts:
        """Return the counts of a run of the store. All calls must use the same catalogue.

        Raises
        ------
        LookupError
            The run contains no samples.
        StoreError
            The samples cannot be read.
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
