"""The buckets of a tree that is shown: a broken file of the user's own is said, and does not stop a display."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from duronb.analysis.bottlenecks.assignment import Assignment, assign
from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue, load_catalogue
from duronb.errors import RequestError
from duronb.model.profile import CallTree

_assigned: WeakKeyDictionary[CallTree, Assignment] = WeakKeyDictionary()


def shown_catalogue() -> tuple[Catalogue, str]:
    """Return the catalogue that displays use, and why it is not the user's own where that one is wrong."""
    try:
        return load_catalogue(), ""
    except RequestError as error:
        return bundled_catalogue(), f"{error.message} The bundled catalogue of bottlenecks is shown."


def catalogue_problem() -> list[str]:
    """Return the sentence on a file of the user's own that is wrong; none where it is not."""
    _, problem = shown_catalogue()
    return [problem] if problem else []


def tree_buckets(tree: CallTree, catalogue: Catalogue) -> Assignment:
    """Return the buckets of a tree's nodes, found once per tree and catalogue."""
    known = _assigned.get(tree)
    if known is None or known.catalogue is not catalogue:
        known = _assigned[tree] = assign(tree, catalogue)
    return known
