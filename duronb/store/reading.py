"""Reading one run: its record now, its samples and its log when they are asked for."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import Any, cast

from duronb.errors import StoreError
from duronb.model.profile import Profile
from duronb.model.run import RunRecord, Status
from duronb.store.index import Line
from duronb.store.log import decompress
from duronb.store.places.protocol import FRAMES, LOCK, LOG, RECORD, SAMPLES, Root
from duronb.store.record_text import LARGEST_RECORD, METRIC_ONLY

_LARGEST_LOCK = 16 * 2**20


class NoRecordError(StoreError):
    """A directory has the name of a run but no record."""


def read_record(place: Root, run_id: str) -> tuple[RunRecord, dict[str, Any]]:
    """Read a run, and the fields of its ``run.json``.

    Raises
    ------
    StoreError
        It cannot be read, or it is damaged.
    """
    try:
        text = place.read(run_id, RECORD)
    except (FileNotFoundError, NotADirectoryError):
        raise NoRecordError(f"The run {run_id} is damaged: no {RECORD}.", "Restore it, or delete it.") from None
    except OSError as error:
        raise StoreError(f"The run {run_id} cannot be read: {error.strerror or error}.") from None
    if len(text) > LARGEST_RECORD:
        raise StoreError(f"The run {run_id} is damaged: its {RECORD} is too large.", "Restore it, or delete it.")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    run = RunRecord.from_json(
        fields,
        run_id=run_id,
        location=place.location(run_id),
        load_profile=None if is_metric_only(fields) else partial(_profile, place, run_id),
        load_log=partial(_log, place, run_id),
        load_lock=partial(_lock, place, run_id),
    )
    return run, cast("dict[str, Any]", fields)


def listed_run(place: Root, run_id: str, line: Line) -> RunRecord:
    """Return a run from its line of the index."""
    return RunRecord.listed(
        run_id,
        line.created,
        cast("Status", line.status),
        _version(line.tool_version),
        line.packed,
        location=place.location(run_id),
        load_profile=None if line.metric_only else partial(_profile, place, run_id),
        load_log=partial(_log, place, run_id),
        load_lock=partial(_lock, place, run_id),
    )


@lru_cache(maxsize=64)
def _version(text: str) -> str:
    return str(json.loads(text))


def is_metric_only(fields: Any) -> bool:
    """Tell whether a record is of a run without samples."""
    return isinstance(fields, dict) and fields.get(METRIC_ONLY) is True


def _profile(place: Root, run_id: str) -> Profile:
    from duronb.store.columns import read_profile

    try:
        with place.open(run_id, SAMPLES) as samples, place.open(run_id, FRAMES) as frames:
            return read_profile(samples, frames)
    except OSError as error:
        raise StoreError(f"The samples of {run_id} cannot be read: {error}.", "Restore them.") from None
    except StoreError as error:
        raise StoreError(f"The run {run_id} cannot be shown. {error.message}", error.remedy) from None


def _log(place: Root, run_id: str) -> bytes:
    try:
        with place.open(run_id, LOG) as file:
            return decompress(file)
    except OSError as error:
        raise StoreError(f"The log of {run_id} cannot be read: {error}.", "Restore it.") from None


def _lock(place: Root, run_id: str) -> bytes:
    try:
        with place.open(run_id, LOCK) as file:
            lock = file.read(_LARGEST_LOCK + 1)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise StoreError(f"The {LOCK} of {run_id} cannot be read: {error}.", "Restore it.") from None
    if len(lock) > _LARGEST_LOCK:
        raise StoreError(f"The {LOCK} of {run_id} is too large.", "Restore it.")
    return lock
