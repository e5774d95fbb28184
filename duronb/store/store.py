"""The store of runs: save, list, find."""

from __future__ import annotations

import contextlib
import difflib
import json
import math
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from duronb.errors import HostError, StoreError
from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.request import shown, validate_label
from duronb.store.log import compress, decompress
from duronb.store.root import RECORD, Disk, Objects, Root, writing

SAMPLES, FRAMES, LOG, LOCK = "samples.parquet", "frames.parquet", "stress.log.zst", "Cargo.lock"
LARGEST_RECORD = 16 * 2**20
_ID = re.compile(
    r"(?P<engine>[a-z]+)_(?P<label>[A-Za-z0-9][A-Za-z0-9._-]{0,63})_(?P<created>\d{8}T\d{6}Z)(?:_(?P<number>\d{1,4}))?"
)
_URL = re.compile(r"(?P<protocol>[A-Za-z][A-Za-z0-9+.-]+)(?:::.*)?://", re.DOTALL)
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
_LIST_RUNS = "List the runs: duronb runs."


class _NoRecordError(StoreError):
    """A directory has the name of a run but no record."""


class Damaged(NamedTuple):
    """A directory of the store that is no readable run."""

    name: str
    reason: str


class Store:
    """Runs in one place.

    Parameters
    ----------
    root
        Path or URL, as shown to the user and as ``open_store`` takes it.
    place
        How it is read and written; by default a directory of this machine.

    Attributes
    ----------
    damaged
        What the last ``runs`` had to leave out.
    """

    def __init__(self, root: str, place: Root | None = None) -> None:
        self.root = root
        self.damaged: list[Damaged] = []
        self._place: Root = Disk(Path(root)) if place is None else place

    def __repr__(self) -> str:
        return f"Store({self.root!r})"

    def check_writable(self) -> None:
        """Raise HostError, in one line, where a run could not be stored."""
        with writing(self.root):
            self._place.check()

    def reserve_id(self, engine: str, label: str, created: datetime) -> str:
        """Return ``engine_label_UTC``, with ``_2`` and so on where that is taken.

        Nothing is written: should another process take it in the meantime, ``save`` takes the next.
        """
        base = f"{engine}_{validate_label(label)}_{created.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        return next(run_id for run_id in _numbered(base) if not self._place.exists(run_id))

    def save(
        self, run: RunRecord, profile: Profile, *, log: Path, cargo_lock: bytes, svg: bytes | None = None
    ) -> RunRecord:
        """Store a run, whole or not at all.

        Parameters
        ----------
        run
            The record; where its id is taken by another run, the next free one replaces it.
        profile
            Its samples.
        log
            File with what the workload printed; a missing one is an empty one.
        cargo_lock
            The lock file of the build.
        svg
            The picture that lies beside the run.

        Returns
        -------
        The record as ``load`` would give it. Storing the same run twice gives the first.

        Raises
        ------
        HostError
            The disk is full or may not be written; nothing is left behind.
        """
        from duronb.store.columns import write_frames, write_samples

        match = _ID.fullmatch(run.id)
        if match is None:
            raise StoreError(f"{shown(run.id)} cannot be the id of a run.", "Profile again.")
        with writing(self.root), self._place.staging() as staged:
            directory = staged / "run"
            directory.mkdir()
            with (directory / FRAMES).open("wb") as file:
                write_frames(profile, file)
            with (directory / SAMPLES).open("wb") as file:
                write_samples(profile, file)
            compress(log, directory / LOG)
            (directory / LOCK).write_bytes(cargo_lock)
            picture = None if svg is None else staged / "run.svg"
            if picture is not None and svg is not None:
                picture.write_bytes(svg)
            for run_id in _numbered(f"{match['engine']}_{match['label']}_{match['created']}", first=run.id):
                stored = replace(run, id=run_id)
                (directory / RECORD).write_text(_json(stored.to_json()), encoding="utf-8")
                if self._place.commit(directory, run_id, picture):
                    return self._read(run_id)
                same = self._same(run_id, stored)
                if same is not None:
                    return same
        raise AssertionError("ids never end")

    def load(self, selector: str, *, paths: bool = True) -> RunRecord:
        """Find one run.

        Parameters
        ----------
        selector
            A label, for its newest run; else an id, the beginning of one id, or a run's path.
        paths
            Accept a path; without it only what is listed in this store can be read.

        Raises
        ------
        StoreError
            There is no such run, several match, or it is damaged.
        """
        if paths and _is_path(selector):
            return _load_path(selector)
        names = self._place.names()
        for name in sorted(self._labelled(selector, names), key=_age, reverse=True):
            # A directory without a record is none: another process is writing it, or was killed while it was.
            with contextlib.suppress(_NoRecordError):
                return self._read(name)
        if selector in names:
            return self._read(selector)
        beginning = sorted(name for name in names if selector and name.startswith(selector) and _ID.fullmatch(name))
        if len(beginning) == 1:
            return self._read(beginning[0])
        if beginning:
            some = ", ".join(beginning[:3]) + (", …" if len(beginning) > 3 else "")
            raise StoreError(f"{shown(selector)} begins {len(beginning)} ids: {some}.", "Give more of the id.")
        raise self._unknown(selector, names)

    def runs(self, label: str | None = None) -> list[RunRecord]:
        """List runs, newest first, from their ``run.json`` alone; ``damaged`` tells what was left out.

        Parameters
        ----------
        label
            Only the runs with this label.
        """
        names = self._place.names()
        found = []
        self.damaged = []
        for name in names if label is None else self._labelled(label, names):
            try:
                found.append(self._read(name))
            except StoreError as error:
                if _ID.fullmatch(name):
                    self.damaged.append(Damaged(name, str(error)))
        found.sort(key=lambda run: (run.created, _age(run.id)), reverse=True)
        return found

    def svg(self, run: RunRecord) -> str:
        """Return the path or URL of the picture beside a run."""
        return f"{self._place.location(run.id)}.svg"

    def _labelled(self, label: str, names: Iterable[str]) -> list[str]:
        return [name for name in names if (match := _ID.fullmatch(name)) is not None and match["label"] == label]

    def _unknown(self, selector: str, names: list[str]) -> StoreError:
        labels = {match["label"] for name in names if (match := _ID.fullmatch(name)) is not None}
        if not labels:
            return StoreError(f"There are no runs in {self.root}.", "Make one: duronb profile.")
        close = difflib.get_close_matches(selector[:100], sorted(labels)[:10_000], n=1)
        hint = f"; did you mean {close[0]}?" if close else "."
        return StoreError(f"There is no run {shown(selector)} in {self.root}{hint}", _LIST_RUNS)

    def _read(self, run_id: str) -> RunRecord:
        """Read a run that is listed in this store."""
        try:
            text = self._place.read(run_id, RECORD)
        except (FileNotFoundError, NotADirectoryError):
            raise _NoRecordError(f"The run {run_id} is damaged: no {RECORD}.", "Restore it, or delete it.") from None
        except OSError as error:
            raise StoreError(f"The run {run_id} cannot be read: {error.strerror or error}.") from None
        if len(text) > LARGEST_RECORD:
            raise StoreError(f"The run {run_id} is damaged: its {RECORD} is too large.", "Restore it, or delete it.")
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            fields = None
        return RunRecord.from_json(
            fields,
            run_id=run_id,
            location=self._place.location(run_id),
            load_profile=lambda: self._profile(run_id),
            load_log=lambda: self._log(run_id),
        )

    def _profile(self, run_id: str) -> Profile:
        from duronb.store.columns import read_profile

        try:
            with self._place.open(run_id, SAMPLES) as samples, self._place.open(run_id, FRAMES) as frames:
                return read_profile(samples, frames)
        except OSError as error:
            raise StoreError(f"The samples of {run_id} cannot be read: {error}.", "Restore them.") from None
        except StoreError as error:
            raise StoreError(f"The run {run_id} cannot be shown. {error.message}", error.remedy) from None

    def _log(self, run_id: str) -> bytes:
        try:
            with self._place.open(run_id, LOG) as file:
                return decompress(file)
        except OSError as error:
            raise StoreError(f"The log of {run_id} cannot be read: {error}.", "Restore it.") from None

    def _same(self, run_id: str, run: RunRecord) -> RunRecord | None:
        """Return the stored run of this id if it is the very run: a process may die just after it stored one."""
        try:
            stored = self._read(run_id)
        except StoreError:
            return None
        return stored if stored.created == run.created and stored.subject == run.subject else None


