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
from duronb.model.event_view import event_name
from duronb.model.events.artefacts import artefact_nodes
from duronb.model.merged_tree import without_outer_unknown
from duronb.model.profile import CallTree, Counts, Frames, Indices
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
        Self samples without timer artefacts, shape ``(nodes, columns)``, with a column per run.
    side
        0 before, 1 after, shape ``(columns,)``. Further numbers are groups of other runs of equal code.
    runs
        Number of runs on each side.
    exposure
        Completed orchestrations of each column multiplied by samples per millisecond of CPU time, shape
        ``(columns,)``. Samples divided by it are CPU milliseconds per orchestration. ``None`` if unknown for a run of
        the sides; NaN if unknown for another run.
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
    before: Sequence[RunRecord], after: Sequence[RunRecord], stage: str | None, others: Sequence[RunRecord] = ()
) -> RunCounts:
    """Count the samples of runs on the union of their call trees.

    Parameters
    ----------
    before, after
        Runs with samples.
    stage
        Name of the only stage to count; ``None`` for all stages, without the samples between them.
    others
        Further runs, from which only the noise is estimated. The runs of each source are a group of their own.

    Raises
    ------
    RequestError
        No run of a side has samples of the stage other than timer artefacts.
    """
    runs = [*before, *after, *others]
    sources = [source_of(run) for run in others]
    side = np.asarray([0] * len(before) + [1] * len(after) + [2 + sources.index(source) for source in sources])
    generics = len({source_of(run) for run in runs}) > 1
    folded = [without_outer_unknown(run.profile.tree)[0] for run in runs]
    union = union_of([run.profile.tree for run in runs], parents=folded, generics=generics)
    columns, left_out = zip(
        *(_column(run, place, len(union.tree), stage) for run, place in zip(runs, union.places, strict=True)),
        strict=True,
    )
    own = np.stack(columns, axis=1)
    for number, name in enumerate(("before", "after")):
        if not own[:, side == number].any():
            where = "" if stage is None else f" in the stage {quoted(stage)}"
            raise RequestError(f"The runs {name} have no samples{where}.", "Choose other runs or another stage.")
    exposure = np.asarray([_exposure(run, stage) for run in runs])
    tree, kinds, own = _sampled(union, own, side)
    return RunCounts(
        tree=tree,
        kinds=kinds,
        own=own,
        side=side,
        runs=(len(before), len(after)),
        exposure=exposure if np.isfinite(exposure[side < 2]).all() else None,
        artefacts=np.asarray(left_out, dtype=np.int64),
    )


def _column(run: RunRecord, place: Indices, nodes: int, stage: str | None) -> tuple[Counts, int]:
    """Return the self samples of a run on the union, and the number of timer artefacts that are left out."""
    profile = run.profile
    names = list(profile.stages)
    if stage is not None:
        keep = profile.stage == (names.index(stage) if stage in names else -1)
    elif OUTSIDE in names and len(names) > 1:
        keep = profile.stage != names.index(OUTSIDE)
    else:
        keep = np.ones(len(profile.stage), dtype=bool)
    artefact = artefact_nodes(profile.tree, event_name(profile, run.environment.event))[profile.node]
    left_out = int(profile.count[keep & artefact].sum())
    keep &= ~artefact
    node, count = place[profile.node[keep]], profile.count[keep]
    return np.bincount(node, weights=count, minlength=nodes).astype(np.int64), left_out


def _exposure(run: RunRecord, stage: str | None) -> float:
    """Return completed orchestrations multiplied by samples per millisecond; NaN if either is unknown."""
    chosen = [stage_of(run, stage)] if stage is not None else list(run.stages)
    completed = [None if each is None else each.completed for each in chosen]
    per_millisecond = sampling_hz(run) / 1000
    if not completed or not per_millisecond or any(not count for count in completed):
        return float("nan")
    return per_millisecond * sum(count for count in completed if count)


def source_of(run: RunRecord) -> tuple[object, object]:
    """Return what tells whether two runs are of equal code."""
    subject = run.subject
    return (
        subject.source_hash or subject.git_sha or subject.name,
        run.environment.toolchain,
    )


def _sampled(union: Union, own: Counts, side: NDArray[np.int64]) -> tuple[CallTree, Indices, Counts]:
    """Return tree, kinds and counts without the nodes and frames that have no sample on either side.

    Samples that other runs have in such nodes are counted for the nearest caller that remains.
    """
    tree = union.tree
    keep = tree.totals(own[:, side < 2].sum(axis=1)) > 0
    keep[0] = True
    home = np.arange(len(tree))
    while not keep[home].all():
        home = np.where(keep[home], home, tree.parent[home])
    place = (np.cumsum(keep) - 1).astype(np.int32)
    kept = np.zeros((int(keep.sum()), own.shape[1]), dtype=np.int64)
    np.add.at(kept, place[home], own)
    parent = place[tree.parent[keep]]
    parent[0] = -1
    used, frame = np.unique(tree.frame[keep][1:], return_inverse=True)
    frames = Frames([tree.frames.names[f] for f in used], [tree.frames.modules[f] for f in used])
    return CallTree(parent, np.concatenate(([-1], frame)).astype(np.int32), frames), union.kinds[used], kept
