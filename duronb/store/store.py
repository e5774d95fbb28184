"""The store of runs: save, list, find, tag."""

from __future__ import annotations

import contextlib
import difflib
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from duronb.errors import StoreError
from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.quoting import quoted
from duronb.store.ids import is_id, label_of, new_id, numbered
from duronb.store.listing import Damaged, list_runs, newest_first
from duronb.store.log import compress
from duronb.store.places.directory import Disk
from duronb.store.places.protocol import FRAMES, LOCK, LOG, RECORD, SAMPLES, Root, writing
from duronb.store.reading import NoRecordError, read_record
from duronb.store.record_text import record_text
from duronb.store.tags import TAGS, read_tags, remove_tag, tagged, write_tag


class Store:
    """A directory or a URL that contains runs.

    Parameters
    ----------
    root
        Path or URL, as it is shown to the user and as ``open_store`` accepts it.
    place
        Reads and writes the store; ``None`` for a directory of this machine.

    Attributes
    ----------
    damaged
        The directories that the last call of ``runs`` could not read.
    """

    def __init__(self, root: str, place: Root | None = None) -> None:
        self.root = root
        self.damaged: list[Damaged] = []
        self.place: Root = Disk(Path(root)) if place is None else place

    def __repr__(self) -> str:
        return f"Store({self.root!r})"

    def check_writable(self) -> None:
        """Raise HostError if a run could not be stored here."""
        with writing(self.root):
            self.place.check()

    def reserve_id(self, engine: str, label: str, created: datetime) -> str:
        """Return ``engine_label_UTC``, with ``_2`` and so on if that is taken.

        Nothing is written. If another process uses the id in the meantime, ``save`` chooses the next free one.
        """
        base = new_id(engine, label, created)
        with writing(self.root):
            return next(run_id for run_id in numbered(base) if not self.place.exists(run_id))

    def save(
        self, run: RunRecord, profile: Profile | None, *, log: Path, cargo_lock: bytes, svg: bytes | None = None
    ) -> RunRecord:
        """Store a run atomically.

        Parameters
        ----------
        run
            The record. If its id is taken by another run, the next free id is used.
        profile
            Its samples; ``None`` for a run of which only the metrics are known.
        log
            File with what the workload printed. A missing file counts as empty.
        cargo_lock
            The lock file of the build.
        svg
            The picture to store beside the run.

        Returns
        -------
        The record as ``load`` returns it. If the same run was stored before, that record is returned.

        Raises
        ------
        HostError
            The disk is full or cannot be written. No partial run remains.
        """
        from duronb.store.columns import write_frames, write_samples

        if not is_id(run.id):
            raise StoreError(f"{quoted(run.id)} cannot be the id of a run.", "Profile again.")
        with writing(self.root), self.place.staging() as staged:
            directory = staged / "run"
            directory.mkdir()
            if profile is not None:
                with (directory / FRAMES).open("wb") as file:
                    write_frames(profile, file)
                with (directory / SAMPLES).open("wb") as file:
                    write_samples(profile, file)
            compress(log, directory / LOG)
            if cargo_lock or profile is not None:
                (directory / LOCK).write_bytes(cargo_lock)
            picture = None if svg is None else staged / "run.svg"
            if picture is not None and svg is not None:
                picture.write_bytes(svg)
            for run_id in numbered(run.id):
                stored = replace(run, id=run_id)
                text = record_text(stored, metric_only=profile is None)
                (directory / RECORD).write_text(text, encoding="utf-8")
                if self.place.commit(directory, run_id, picture):
                    return self._read(run_id)
                same = self._stored_already(run_id, stored)
                if same is not None:
                    return same
        raise AssertionError("ids never end")

    def load(self, selector: str, *, paths: bool = True) -> RunRecord:
        """Return one run.

        Parameters
        ----------
        selector
            A label (for its newest run), a tag, an id, the beginning of exactly one id, or a run's path. A tag cannot
            be the same as a label in use. If a label is used later that equals a tag, the label has precedence.
        paths
            Accept a path. If ``False``, only runs of this store can be read.

        Raises
        ------
        StoreError
            There is no such run, several match, or it is damaged.
        """
        if paths and _is_path(selector):
            return _load_path(selector)
        names = self.place.names()
        for name in newest_first(self._labelled(selector, names)):
            # A directory without a record is not a run: another process is writing it, or was killed meanwhile.
            with contextlib.suppress(NoRecordError):
                return self._read(name)
        if selector in names:
            return self._read(selector)
        run_id = tagged(self.place, selector)
        if run_id is not None:
            return self._read_tagged(selector, run_id, names)
        beginning = sorted(name for name in names if selector and name.startswith(selector) and is_id(name))
        if len(beginning) == 1:
            return self._read(beginning[0])
        if beginning:
            some = ", ".join(beginning[:3]) + (", …" if len(beginning) > 3 else "")
            raise StoreError(
                f"{quoted(selector)} is the beginning of {len(beginning)} ids: {some}.",
                "Give more characters of the id.",
            )
        raise self.unknown(selector, names)

    def runs(self, label: str | None = None) -> list[RunRecord]:
        """Return runs, newest first. Only their records are read; unreadable ones are listed in ``damaged``.

        Parameters
        ----------
        label
            Only the runs with this label.
        """
        names = self.place.names()
        wanted = names if label is None else self._labelled(label, names)
        found, self.damaged = list_runs(self.place, wanted, entire=label is None)
        return found

    def tag(self, run_id: str, name: str, *, force: bool = False) -> None:
        """Give a run a permanent name, by which ``load`` finds it and which protects it from cleaning.

        Parameters
        ----------
        run_id, name, force
            As for ``duronb.store.tags.write_tag``, which also documents the errors.
        """
        write_tag(self.place, self.root, run_id, name, self.place.names(), force=force)

    def untag(self, name: str) -> None:
        """Remove a tag. The run is not changed.

        Raises
        ------
        StoreError
            There is no such tag.
        HostError
            The store cannot be written.
        """
        remove_tag(self.place, self.root, name)

    def tags(self) -> dict[str, str]:
        """Return ids of runs by tag, in alphabetical order of the tags. A run may have been removed."""
        return read_tags(self.place)

    def svg(self, run: RunRecord) -> str:
        """Return the path or URL of the picture beside a run."""
        return f"{self.place.location(run.id)}.svg"

    def _labelled(self, label: str, names: Iterable[str]) -> list[str]:
        return [name for name in names if label_of(name) == label]

    def _read_tagged(self, name: str, run_id: str, names: list[str]) -> RunRecord:
        if run_id not in names:
            raise StoreError(
                f"The tag {name} names {run_id}, which is not in the store.",
                f"Restore it, or: {command('tag', '--delete', name)}",
            )
        return self._read(run_id)

    def unknown(self, selector: str, names: list[str]) -> StoreError:
        """Return the error for a selector that matches no run. It suggests a similar label or tag."""
        labels = {label for name in names if (label := label_of(name)) is not None}
        if not labels:
            return StoreError(f"There are no runs in {self.root}.", f"Make one: {command('profile')}.")
        known = sorted({*labels, *self.place.files(TAGS)})
        close = difflib.get_close_matches(selector[:100], known[:10_000], n=1)
        hint = f"; did you mean {close[0]}?" if close else "."
        return StoreError(
            f"There is no run {quoted(selector)} in {self.root}{hint}", f"List the runs: {command('runs')}"
        )

    def _read(self, run_id: str) -> RunRecord:
        return read_record(self.place, run_id)[0]

    def _stored_already(self, run_id: str, run: RunRecord) -> RunRecord | None:
        """Return the stored run with this id if it is the same run, stored by a process that was killed just after."""
        try:
            stored = self._read(run_id)
        except StoreError:
            return None
        return stored if stored.created == run.created and stored.subject == run.subject else None


def _load_path(selector: str) -> RunRecord:
    path = Path(selector).expanduser().absolute()
    if path.name == RECORD or path.suffix == ".svg":
        path = path.parent if path.name == RECORD else path.with_suffix("")
    if not (path / RECORD).is_file():
        raise StoreError(
            f"{quoted(selector)} is not a run: it contains no {RECORD}.", f"List the runs: {command('runs')}"
        )
    return Store(str(path.parent))._read(path.name)  # noqa: SLF001  its own class


def _is_path(selector: str) -> bool:
    return "\0" not in selector and (os.sep in selector or selector.startswith("~"))
