"""Ids of runs: ``engine_label_UTC``, with ``_2`` and so on if that is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from duronb.request import validate_label

_ID = re.compile(
    r"(?P<engine>[a-z]+)_(?P<label>[A-Za-z0-9][A-Za-z0-9._-]{0,63})_(?P<created>\d{8}T\d{6}Z)(?:_(?P<number>\d{1,4}))?"
)


def is_id(name: str) -> bool:
    """Return whether a name has the form of a run's id."""
    return _ID.fullmatch(name) is not None


def label_of(name: str) -> str | None:
    """Return the label in an id; ``None`` if the name is not an id."""
    match = _ID.fullmatch(name)
    return None if match is None else match["label"]


def age(name: str) -> tuple[str, int]:
    """Return the time and the number in an id, by which ids are sorted; ``("", 0)`` if the name is not an id."""
    match = _ID.fullmatch(name)
    return ("", 0) if match is None else (match["created"], int(match["number"] or 1))


def new_id(engine: str, label: str, created: datetime) -> str:
    """Return the first choice for the id of a run.

    Raises
    ------
    RequestError
        The label is not valid.
    """
    return f"{engine}_{validate_label(label)}_{created.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def numbered(run_id: str) -> Iterable[str]:
    """Yield an id, then the same id with ``_2``, ``_3``, …, each once. Yield nothing if the name is not an id."""
    match = _ID.fullmatch(run_id)
    if match is None:
        return
    yield run_id
    base = f"{match['engine']}_{match['label']}_{match['created']}"
    for number in range(1, 10_000):
        other = base if number == 1 else f"{base}_{number}"
        if other != run_id:
            yield other
