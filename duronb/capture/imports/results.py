"""Store the results of stress tests that others ran as runs: figures without samples, but part of the history."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from duronb.capture.collect import own_version
from duronb.capture.imports.history import file_versions
from duronb.capture.imports.samples import ENGINE
from duronb.errors import RequestError, StoreError
from duronb.events import Emit, Event, silent
from duronb.ingest.files import opened
from duronb.ingest.stress_test.results_entries import ResultsEntry
from duronb.ingest.stress_test.results_file import read_document, read_results
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.quoting import quoted
from duronb.request import LONGEST_SECONDS, ProfileRequest
from duronb.store import Store
from duronb.store.ids import new_id

_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry, the file it stands in and since when, and another that it stands in too."""

    entry: ResultsEntry
    file: str
    since: datetime
    also: str | None = None

    @property
    def figures(self) -> str:
        """Hash of the figures: equal for the same entry in two files."""
        stages = [
            (stage.name, stage.completed, stage.failed, stage.throughput, stage.started)
            for stage in self.entry.log.stages
        ]
        return sha256(json.dumps(stages).encode()).hexdigest()


def import_results_file(
    path: str | Path, label: str, store: Store, *, git: bool = False, single: bool = False, emit: Emit = silent
) -> list[RunRecord]:
    """Read a file of results and store a run for each of its entries; what is stored already is not stored again.

    Parameters
    ----------
    path
        A log of the stress test, or a document in which results were collected.
    label
        The user's name for a series of runs.
    store
        Where the runs go.
    git
        Read every version of the document that its repository remembers, and of its counterpart of cloud runs.
    single
        Refuse a file with more than one entry.
    emit
        Told what was left out.

    Returns
    -------
    The runs, newest first. They have no samples; their notices say what else they lack.

    Raises
    ------
    RequestError
        The label is none, the file cannot be read, its history is not known, or it has too many entries.
    StoreError
        The file holds no results.
    HostError
        The store cannot be written.
    """
    ProfileRequest(label=label)
    path = Path(path).expanduser()
    found, empty = _distinct(_found(path, git=git))
    if empty:
        emit(Event(kind="notice", step="collect", text=f"Entries without figures, left out: {empty}."))
    if not found:
        raise StoreError(f"{quoted(str(path))} has entries, but no figures.", "Check the file.")
    if single and len(found) > 1:
        raise RequestError(
            f"{quoted(str(path))} holds {len(found)} runs.", "Import them all: duronb.import_results(path, label)."
        )
    store.check_writable()
    runs = [_stored(each, path, label, store) for each in found]
    return sorted(runs, key=lambda run: (run.created, run.id), reverse=True)


def _found(path: Path, *, git: bool) -> list[_Found]:
    versions = file_versions(path) if git else []
    found = []
    if not git or path.is_file():
        entries = read_results(path)
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        found = [_Found(entry, path.name, changed) for entry in entries]
    for version in versions:
        entries = read_document(version.content, version.name)
        found += [_Found(entry, version.name, version.committed) for entry in entries]
    return found


def _distinct(found: list[_Found]) -> tuple[list[_Found], int]:
    """Return each entry once, however many versions have it, and the number of those without figures."""
    distinct: dict[tuple[object, ...], _Found] = {}
    empty = set()
    for each in found:
        entry = each.entry
        if not any(stage.completed is not None for stage in entry.log.stages):
            empty.add((entry.commit, entry.created))
            continue
        key = (entry.commit, entry.created, each.figures)
        first = distinct.get(key, each)
        host = first.entry.host or entry.host
        distinct[key] = replace(
            first,
            entry=replace(first.entry, host=host),
            since=min(first.since, each.since),
            also=each.file if each.file != first.file else first.also,
        )
    return list(distinct.values()), len(empty)


def _stored(found: _Found, path: Path, label: str, store: Store) -> RunRecord:
    entry, log = found.entry, found.entry.log
    created = entry.created or found.since
    seconds = next((stage.seconds for stage in log.stages if stage.seconds), None)
    asked = int(seconds) if seconds is not None and 1 <= seconds <= LONGEST_SECONDS else None
    about = f"duroxide {entry.commit or log.duroxide_version or ''}".strip()
    run = RunRecord(
        id=new_id(ENGINE, label, created),
        status="complete" if all(stage.completed is not None for stage in log.stages) else "interrupted",
        created=created,
        tool_version=own_version(),
        parts=RunParts(
            request=ProfileRequest(label=label) if asked is None else ProfileRequest(label=label, seconds=asked),
            subject=Subject(
                kind="results",
                name=log.subject or about,
                git_sha=entry.commit,
                figures=found.figures,
                stated=frozenset({"git_sha"}),
            ),
            environment=Environment(engine=ENGINE, host=entry.host or None),
            stages=log.stages,
            quality=Quality(
                notices=tuple(_notices(found)),
                samples=0,
                frequency_known=False,
                seconds_inferred=entry.seconds_inferred,
                log_lines_not_understood=log.not_understood,
                duroxide_version=log.duroxide_version,
                file=found.file,
                peak_rss_kb=log.peak_rss_kb,
                average_cpu_percent=log.average_cpu_percent,
                stated=frozenset({"problems", "duroxide_version"}),
            ),
        ),
    )
    with TemporaryDirectory() as directory:
        text = Path(directory) / "stress.log"
        if entry.text:
            text.write_bytes(entry.text)
        else:
            _copy(path, text)
        return store.save(run, None, log=text, cargo_lock=b"")


def _notices(found: _Found) -> list[str]:
    entry = found.entry
    stages = entry.log.stages
    notices = ["Imported: it has no samples, only the workload's figures."]
    known = next((stage.seconds for stage in stages if stage.seconds is not None), None)
    if known is None:
        notices.append("How long a stage was is not known, so neither is what drained after it.")
    elif entry.seconds_inferred:
        notices.append(
            f"{known:g} s a stage is inferred: the quickest of them took little longer, drain included; "
            "the file does not say it."
        )
    if all(stage.lock_warnings is None for stage in stages):
        notices.append("Only the table is known: nothing of what was in flight at the stop, of locks or of latency.")
    if entry.created is None:
        notices.append("It says no time of its own; that of its file stands in.")
    if entry.commit is None:
        notices.append("It says no commit.")
    if found.also is not None:
        where = f", there as of {quoted(entry.host)}" if entry.host else ""
        notices.append(f"The same entry stands in {found.file} and in {found.also}{where}.")
    if entry.remark:
        notices.append(f"Written beside it: {entry.remark}")
    return [*notices, *entry.log.notices]


def _copy(source: Path, target: Path) -> None:
    with opened(source) as file, target.open("wb") as copy:
        while piece := file.read(_CHUNK):
            copy.write(piece)
