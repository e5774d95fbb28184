"""Sessions: runs of one machine that are close in time, and how evenly two sides are spread over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from duronb.analysis.conditions import HOST, condition_texts
from duronb.analysis.timing.order import has_exact_time
from duronb.model.run import RunRecord

GAP_SECONDS = 3600.0
"""Runs whose starts are further apart than this are of different sessions."""
_SAME_BOOT_SECONDS = 60.0
"""The time of the boot, as two runs of one boot state it, differs by less than this."""


def sessions_of(runs: Sequence[RunRecord], *, by_machine: bool = True) -> list[Hashable]:
    """Return the session of each run: equal values for runs of one session.

    Runs are of one session if they are of one machine and follow each other within ``GAP_SECONDS``, without a new boot
    in between. A run whose exact time is not known is a session of its own. Two series, or two steps of one series,
    are of one session if they are close in time.

    Parameters
    ----------
    runs
        The runs, in any order.
    by_machine
        ``False`` puts runs of different machines that are close in time into one session.
    """
    hosts: dict[tuple[str, ...], list[int]] = {}
    found: list[Hashable] = [("undated", index) for index in range(len(runs))]
    for index, run in enumerate(runs):
        if has_exact_time(run):
            texts = condition_texts(run) if by_machine else {}
            host = tuple(texts[name] for name in HOST if name in texts)
            hosts.setdefault(host, []).append(index)
    for host, members in hosts.items():
        members.sort(key=lambda index: runs[index].created)
        number = 0
        for position, index in enumerate(members):
            if position and _is_break(runs[members[position - 1]], runs[index], by_machine=by_machine):
                number += 1
            found[index] = (host, number)
    return found


def imbalance(before: Sequence[Hashable], after: Sequence[Hashable]) -> float:
    """Return the variance between sessions in the difference of the means of two sides, as a multiple of one session.

    It is the sum of squares, over the sessions, of the difference between the parts of each side that are in the
    session: 0 if both sides are spread alike, 2 if each side is one session.

    Parameters
    ----------
    before, after
        The session of each run; neither may be empty.
    """
    counts = Counter(before), Counter(after)
    return sum((counts[0][name] / len(before) - counts[1][name] / len(after)) ** 2 for name in {*before, *after})


def _is_break(earlier: RunRecord, later: RunRecord, *, by_machine: bool) -> bool:
    """Return whether a session ends between two runs of one machine that follow each other."""
    if (later.created - earlier.created).total_seconds() > GAP_SECONDS:
        return True
    boots = _boot(earlier), _boot(later)
    return (
        by_machine and boots[0] is not None and boots[1] is not None and abs(boots[1] - boots[0]) > _SAME_BOOT_SECONDS
    )


def _boot(run: RunRecord) -> float | None:
    """Return the Unix time at which the machine of a run was booted; ``None`` if the run does not state it.

    The monotonic clock of the sampler begins at the boot. It stands still while the machine is suspended, so a
    suspended machine counts as booted again.
    """
    return run.clocks.sampler_to_unix_seconds if run.clocks.sampler == "monotonic" else None
