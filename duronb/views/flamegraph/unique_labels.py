"""Short names of functions that are unique among each other, for the rows of a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

from duronb.views.flamegraph.layout import shorter_forms

_CALLER = 30
"""Preferred length of the name of a caller, in characters."""


def unique_labels(paths: Sequence[Sequence[str]], characters: int) -> list[str]:
    """Return a label for the last function of each call path that differs from the labels of all other paths.

    Parameters
    ----------
    paths
        The names from the outermost function to the one that is labelled; at least one name each.
    characters
        Preferred length of a label. A label is longer if that is needed to be unique.

    Returns
    -------
    The longest form of each name that fits. Labels that are equal become longer, up to the complete name. Then the
    nearest callers that differ are added, such as ``poll in fetch_work_item``. Equal paths have equal labels.
    """
    forms = [shorter_forms(path[-1]) for path in paths]
    chosen = [_first_fitting(each, characters) for each in forms]
    while clashes := _clashes([(forms[at][chosen[at]], paths[at][-1]) for at in range(len(paths))], chosen):
        for at in clashes:
            chosen[at] -= 1
    labels = [each[index] for each, index in zip(forms, chosen, strict=True)]
    for members in _groups([path[-1] for path in paths]):
        for at, caller in zip(members, _callers([paths[at] for at in members]), strict=True):
            labels[at] += f" in {caller}" if caller else ""
    return labels


def _first_fitting(forms: Sequence[str], characters: int) -> int:
    return next((index for index, form in enumerate(forms) if len(form) <= characters), len(forms) - 1)


def _clashes(labelled: Sequence[tuple[str, str]], chosen: Sequence[int]) -> list[int]:
    """Return the indices of labels that several different names have, and that can become longer."""
    names = defaultdict(set)
    for label, name in labelled:
        names[label].add(name)
    return [at for at, (label, _) in enumerate(labelled) if len(names[label]) > 1 and chosen[at]]


def _groups(keys: Sequence[Hashable]) -> list[list[int]]:
    """Return the indices of equal keys, for keys that occur several times."""
    found = defaultdict(list)
    for at, key in enumerate(keys):
        found[key].append(at)
    return [members for members in found.values() if len(members) > 1]


def _callers(paths: Sequence[Sequence[str]]) -> list[str]:
    """Return for each path the nearest callers that distinguish it from the others; empty if nothing does."""
    above = [path[:-1] for path in paths]
    while len({tuple(path) for path in above}) > 1:
        nearest = {path[-1] if path else "" for path in above}
        if len(nearest) > 1:
            present = [path or ("[root]",) for path in above]
            return unique_labels(present, _CALLER)
        above = [path[:-1] for path in above]
    return [""] * len(paths)
