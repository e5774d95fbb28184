"""Import of a file of samples as a run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from duronb.capture.collect import Picture, own_version
from duronb.capture.notices.samples import sample_notices
from duronb.ingest.files import read_source
from duronb.ingest.format import Format
from duronb.ingest.sample_file import ReadOptions, SampleFile
from duronb.ingest.source import Source
from duronb.model.event_view import view
from duronb.model.profile import Profile
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from duronb.store import Store

ENGINE = "import"

_SAY_LINES = frozenset({"folded", "svg", "pprof", "speedscope"})
"""Formats whose readers have notices of their own about lines that they did not understand."""


def import_samples(
    source: Source, label: str, store: Store, *, options: ReadOptions | None = None, picture: Picture | None = None
) -> RunRecord:
    """Read an input of samples and store it.

    Parameters
    ----------
    source
        The input, in a format that ``duronb.ingest.formats`` reads.
    label
        The name that the user gives to runs that belong together.
    store
        Store for the run.
    options
        Choices of the user for reading the input; ``None`` for the defaults.
    picture
        Draws the picture that is stored beside the run; ``None`` for no picture.

    Returns
    -------
    The stored run. It has no stages; notices describe what else is missing.

    Raises
    ------
    RequestError
        The label is invalid, or the file cannot be read.
    StoreError
        The file has an unknown format, or is damaged.
    HostError
        The store cannot be written.
    """
    ProfileRequest(label=label)
    store.check_writable()
    found, read = read_source(source, options or ReadOptions())
    counted = view(read.profile, weighting="samples")
    shown = view(read.profile)
    frequency_known = read.frequency_known and shown.frequency_hz > 0
    created = datetime.now(UTC)
    hertz = max(1, min(50_000, round(read.profile.frequency_hz)))
    quality = Quality(
        notices=tuple(_notices(found, read, counted, frequency_known=frequency_known)),
        samples=counted.samples,
        frequency_hz=read.profile.frequency_hz if read.frequency_known else None,
        frequency_known=frequency_known,
        stated=frozenset({"problems", "frequency_known"}),
    )
    run = RunRecord(
        id=store.reserve_id(ENGINE, label, created),
        status="complete",
        created=created,
        tool_version=own_version(),
        parts=RunParts(
            request=ProfileRequest(label=label, frequency_hz=hertz),
            subject=Subject(kind="file", name=source.name, format=found.name),
            environment=Environment(engine=ENGINE).updated(read.environment),
            stages=[],
            quality=quality.updated(read.quality),
            clocks=read.clocks,
        ),
    )
    with TemporaryDirectory() as empty:
        return store.save(
            run,
            read.profile,
            log=Path(empty) / "no log",
            cargo_lock=b"",
            svg=None if picture is None else picture(run, shown),
        )


def _notices(found: Format, read: SampleFile, counted: Profile, *, frequency_known: bool) -> list[str]:
    notices = ["Imported: the run has no stages and no results of the workload."]
    if not read.frequency_known:
        notices.append("The file does not state the sampling frequency, so samples cannot be converted to CPU time.")
    elif not frequency_known:
        notices.append("Weights of samples cannot be converted to CPU time.")
    reported = Quality() if found.name in _SAY_LINES else read.quality
    return [*notices, *read.notices, *sample_notices(counted, (), reported)]
