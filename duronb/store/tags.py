"""Tags: permanent names of single runs, each a small file of its own beside the runs."""

from __future__ import annotations

from collections.abc import Iterable

from duronb.errors import RequestError, StoreError
from duronb.options.remedy import command
from duronb.quoting import quoted
from duronb.request import validate_label
from duronb.store.ids import is_id, label_of
from duronb.store.places.protocol import Root, writing

TAGS = ".tags"
_LONGEST = 200
"""Bytes of an id."""


def read_tags(place: Root) -> dict[str, str]:
    """Return the runs that tags name, by tag in alphabetical order; a file that holds no id is left out."""
    found = ((name, tagged(place, name)) for name in sorted(place.files(TAGS)) if _is_name(name))
    return {name: run_id for name, run_id in found if run_id is not None}


def tagged(place: Root, name: str) -> str | None:
    """Return the id of the run that a tag names; ``None`` where there is no such tag."""
    if not _is_name(name):
        return None
    try:
        content = place.read(TAGS, name)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"The tag {name} cannot be read: {error.strerror or error}.") from None
    run_id = content[: _LONGEST + 1].decode("ascii", "replace").strip()
    return run_id if is_id(run_id) else None


def write_tag(place: Root, root: str, run_id: str, name: str, names: Iterable[str], *, force: bool) -> None:
    """Give a run a permanent name.

    Parameters
    ----------
    place, root
        The store and how it is shown.
    run_id, name
        The run, and its new name.
    names
        Ids in the store: no tag may be called as one of their labels.
    force
        Take the name from another run.

    Raises
    ------
    RequestError
        The name is hostile, a label, an id, or taken by another run.
    HostError
        The store cannot be written.
    """
    if not _is_name(name):
        raise RequestError(
            f"{quoted(name)} cannot be a tag.",
            "Use 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit.",
        )
    if is_id(name):
        raise RequestError(f"{name} is how runs are called.", "Choose another tag.")
    if any(label_of(other) == name for other in names):
        raise RequestError(f"{name} is the label of runs, and names the newest of them.", "Choose another tag.")
    with writing(root, "the tag was not written"):
        if place.put(TAGS, name, f"{run_id}\n".encode("ascii"), replace=force):
            return
    holder = tagged(place, name)
    if holder != run_id:
        raise RequestError(f"The tag {name} names {holder or 'another run'}.", "Move it with --force (force=True).")


def remove_tag(place: Root, root: str, name: str) -> None:
    """Take a permanent name away; the run stays.

    Raises
    ------
    StoreError
        There is no such tag.
    HostError
        The store cannot be written.
    """
    with writing(root, "the tag was not removed"):
        if _is_name(name) and place.drop(TAGS, name):
            return
    raise StoreError(f"There is no tag {quoted(name)}.", f"List the tags: {command('tag')}.")


def _is_name(name: object) -> bool:
    try:
        validate_label(name)
    except RequestError:
        return False
    return True
