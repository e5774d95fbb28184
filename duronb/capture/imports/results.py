"""Import of results of stress tests: runs with metrics, but without samples."""

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
from duronb.ingest.source import open_source
from duronb.ingest.stress_test.results_entries import ResultsEntry
from duronb.ingest.stress_test.results_file import read_document, read_results
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.quoting import quoted, quoted_path
from duronb.request import LONGEST_SECONDS, ProfileRequest
from duronb.store import Store
from duronb.store.ids import new_id


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry of results, its file and the time of that, and another file that contains the same entry."""

    entry: ResultsEntry
    file: str
    since: datetime
    also: str | None = None

    @property
    def figures(self) -> str:
        """SHA-256 (hex) of the results; equal for the same entry in two files."""
        stages = [
            (stage.name, stage.completed, stage.failed, stage.throughput, stage.started)
            for stage in self.entry.log.stages
        ]
        return sha256(json.dumps(stages).encode()).hexdigest()


def import_results_file(
    path: str | Path, label: str, store: Store, *, git: bool = False, single: bool = False, emit: Emit = silent
) -> list[RunRecord]:
    """Read a file of results, and store a run for each entry that is not stored yet.

    Parameters
    ----------
    path
        A log of the stress test, or a document with collected results.
    label
        The name that the user gives to runs that belong together.
    store
        Store for the runs.
    git
        Also read all versions of the document in its git repository, and of its counterpart with cloud results.
    single
        Raise RequestError if the file has more than one entry.
    emit
        Called with a notice about ignored entries.

    Returns
    -------
    The runs, newest first. They have no samples; notices describe what else is missing.

    Raises
    ------
    RequestError
        The label is invalid, the file cannot be read, it has no history, or it has too many entries.
    StoreError
        The file contains no results.
    HostError
        The store cannot be written.
    """
    ProfileRequest(label=label)
    path = Path(path).expanduser()
    found, empty = _merge_equal(_read_entries(path, git=git))
    if empty:
        emit(Event(kind="notice", step="collect", text=f"Ignored entries without results: {empty}."))
    if not found:
        raise StoreError(f"{quoted_path(path)} has entries, but no results.", "Check the file.")
    if single and len(found) > 1:
        raise RequestError(
            f"{quoted_path(path)} contains {len(found)} runs.", "Import them all: duronb.import_results(path, label)."
        )
    store.check_writable()
    runs = [_store_entry(each, path, label, store) for each in found]
    return sorted(runs, key=lambda run: (run.created, run.id), reverse=True)


def _read_entries(path: Path, *, git: bool) -> list[_Found]:
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


def _merge_equal(found: list[_Found]) -> tuple[list[_Found], int]:
    """Return each entry once, however many versions have it, and the number of entries without results."""
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


def _store_entry(found: _Found, path: Path, label: str, store: Store) -> RunRecord:
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
            _copy_file(path, text)
        return store.save(run, None, log=text, cargo_lock=b"")


def _notices(found: _Found) -> list[str]:
    entry = found.entry
    stages = entry.log.stages
    notices = ["Imported: the run has no samples, only the results that the workload printed."]
    known = next((stage.seconds for stage in stages if stage.seconds is not None), None)
    if known is None:
        notices.append("The length of the stages is unknown, and so is the time of the drain.")
    elif entry.seconds_inferred:
        notices.append(
            f"The length of {known:g} s a stage is inferred: the file does not state it, and the shortest stage took"
            " slightly longer, drain included."
        )
    if all(stage.lock_warnings is None for stage in stages):
        notices.append("Only the result table is known: no orchestrations in flight, lock warnings or latencies.")
    if entry.created is None:
        notices.append("The entry states no time, so the time of its file is used.")
    if entry.commit is None:
        notices.append("The entry states no commit.")
    if found.also is not None:
        where = f", there with the host {quoted(entry.host)}" if entry.host else ""
        notices.append(f"The same entry is in {found.file} and in {found.also}{where}.")
    if entry.remark:
        notices.append(f"Remark in the file: {entry.remark}")
    return [*notices, *entry.log.notices]


def _copy_file(source: Path, target: Path) -> None:
    with open_source(source) as file, target.open("wb") as copy:
        copy.writelines(file.chunks())
