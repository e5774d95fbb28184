"""``duronb export``: write a run to files in other formats."""

from __future__ import annotations

from pathlib import Path

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.stored import EXPORT


def export(asked: Asked) -> int:
    """Write a run to files, and print their paths; JSON: ``{"run": id, "written": [path, …]}``."""
    from duronb import api

    run = asked.call.of(api.load)
    stage = asked.text("stage")
    written = [str(run.export(Path(path).expanduser(), stage=stage).absolute()) for path in asked.texts("paths")]
    if asked.json:
        write_json({"run": run.id, "written": written})
    else:
        write("\n".join(written))
    return exit_codes.OK


COMMAND = Command(EXPORT, export)
