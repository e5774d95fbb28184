"""Reading one run: first its record, its samples and its log when they are needed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import cast

from duronb.errors import StoreError
from duronb.model.profile import Profile
from duronb.model.record.packed import PackedParts
from duronb.model.run import RunRecord, Status
from duronb.model.run_files import RunFiles
from duronb.store.index import Line
from duronb.store.log import decompress
from duronb.store.places.protocol import FRAMES, LOCK, LOG, RECORD, SAMPLES, Root
from duronb.store.record_text import LARGEST_RECORD, METRIC_ONLY

_LARGEST_LOCK = 16 * 2**20


class NoRecordError(StoreError):
    """A directory contains no record."""


class StoredFiles(RunFiles):
    """The files of a stored run.

    Parameters
    ----------
    place
        Where the store keeps them.
    run_id
        Name of the run's directory.
    has_profile
        Whether the run has samples.
    """

    def __init__(self, place: Root, run_id: str, *, has_profile: bool) -> None:
        self._place = place
        self._id = run_id
        self._has_profile = has_profile

    @property
    def has_profile(self) -> bool:
        """Whether the run has samples, by its record."""
        return self._has_profile

    def read_profile(self) -> Profile:
        """Read the samples; see ``RunFiles.read_profile``."""
        if not self._has_profile:
            return super().read_profile()
        from duronb.store.columns import read_profile

        try:
            with self._place.open(self._id, SAMPLES) as samples, self._place.open(self._id, FRAMES) as frames:
                return read_profile(samples, frames)
        except OSError as error:
            raise StoreError(f"The samples of {self._id} cannot be read: {error}.", "Restore them.") from None
        except StoreError as error:
            raise StoreError(f"The run {self._id} cannot be shown. {error.message}", error.remedy) from None

    def read_log(self) -> bytes:
        """Read the log, decompressed.

        Raises
        ------
        StoreError
            The log cannot be read, or is damaged.
        """
        try:
            with self._place.open(self._id, LOG) as file:
                return decompress(file)
        except OSError as error:
            raise StoreError(f"The log of {self._id} cannot be read: {error}.", "Restore it.") from None

    def read_cargo_lock(self) -> bytes:
        """Read the lock file.

        Raises
        ------
        StoreError
            The lock file cannot be read, or is too large.
        """
        try:
            with self._place.open(self._id, LOCK) as file:
                lock = file.read(_LARGEST_LOCK + 1)
        except (FileNotFoundError, NotADirectoryError):
            return b""
        except OSError as error:
            raise StoreError(f"The {LOCK} of {self._id} cannot be read: {error}.", "Restore it.") from None
        if len(lock) > _LARGEST_LOCK:
            raise StoreError(f"The {LOCK} of {self._id} is too large.", "Restore it.")
        return lock


def read_record(place: Root, run_id: str) -> tuple[RunRecord, Mapping[str, object]]:
    """Return a run, and the fields of its ``run.json``.

    Raises
    ------
    StoreError
        The record cannot be read, or is damaged.
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
        fields: object = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    files = StoredFiles(place, run_id, has_profile=not is_metric_only(fields))
    run = RunRecord.from_json(fields, run_id=run_id, location=place.location(run_id), files=files)
    return run, cast("Mapping[str, object]", fields)


def listed_run(place: Root, run_id: str, line: Line) -> RunRecord:
    """Return a run from its line of the index; its parts are parsed at their first use.

    Raises
    ------
    ValueError
        The line contains an invalid time.
    """
    return RunRecord(
        id=run_id,
        status=cast("Status", line.status),
        created=datetime.fromisoformat(line.created),
        tool_version=_version(line.tool_version),
        parts=PackedParts(line.packed),
        location=place.location(run_id),
        files=StoredFiles(place, run_id, has_profile=not line.metric_only),
    )


@lru_cache(maxsize=64)
def _version(text: str) -> str:
    return str(json.loads(text))


def is_metric_only(fields: object) -> bool:
    """Return whether a record states that the run has no samples."""
    return isinstance(fields, dict) and fields.get(METRIC_ONLY) is True
