"""Tags: permanent names of single runs, each in a small file of its own beside the runs."""

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
"""Limit of an id, in bytes."""


def read_tags(place: Root) -> dict[str, str]:
    """Return the ids of tagged runs by tag, in alphabetical order. A file that contains no id is ignored."""
    found = ((name, tagged(place, name)) for name in sorted(place.files(TAGS)) if _is_name(name))
    return {name: run_id for name, run_id in found if run_id is not None}


def tagged(place: Root, name: str) -> str | None:
    """Return the id of a tagged run; ``None`` if there is no such tag."""
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
        The store, and its path or URL for messages.
    run_id, name
        The run, and its new name.
    names
        Ids in the store. A tag must differ from all of their labels.
    force
        Move the tag from another run.

    Raises
    ------
    RequestError
        The name is invalid, a label in use, an id, or the tag of another run.
    HostError
        The store cannot be written.
    """
    if not _is_name(name):
        raise RequestError(
            f"{quoted(name)} cannot be a tag.",
            "Use 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit.",
        )
    if is_id(name):
        raise RequestError(f"{name} has the form of a run's id.", "Choose another tag.")
    if any(label_of(other) == name for other in names):
        raise RequestError(f"{name} is a label in use.", "Choose another tag.")
    with writing(root, "the tag was not written"):
        if place.put(TAGS, name, f"{run_id}\n".encode("ascii"), replace=force):
            return
    holder = tagged(place, name)
    if holder != run_id:
        raise RequestError(
            f"The tag {name} belongs to {holder or 'another run'}.", "Move it with --force (force=True)."
        )


def remove_tag(place: Root, root: str, name: str) -> None:
    """Remove a tag. The run is not changed.

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
