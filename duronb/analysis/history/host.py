"""Which runs belong to one host history: the conditions of a comparison, and where the loose ones change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from duronb.analysis.conditions import CONDITIONS, condition_texts, unexplained_differences
from duronb.model.run import RunRecord

LOOSE = ("kernel", "toolchain", "image")
"""Conditions of a comparison that may change within a host history. Within a year the system and the compiler are
updated several times, and every update would begin a new history. The runs where they change are marked."""
_SHOWN_LOCKS = 3
_KERNEL = re.compile(r"\d+")


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
        All conditions of a comparison but the loose ones, as pairs of name and text.
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
    """A run of a host history at which loose conditions are not those of the run before it.

    Parameters
    ----------
    index
        Index of the run.
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
    texts = condition_texts(run)
    major = _KERNEL.match(facts.kernel or "")
    kernel = f"kernel {major[0] if major else '?'}"
    if run.engine == "import":
        text = facts.host or "imported results"
    else:
        text = ", ".join(
            (
                facts.cpu or "processor unknown",
                f"{facts.cores or '?'} cores",
                kernel,
                facts.database or "file system unknown",
                run.engine or "engine unknown",
            )
        )
    strict = tuple((name, texts[name]) for name in CONDITIONS if name not in LOOSE)
    workload = run.subject.workload or "workload unknown"
    return Host(text, workload, seconds, (*strict, ("kernel", kernel)), counting)


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


def switches(runs: Sequence[RunRecord]) -> list[Switch]:
    """Return where loose conditions change from run to run, with the versions of locked packages of one source.

    Parameters
    ----------
    runs
        The runs of a host history, in its order.
    """
    found = []
    for index in range(1, len(runs)):
        before, after = runs[index - 1], runs[index]
        differences = [
            f"{name} {old} → {new}" for name in LOOSE if (old := _loose(before, name)) != (new := _loose(after, name))
        ]
        if before.subject.cargo_lock != after.subject.cargo_lock:
            locks = unexplained_differences([before], [after])
            differences += [f"{name} {old} → {new}" for name, old, new in locks[:_SHOWN_LOCKS]]
            if len(locks) > _SHOWN_LOCKS:
                differences.append(f"{len(locks) - _SHOWN_LOCKS} more packages")
        if differences:
            found.append(Switch(index, tuple(differences)))
    return found


def _loose(run: RunRecord, name: str) -> str:
    value = CONDITIONS[name](run)
    return "unknown" if value in (None, "") else str(value)
