"""Profile a subject: build it, run it under a sampler, and store the run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from duronb.api.stores import store_for
from duronb.capture import capture
from duronb.events import Emit, silent
from duronb.request import ARGUMENTS, CallGraph, EngineName, ProfileRequest
from duronb.results.run import Run
from duronb.views.formats.svg import run_svg
from duronb.views.kit.bundles import bundle_text


def profile(
    seconds: int = 30,
    label: str = "profile",
    *,
    repo: str | Path | None = None,
    release: str | None = None,
    ref: str | None = None,
    bin: str | None = None,  # noqa: A002 - cargo's word
    example: str | None = None,
    args: str | Sequence[str] | None = None,
    stages: Sequence[str] | None = None,
    frequency_hz: int = 999,
    call_graph: CallGraph = "fp",
    warmup_seconds: int = 0,
    database_on: str | None = None,
    engine: EngineName = "auto",
    rebuild: bool = False,
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Run:
    """Build Duroxide, run its stress test under a sampler, and store the run.

    Parameters
    ----------
    seconds
        Length of each stage in seconds, 1 to 86400. The stress test has four stages.
    label
        Name shared by runs that belong together: 1 to 64 letters, digits, ``.``, ``_`` or ``-``.
    repo
        Path of a Duroxide checkout. If neither ``repo`` nor ``release`` is given, the checkout in the working
        directory is used; outside a checkout, the latest release.
    ref
        Git branch, tag or commit of the checkout. The files of the checkout are not touched. ``None`` profiles the
        files as they are on disk.
    release
        Published version such as ``0.1.32``, or ``latest``. Cannot be combined with ``repo`` or ``ref``.
    bin, example
        Name of another binary, or of an example, to run in place of the stress test.
    args
        Arguments for the workload: a list, or a string that is split as a shell would split it.
    stages
        Stages of the bundled workload to run, such as ``["file:2/2"]``.
    frequency_hz
        Samples per second of CPU time of each thread, 1 to 50000.
    call_graph
        How stacks are walked: ``fp`` (frame pointers) or ``dwarf``.
    warmup_seconds
        Length of a warm-up in seconds per stage. The warm-up runs first and is not counted; 0 means no warm-up.
    database_on
        What the database of the workload is on. With the Docker engine: ``volume`` (the default), which is a disk of
        the engine; ``overlay``, the file system of the container; ``tmpfs``, memory; or the absolute path of a
        directory of the engine's machine. With the other engines: the absolute path of a directory, or ``None`` for
        the temporary directory.
    engine
        Where the workload is built and run: ``docker``, ``native``, ``embedded``, or ``auto`` for the first of them
        that works on this machine.
    rebuild
        Build from scratch, without anything from earlier builds.
    store
        Directory or URL in which the run is stored; see ``runs``.
    on_event
        Called with each ``duronb.events.Event`` of the capture.

    Returns
    -------
    Run
        The stored run. Its status is ``interrupted`` if you stopped it.

    Raises
    ------
    RequestError
        An option has an invalid value, or two options exclude each other.
    HostError
        This machine lacks something, such as an engine or disk space.
    BuildError
        The subject does not compile.
    WorkloadError
        The workload failed. What was captured is stored with the status ``failed``.
    StoreError
        The store cannot be read.

    Examples
    --------
    Profile the latest release for 5 seconds per stage:

    >>> import duronb
    >>> run = duronb.profile(5, "quick", release="latest")
    >>> run.label, run.status
    ('quick', 'complete')

    Profile one stage of a branch after a warm-up:

    >>> run = duronb.profile(10, "main", ref="main", stages=["file:2/2"], warmup_seconds=5)
    """
    request = ProfileRequest(
        seconds=seconds,
        label=label,
        repo=None if repo is None else str(repo),
        release=release,
        ref=ref,
        bin=bin,
        example=example,
        args=ARGUMENTS.read(args, "args") if isinstance(args, str) else tuple(args or ()),
        stages=tuple(stages or ()),
        frequency_hz=frequency_hz,
        call_graph=call_graph,
        warmup_seconds=warmup_seconds,
        database_on=database_on,
        engine=engine,
        rebuild=rebuild,
    )
    # A missing bundle is reported now rather than after minutes of recording.
    bundle_text("svg.js")
    return Run.of(capture(request, store_for(store, repo), on_event, picture=run_svg))
