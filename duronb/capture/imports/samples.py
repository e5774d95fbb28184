"""Import of a file of samples as a run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from duronb.capture.collect import Picture, own_version
from duronb.capture.notices import sample_notices
from duronb.ingest.files import SampleFile, read_file
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from duronb.store import Store

ENGINE = "import"

_SAY_LINES = frozenset({"folded", "svg"})
"""Formats whose readers have notices of their own about lines that they did not understand."""


def import_file(path: str | Path, label: str, store: Store, *, picture: Picture | None = None) -> RunRecord:
    """Read a file of samples and store it.

    Parameters
    ----------
    path
        The text of ``perf script``, folded stacks, or a flamegraph's SVG.
    label
        The name that the user gives to runs that belong together.
    store
        Store for the run.
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
    read = read_file(path)
    profile = read.profile
    created = datetime.now(UTC)
    hertz = max(1, min(50_000, round(profile.frequency_hz)))
    quality = Quality(
        notices=tuple(_notices(read)),
        samples=profile.samples,
        frequency_hz=profile.frequency_hz if read.frequency_known else None,
        frequency_known=read.frequency_known,
        stated=frozenset({"problems", "frequency_known"}),
    )
    run = RunRecord(
        id=store.reserve_id(ENGINE, label, created),
        status="complete",
        created=created,
        tool_version=own_version(),
        parts=RunParts(
            request=ProfileRequest(label=label, frequency_hz=hertz),
            subject=Subject(kind="file", name=Path(path).name, format=read.format),
            environment=Environment(engine=ENGINE).updated(read.environment),
            stages=[],
            quality=quality.updated(read.quality),
            clocks=read.clocks,
        ),
    )
    with TemporaryDirectory() as empty:
        return store.save(
            run,
            profile,
            log=Path(empty) / "no log",
            cargo_lock=b"",
            svg=None if picture is None else picture(run, profile),
        )


def _notices(read: SampleFile) -> list[str]:
    notices = ["Imported: the run has no stages and no results of the workload."]
    if not read.frequency_known:
        notices.append("The file does not state the sampling frequency, so samples cannot be converted to CPU time.")
    reported = Quality() if read.format in _SAY_LINES else read.quality
    return [*notices, *read.notices, *sample_notices(read.profile, (), reported)]
