"""Which runs belong to one host history: those under the same conditions, and where the loose conditions change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from duronb.analysis.conditions import CONDITIONS, HISTORY_CONDITIONS, LOOSE, history_key, mismatches
from duronb.model.run import RunRecord


@dataclass(frozen=True, slots=True)
class Host:
    """What the runs of a host history have in common.

    Parameters
    ----------
    text
        Machine, kernel and engine, for people.
    workload
        Name of the program.
    seconds
        Length of the stage in seconds, as the workload reported it.
    conditions
        Name and text of each of ``HISTORY_CONDITIONS``.
    counting
        How the values of the metric were counted; empty if there is only one way.
    """

    text: str
    workload: str
    seconds: float | None
    conditions: tuple[tuple[str, str], ...] = ()
    counting: str = ""

    def __str__(self) -> str:
        length = "" if self.seconds is None else f", {self.seconds:g} s"
        counting = f"; {self.counting}" if self.counting else ""
        return f"{self.text}; {self.workload}{length}{counting}"


@dataclass(frozen=True, slots=True)
class Switch:
    """A run, or a subject, of a host history whose loose conditions are not those of the one before it.

    Parameters
    ----------
    index
        Index of the run, or of the subject's first run.
    differences
        A phrase for each condition that changed.
    """

    index: int
    differences: tuple[str, ...] = field(default=())


def host_of(run: RunRecord, seconds: float | None, counting: str = "") -> Host:
    """Return the host history to which a run belongs.

    Parameters
    ----------
    run
        The run.
    seconds
        Length of the stage in seconds.
    counting
        How the value of the metric was counted.
    """
    facts = run.environment
    conditions = dict(zip(HISTORY_CONDITIONS, history_key(run), strict=True))
    if run.engine == "import":
        text = facts.host or "imported results"
    else:
        text = ", ".join(
            (
                facts.cpu or "processor unknown",
                f"{facts.cores or '?'} cores",
                conditions["kernel"],
                facts.database or "file system unknown",
                run.engine or "engine unknown",
            )
        )
    workload = run.subject.workload or "workload unknown"
    return Host(text, workload, seconds, tuple(conditions.items()), counting)


def differing(hosts: Sequence[Host]) -> list[str]:
    """Return, for each host, the conditions in which the hosts differ although their texts do not state them."""
    unnamed = [dict(host.conditions) for host in hosts]
    stated = {"seconds per stage", "workload", "engine", "processor", "cores", "kernel", "file system of the database"}
    names = [
        name
        for name in (unnamed[0] if unnamed else {})
        if name not in stated and len({each.get(name) for each in unnamed}) > 1
    ]
    return ["; ".join(f"{name}: {each.get(name, 'unknown')}" for name in names) for each in unnamed]


def switches(groups: Sequence[Sequence[RunRecord]]) -> list[Switch]:
    """Return where loose conditions change, or the versions of locked packages, as a comparison would find it.

    Parameters
    ----------
    groups
        The runs of a host history in its order: one by one, or the runs of a subject together.
    """
    found = []
    index = 0
    loose = [{_loose(run) for run in group} for group in groups]
    for (before, after), (old, new) in zip(pairwise(groups), pairwise(loose), strict=True):
        index += len(before)
        if old != new:
            differences = [f"{each.condition} {each.before} → {each.after}" for each in mismatches(before, after)]
            if differences:
                found.append(Switch(index, tuple(differences)))
    return found


def _loose(run: RunRecord) -> tuple[object, ...]:
    """Return what may change within a host history; a difference is looked at closely."""
    return (run.subject.cargo_lock, *[CONDITIONS[name](run) for name in LOOSE])
