"""Samples per node and run: all runs of a differential on one call tree, limited to the stages that are compared.

Timer artefacts are left out. Their number depends more on the host than on the code, and they are a large part of all
samples, so they would hide changes and colour what did not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.comparison.stage import stage_of
from duronb.analysis.metrics import sampling_hz
from duronb.errors import RequestError
from duronb.model.events.artefacts import artefact_nodes
from duronb.model.merged_tree import without_outer_unknown
from duronb.model.profile import CallTree, Counts, Frames, Indices, Profile
from duronb.model.run import RunRecord
from duronb.model.stage import OUTSIDE
from duronb.model.union_tree import Union, union_of
from duronb.quoting import quoted


@dataclass(frozen=True, eq=False, kw_only=True)
class RunCounts:
    """The self samples of all runs on one call tree.

    Parameters
    ----------
    tree, kinds
        The union of the runs' display trees, and the kind of each frame.
    own
        Self samples without timer artefacts, shape ``(nodes, columns)``: a column per run, or per second of a run.
    side
        0 before, 1 after, shape ``(columns,)``.
    runs
        Number of runs on each side.
    exposure
        Completed orchestrations of each column multiplied by samples per millisecond of CPU time, shape
        ``(columns,)``. Samples divided by it are CPU milliseconds per orchestration. ``None`` if unknown for any run.
    artefacts
        Timer artefacts that are left out, shape ``(columns,)``.
    """

    tree: CallTree
    kinds: Indices
    own: Counts
    side: NDArray[np.int64]
    runs: tuple[int, int]
    exposure: NDArray[np.float64] | None
    artefacts: Counts

    def totals(self) -> Counts:
        """Return the total samples of each node, shape ``(nodes, columns)``."""
        running = np.zeros((len(self.tree) + 1, self.own.shape[1]), dtype=np.int64)
        np.cumsum(self.own, axis=0, out=running[1:])
        found: Counts = running[self.tree.end] - running[:-1]
        return found

    def of_side(self, side: int) -> Counts:
        """Return the self samples of one side, shape ``(nodes,)``."""
        found: Counts = self.own[:, self.side == side].sum(axis=1)
        return found

    def artefact_share(self, side: int) -> float:
        """Return the timer artefacts of one side as a share of all of its samples, 0 to 1."""
        left_out = int(self.artefacts[self.side == side].sum())
        return left_out / max(1, left_out + int(self.own[:, self.side == side].sum()))


def counts_of(
    before: Sequence[RunRecord], after: Sequence[RunRecord], stage: str | None, *, by_second: bool
) -> RunCounts:
    """Count the samples of runs on the union of their call trees.

    Parameters
    ----------
    before, after
        Runs with samples.
    stage
        Name of the only stage to count; ``None`` for all stages, without the samples between them.
    by_second
        Whether to use a column per second of each run instead of a column per run. Seconds with less than a quarter of
        the run's mean number of samples are left out, such as the first and the last of a stage.

    Raises
    ------
    RequestError
        No run of a side has samples of the stage other than timer artefacts.
    """
    runs = [*before, *after]
    generics = len({_source(run) for run in runs}) > 1
    folded = [without_outer_unknown(run.profile.tree)[0] for run in runs]
    union = union_of([run.profile.tree for run in runs], parents=folded, generics=generics)
    columns: list[Counts] = []
    left_out: list[int] = []
    exposures: list[float] = []
    side: list[int] = []
    for index, (run, place) in enumerate(zip(runs, union.places, strict=True)):
        artefact = artefact_nodes(run.profile.tree, run.environment.event)
        made = [
            (
                np.bincount(place[node], weights=count * ~artefact[node], minlength=len(union.tree)),
                count[artefact[node]],
            )
            for node, count in _rows(run.profile, stage, by_second=by_second)
        ]
        columns += [kept.astype(np.int64) for kept, _ in made]
        left_out += [int(count.sum()) for _, count in made]
        exposures += [_exposure(run, stage) / len(made) for _ in made]
        side += [int(index >= len(before))] * len(made)
    own, at = np.stack(columns, axis=1) if columns else np.zeros((len(union.tree), 0), np.int64), np.asarray(side)
    for number, name in enumerate(("before", "after")):
        if not own[:, at == number].any():
            where = "" if stage is None else f" in the stage {quoted(stage)}"
            raise RequestError(f"The runs {name} have no samples{where}.", "Choose other runs or another stage.")
    exposure = np.asarray(exposures)
    tree, kinds, own = _sampled(union, own)
    return RunCounts(
        tree=tree,
        kinds=kinds,
        own=own,
        side=at,
        runs=(len(before), len(after)),
        exposure=exposure if np.isfinite(exposure).all() else None,
        artefacts=np.asarray(left_out, dtype=np.int64),
    )


def _rows(profile: Profile, stage: str | None, *, by_second: bool) -> list[tuple[Indices, Counts]]:
    """Return the nodes and counts of each column of a run."""
    names = list(profile.stages)
    if stage is not None:
        keep = profile.stage == (names.index(stage) if stage in names else -1)
    elif OUTSIDE in names and len(names) > 1:
        keep = profile.stage != names.index(OUTSIDE)
    else:
        keep = np.ones(len(profile.stage), dtype=bool)
    node, count = profile.node[keep], profile.count[keep]
    if not by_second or not len(node):
        return [(node, count)]
    second = profile.second[keep].astype(np.int64)
    row = np.unique(second, return_inverse=True)[1]
    size = np.bincount(row, weights=count)
    full = np.flatnonzero(size >= size.mean() / 4)
    return [(node[row == index], count[row == index]) for index in full.tolist()]


def _exposure(run: RunRecord, stage: str | None) -> float:
    """Return completed orchestrations multiplied by samples per millisecond; NaN if either is unknown."""
    chosen = [stage_of(run, stage)] if stage is not None else list(run.stages)
    completed = [None if each is None else each.completed for each in chosen]
    per_millisecond = sampling_hz(run) / 1000
    if not completed or not per_millisecond or any(not count for count in completed):
        return float("nan")
    return per_millisecond * sum(count for count in completed if count)


def _source(run: RunRecord) -> tuple[object, object]:
    subject = run.subject
    return (
        subject.source_hash or subject.git_sha or subject.name,
        run.environment.toolchain,
    )


def _sampled(union: Union, own: Counts) -> tuple[CallTree, Indices, Counts]:
    """Return tree, kinds and counts without the nodes and frames that have no samples."""
    tree = union.tree
    keep = tree.totals(own.sum(axis=1)) > 0
    keep[0] = True
    place = (np.cumsum(keep) - 1).astype(np.int32)
    parent = place[tree.parent[keep]]
    parent[0] = -1
    used, frame = np.unique(tree.frame[keep][1:], return_inverse=True)
    frames = Frames([tree.frames.names[f] for f in used], [tree.frames.modules[f] for f in used])
    return CallTree(parent, np.concatenate(([-1], frame)).astype(np.int32), frames), union.kinds[used], own[keep]
