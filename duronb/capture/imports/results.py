"""Import of results of stress tests: runs with metrics, but without samples."""

from __future__ import annotations

import json
import re
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

_MOST_LABELS = 5
_FILE_OF_HOST = re.compile(r"(?:stress-test|performance)-results-([\w.-]{1,100})\.md$")


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry of results, its file and the time of that."""

    entry: ResultsEntry
    file: str
    since: datetime

    @property
    def created(self) -> datetime:
        """The time of the run, or that of its file."""
        return self.entry.created or self.since

    @property
    def precision(self) -> str | None:
        """How precise the time is, as ``Quality`` states it."""
        if self.entry.created is None:
            return "file"
        return "day" if self.entry.day_only else None

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
        Also read all versions of the document in its git repository, under all names that it had.
    single
        Raise RequestError if the file has more than one entry.
    emit
        Called with notices about entries that were ignored, and about results that are stored under another label.

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
    stored = _stored_results(store)
    runs = []
    elsewhere = set()
    for each in found:
        same = stored.get((each.figures, each.entry.commit), [])
        runs.append(_same_run(each, label, same) or _store_entry(each, path, label, store))
        elsewhere |= {run.label for run in same if run.label != label and run.created == each.created}
    if elsewhere:
        labels = ", ".join(sorted(elsewhere)[:_MOST_LABELS])
        text = (
            f"Some of these results are also stored under another label: {labels}. A history of both counts them twice."
        )
        emit(Event(kind="notice", step="collect", text=text))
    return sorted(runs, key=lambda run: (run.created, run.id), reverse=True)


def _stored_results(store: Store) -> dict[tuple[str | None, str | None], list[RunRecord]]:
    """Return the stored runs that were made of results, by their figures and commit."""
    stored: dict[tuple[str | None, str | None], list[RunRecord]] = {}
    for run in store.runs():
        if run.subject.kind == "results":
            stored.setdefault((run.subject.figures, run.subject.git_sha), []).append(run)
    return stored


def _same_run(found: _Found, label: str, stored: list[RunRecord]) -> RunRecord | None:
    """Return the stored run of an entry with this label; ``None`` if it is not stored yet.

    The time of an entry without one depends on whether its file or its history was imported, so it is not compared.
    """
    timeless = found.precision == "file"
    for run in stored:
        if run.label == label and (
            run.created == found.created or (timeless and run.quality.created_precision == "file")
        ):
            return run
    return None


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
        since = min(first.since, each.since)
        distinct[key] = replace(first, entry=replace(first.entry, host=host), since=since)
    return _oldest_first(list(distinct.values())), len(empty)


def _oldest_first(found: list[_Found]) -> list[_Found]:
    """Return entries in the order of their times. Entries of one day keep the order in which the document grows."""
    newest_first = len(found) > 1 and found[0].created > found[-1].created
    return sorted(reversed(found) if newest_first else found, key=lambda each: each.created)


def _store_entry(found: _Found, path: Path, label: str, store: Store) -> RunRecord:
    entry, log = found.entry, found.entry.log
    created = found.created
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
                branch=entry.branch,
                figures=found.figures,
                stated=frozenset({"git_sha"}),
            ),
            environment=Environment(engine=ENGINE, host=entry.host or _host_in(found.file)),
            stages=log.stages,
            quality=Quality(
                notices=tuple(_notices(found)),
                samples=0,
                frequency_known=False,
                seconds_inferred=entry.seconds_inferred,
                created_precision=found.precision,
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
    unclear = entry.not_understood
    if known is None and "length" in unclear:
        notices.append(f"The length of the stages was not understood: {quoted(unclear['length'])}.")
    elif known is None:
        notices.append("The length of the stages is unknown, and so is the time of the drain.")
    elif entry.seconds_inferred:
        notices.append(
            f"The length of {known:g} s a stage is inferred: the file does not state it, and the shortest stage took"
            " slightly longer, drain included."
        )
    if all(stage.launched is None and stage.lock_warnings is None for stage in stages):
        notices.append("Only the result table is known: no orchestrations in flight, lock warnings or latencies.")
    if entry.created is None and "time" in unclear:
        notices.append(f"The time was not understood, so that of the file is used: {quoted(unclear['time'])}.")
    elif entry.created is None:
        notices.append("The entry states no time, so the time of its file is used.")
    elif entry.day_only:
        notices.append(f"The entry states the day, {entry.created:%Y-%m-%d}, without a time.")
    if entry.commit is None and "commit" in unclear:
        notices.append(f"The commit was not understood: {quoted(unclear['commit'])}.")
    elif entry.commit is None:
        notices.append("The entry states no commit.")
    if entry.remark:
        notices.append(f"Remark in the file: {entry.remark}")
    return [*notices, *entry.log.notices]


def _host_in(file: str) -> str | None:
    """Return the host in the name of a file such as ``stress-test-results-db1.md``; ``None`` if it has none."""
    match = _FILE_OF_HOST.match(file)
    return None if match is None else match[1]


def _copy_file(source: Path, target: Path) -> None:
    with open_source(source) as file, target.open("wb") as copy:
        copy.writelines(file.chunks())
