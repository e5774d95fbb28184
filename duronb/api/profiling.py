"""Make runs."""

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
    engine: EngineName = "auto",
    rebuild: bool = False,
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Run:
    """Build Duroxide, run its stress test under a sampler, and store the run.

    Parameters
    ----------
    seconds
        Length of each stage; the stress test has four.
    label
        Your name for a series of runs.
    repo, ref
        A checkout, and a git ref of it; the checkout in the working directory when neither it nor ``release`` is given.
    release
        A published version or ``latest``.
    bin, example, args
        Another program of the checkout, and its arguments: a list, or a string that is split as a shell would.
    stages
        Some stages of the bundled workload, such as ``["file:2/2"]``.
    frequency_hz, call_graph
        Samples per second of CPU time and thread; ``fp`` or ``dwarf``.
    warmup_seconds
        Run the workload for so long per stage first; nothing of that is counted.
    engine
        ``docker``, ``native``, ``embedded``, or ``auto``: the first of them that can work.
    rebuild
        Build from scratch.
    store
        Where the run goes; see ``runs``.
    on_event
        Called with each ``duronb.events.Event`` of the capture.

    Returns
    -------
    The run. Its status is ``interrupted`` when you stopped it.

    Raises
    ------
    DuronbError
        RequestError, HostError, BuildError, WorkloadError or StoreError, each with the one thing to do.
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
        engine=engine,
        rebuild=rebuild,
    )
    # Said now, and not after minutes of recording.
    bundle_text("svg.js")
    return Run.of(capture(request, store_for(store, repo), on_event, picture=run_svg))
