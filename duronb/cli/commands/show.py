"""``duronb show``: print a stored run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.desktop import open_in_browser
from duronb.cli.facts import picture_of, run_facts
from duronb.errors import RequestError
from duronb.options.remedy import command
from duronb.options.stored import SHOW
from duronb.views.kit.terminal import plain

if TYPE_CHECKING:
    from duronb.results.run import Run


def show(asked: Asked) -> int:
    """Print a run with its hottest frames and time budget; JSON: the run with ``hot_frames`` and ``bottlenecks``.

    ``--open`` also opens the picture beside the run, if there is one and a desktop.
    """
    from duronb import api

    top, stage, bucket = asked.integer("top"), asked.text("stage"), asked.text("bucket")
    run = asked.call.of(api.load)
    if run.quality.samples == 0:
        if asked.flag("bottlenecks") or bucket is not None:
            raise RequestError(f"Run {run.id} has no samples.", "Choose a run that was profiled.")
        if asked.json:
            write_json(run_facts(run) | {"hot_frames": [], "bottlenecks": None})
        else:
            write(run.text(top=top, stage=stage))
    elif asked.json:
        frames = list(run.hot_frames(top, stage=stage))
        found = run.bottlenecks(stage).to_json()
        write_json(run_facts(run) | {"hot_frames": frames, "bottlenecks": found})
    elif bucket is not None:
        write(run.bottlenecks(stage).bucket_text(bucket))
    elif asked.flag("bottlenecks"):
        everything = run.bottlenecks(stage)
        write(everything.text(advised=None) if asked.flag("all") else str(everything))
    else:
        write(f"{run.text(top=top, stage=stage)}\n\n{run.time_budget()}")
    if asked.flag("open"):
        _open(run)
    return exit_codes.OK


def _open(run: Run) -> None:
    """Open the flame graph of a run in the browser, or say on standard error why it is not opened."""
    picture = picture_of(run)
    if picture is None:
        page = command("export", run.id, "run.html")
        sys.stderr.write(f"duronb: There is no picture beside the run on this machine. Write a page: {page}\n")
    elif not open_in_browser(picture):
        sys.stderr.write(f"duronb: No browser could be started here. Open {plain(str(picture))} in one.\n")


COMMAND = Command(SHOW, show)