def open_store(root: str | None = None, checkout: Path | None = None) -> Store:
    """Open the store of runs; nothing is made on disk before the first run is stored.

    Parameters
    ----------
    root
        A directory or an fsspec URL. Without it, ``DURONB_STORE`` names the store, else it is ``profiling/results``
        of the checkout, else of the working directory.
    checkout
        Root of the Duroxide checkout that is profiled.

    Raises
    ------
    HostError
        The URL's protocol is unknown or its package is not installed.
    """
    named = root or os.environ.get("DURONB_STORE")
    if not named:
        return Store(str((checkout or Path.cwd()).absolute() / "profiling" / "results"))
    if "\0" in named:
        raise HostError(f"{shown(named)} cannot be a store.", "Give a directory or a URL.")
    match = _URL.match(named)
    if match is None:
        return Store(str(Path(named).expanduser().absolute()))
    if match["protocol"] == "file":
        return Store(str(Path(named[match.end() :]).absolute()))
    import fsspec

    try:
        filesystem, path = fsspec.core.url_to_fs(named)
    except (ImportError, ValueError) as error:
        package = _PACKAGES.get(match["protocol"])
        remedy = f"Install it: pip install {package}." if package else "Check --store."
        raise HostError(f"The store {shown(named)} cannot be opened: {error}.", remedy) from None
    url = named.rstrip("/")
    return Store(url, Objects(url, filesystem, path.rstrip("/")))


def _load_path(selector: str) -> RunRecord:
    path = Path(selector).expanduser().absolute()
    if path.name == RECORD or path.suffix == ".svg":
        path = path.parent if path.name == RECORD else path.with_suffix("")
    if not (path / RECORD).is_file():
        raise StoreError(f"{shown(selector)} is no run: it has no {RECORD}.", _LIST_RUNS)
    return Store(str(path.parent))._read(path.name)  # noqa: SLF001  its own class


def _is_path(selector: str) -> bool:
    return "\0" not in selector and (os.sep in selector or selector.startswith("~"))


def _numbered(base: str, first: str | None = None) -> Iterable[str]:
    """Yield ``first``, ``base``, ``base_2``, ``base_3``, …, each once."""
    if first is not None:
        yield first
    for number in range(1, 100_000):
        run_id = base if number == 1 else f"{base}_{number}"
        if run_id != first:
            yield run_id


def _age(run_id: str) -> tuple[str, int]:
    match = _ID.fullmatch(run_id)
    return ("", 0) if match is None else (match["created"], int(match["number"] or 1))


def _json(value: Any) -> str:
    return json.dumps(_plain(value), indent=1, allow_nan=False)


def _plain(value: Any) -> Any:
    """Turn what is no JSON, such as NaN, a path or a NumPy number, into what is: a run must not fail at its end."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    return _plain(value.item()) if hasattr(value, "item") else str(value)
