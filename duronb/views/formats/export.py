"""Export of a run to a file. The extension of the file's name selects the format."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from duronb.errors import RequestError, StoreError
from duronb.model.run import RunRecord
from duronb.quoting import quoted
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree, display_tree_of
from duronb.views.formats.firefox import firefox
from duronb.views.formats.folded import folded
from duronb.views.formats.otlp import otlp
from duronb.views.formats.otlp_encoding import encoded
from duronb.views.formats.pprof import pprof
from duronb.views.formats.speedscope import speedscope
from duronb.views.formats.svg import run_svg
from duronb.views.kit.escape import well_formed
from duronb.views.kit.files import replace_file
from duronb.views.payload.writing import payload_json
from duronb.views.run.header import frequency_known, title_text
from duronb.views.run.page import page
from duronb.views.run.payload import run_payload

Writer = Callable[[RunRecord, str | None], bytes]


def export(run: RunRecord, path: str | os.PathLike[str], stage: str | None = None) -> Path:
    """Write a run to a file atomically.

    Parameters
    ----------
    run
        The run, with its samples.
    path
        ``.html`` writes the page that works offline, ``.svg`` the picture with zoom and search, ``.folded`` or ``.txt``
        folded stacks, ``.pb.gz`` or ``.pprof`` a pprof file, ``.speedscope.json`` a speedscope file, ``.firefox.json``
        one for the Firefox Profiler, ``.otlp`` or ``.otlp.json`` an OpenTelemetry profile, which is experimental, any
        other ``.json`` the flamegraph payload.
    stage
        Write only this stage. Page and payload contain all stages and select this one initially. ``None`` for all.

    Returns
    -------
    The path of the file.

    Raises
    ------
    RequestError
        The extension is unknown.
    StoreError
        The run has no samples.
    HostError
        The file cannot be written, or the JavaScript that page and picture need is not built.
    """
    target = Path(path).expanduser()
    name = target.name.lower()
    writer = next((write for ending, write in _WRITERS.items() if name.endswith(ending)), None)
    if writer is None:
        raise RequestError(f"{quoted(target.name)} has no known extension.", f"Use one of {', '.join(_WRITERS)}.")
    try:
        content = writer(run, stage)
    except LookupError:
        raise StoreError(f"Run {run.id} has no samples.", "Export a run that was profiled.") from None
    replace_file(target, content)
    return target


def _html(run: RunRecord, stage: str | None) -> bytes:
    return page(run, stage).encode()


def _svg(run: RunRecord, stage: str | None) -> bytes:
    return run_svg(run, run.profile, stage)


def _folded(run: RunRecord, stage: str | None) -> bytes:
    return "".join(f"{well_formed(line)}\n" for line in folded(run.profile, stage)).encode()


def _payload(run: RunRecord, stage: str | None) -> bytes:
    return payload_json(run_payload(run, display_tree_of(run), stage=stage)).encode()


def _speedscope(run: RunRecord, stage: str | None) -> bytes:
    shown = _shown(run)
    content = speedscope(shown.profile, title_text(run), stage, f"duronb {run.tool_version}")
    return json.dumps(content, separators=(",", ":")).encode()


def _pprof(run: RunRecord, stage: str | None) -> bytes:
    return pprof(_shown(run).profile, title_text(run), stage)


def _firefox(run: RunRecord, stage: str | None) -> bytes:
    return json.dumps(firefox(_shown(run), title_text(run), stage), separators=(",", ":")).encode()


def _shown(run: RunRecord) -> DisplayTree:
    """Return the display tree of a run for other tools: without a sampling frequency if it is only a guess."""
    if frequency_known(run):
        return display_tree_of(run)
    return display_tree(replace(run.profile, frequency_hz=0.0), event=run.environment.event)


def _otlp(run: RunRecord, stage: str | None) -> bytes:
    return encoded(_otlp_message(run, stage))


def _otlp_json(run: RunRecord, stage: str | None) -> bytes:
    return json.dumps(_otlp_message(run, stage), separators=(",", ":")).encode()


def _otlp_message(run: RunRecord, stage: str | None) -> dict[str, Any]:
    return otlp(_shown(run).profile, title_text(run), stage, run.tool_version)


_WRITERS: dict[str, Writer] = {
    ".html": _html,
    ".svg": _svg,
    ".folded": _folded,
    ".txt": _folded,
    ".pb.gz": _pprof,
    ".pprof": _pprof,
    ".speedscope.json": _speedscope,
    ".firefox.json": _firefox,
    ".otlp": _otlp,
    ".otlp.json": _otlp_json,
    ".json": _payload,
}
