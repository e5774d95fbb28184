"""``duronb show``: print a stored run."""

from __future__ import annotations

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.facts import run_facts
from duronb.errors import RequestError
from duronb.options.stored import SHOW


def show(asked: Asked) -> int:
    """Print a run with its hottest frames and time budget; JSON: the run with ``hot_frames`` and ``bottlenecks``."""
    from duronb import api

    top, stage = asked.integer("top"), asked.text("stage")
    run = asked.call.of(api.load)
    if run.quality.samples == 0:
        if asked.flag("bottlenecks"):
            raise RequestError(f"Run {run.id} has no samples.", "Choose a run that was profiled.")
        if asked.json:
            write_json(run_facts(run) | {"hot_frames": [], "bottlenecks": None})
        else:
            write(run.text(top=top, stage=stage))
    elif asked.json:
        frames = list(run.hot_frames(top, stage=stage))
        found = run.bottlenecks(stage).to_json()
        write_json(run_facts(run) | {"hot_frames": frames, "bottlenecks": found})
    elif asked.flag("bottlenecks"):
        write(str(run.bottlenecks(stage)))
    else:
        write(f"{run.text(top=top, stage=stage)}\n\n{run.time_budget()}")
    return exit_codes.OK


COMMAND = Command(SHOW, show)
