"""The sizes of a profile against the limits of what duronb reads."""

from __future__ import annotations

from duronb.limits import DEPTH, NAMES, NODES, ROWS, THREADS
from duronb.model.profile import Profile


def check_sizes(profile: Profile, whose: str) -> None:
    """Refuse a profile that is too large to be shown.

    Parameters
    ----------
    profile
        The samples.
    whose
        Beginning of the sentence, such as ``Its samples are``.

    Raises
    ------
    StoreError
        A size is above its limit.
    """
    tree = profile.tree
    NODES.check(len(tree), whose)
    ROWS.check(len(profile.count), whose)
    THREADS.check(len(profile.threads), whose)
    NAMES.check(sum(map(len, tree.frames.names)) + sum(map(len, profile.threads)), whose)
    DEPTH.check(int(tree.depth.max(initial=0)), whose)
