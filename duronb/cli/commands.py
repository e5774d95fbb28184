"""What each command does. A command returns its exit status; the front of the CLI turns errors into theirs."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duronb.cli.command import Command, write, write_json
from duronb.cli.desktop import open_in_browser
from duronb.errors import HostError, RequestError
from duronb.options import PROFILE, STORE, Words, profile_arguments
from duronb.quoting import quoted
from duronb.views.progress.terminal import TerminalProgress

if TYPE_CHECKING:
    from duronb.results.run import Run

_STATUS = {"complete": 0, "interrupted": 130, "failed": 1}


def profile(parsed: Namespace) -> int:
    """Make a run; print it, or its ``run.json`` with ``location`` and ``picture``."""
    from duronb import api

    with TerminalProgress() as progress:
        run = api.profile(**profile_arguments(parsed), on_event=progress)
    picture = _picture(run)
    if parsed.json:
        write_json(_facts(run))
    else:
        write(str(run))  # says where the picture lies, too
    if run.status == "interrupted":
        sys.stderr.write(f"duronb: Interrupted; what was captured is kept as {run.id}.\n")
    if parsed.open and picture is not None:
        sys.stdout.flush()
        open_in_browser(picture)
    return _STATUS[run.status]


def import_(parsed: Namespace) -> int:
    """Store what a file holds as runs; print them, or as JSON one ``run.json``, or ``{"runs": […]}`` of several."""
    from duronb import api

    with TerminalProgress() as progress:
        found = api.import_results(parsed.path, parsed.label, git=parsed.git, store=parsed.store, on_event=progress)
    one = found[0] if len(found) == 1 else None
    if parsed.json:
        write_json(_facts(one) if one is not None else {"runs": [_facts(run) for run in found]})
    else:
        write(str(found) if one is None else str(one))
    return 0


def runs(parsed: Namespace) -> int:
    """List stored runs; as JSON ``{"runs": [run, …]}``."""
    from duronb import api

    found = api.runs(parsed.label, store=parsed.store)
    if parsed.json:
        write_json({"runs": [_facts(run) for run in found]})
    else:
        write(found.text(None) if parsed.all else str(found))
    return 0


def show(parsed: Namespace) -> int:
    """Print a run, its time budget and its hottest frames; as JSON the run with these and its ``bottlenecks``."""
    from duronb import api

    top = _top(parsed.top)
    run = api.load(parsed.run, store=parsed.store)
    if run.quality.samples == 0:
        if parsed.bottlenecks:
            raise RequestError(f"Run {run.id} carries no samples.", "Show one that was profiled.")
        if parsed.json:
            write_json(_facts(run) | {"hot_frames": [], "bottlenecks": None})
        else:
            write(run.text(top=top, stage=parsed.stage))
    elif parsed.json:
        frames = list(run.hot_frames(top, stage=parsed.stage))
        found = run.bottlenecks(parsed.stage).to_json()
        write_json(_facts(run) | {"hot_frames": frames, "bottlenecks": found})
    elif parsed.bottlenecks:
        write(str(run.bottlenecks(parsed.stage)))
    else:
        write(f"{run.text(top=top, stage=parsed.stage)}\n\n{run.time_budget()}")
    return 0


def export(parsed: Namespace) -> int:
    """Write a run to files; as JSON ``{"run": id, "written": [path, …]}``."""
    from duronb import api

    run = api.load(parsed.run, store=parsed.store)
    written = [str(run.export(Path(path).expanduser(), stage=parsed.stage).absolute()) for path in parsed.paths]
    if parsed.json:
        write_json({"run": run.id, "written": written})
    else:
        write("\n".join(written))
    return 0


def doctor(parsed: Namespace) -> int:
    """Check this machine; as JSON ``{"checks": [check, …]}``. Fails with 2 when a check does."""
    from duronb.api.doctor import as_table, diagnose

    checks = diagnose(store=parsed.store)
    if parsed.json:
        write_json({"checks": [check.to_json() for check in checks]})
    else:
        write(as_table(checks))
    return HostError.exit_code if any(check.status == "fail" for check in checks) else 0


_RUN: Words = ((("run",), {"metavar": "RUN", "help": "a label (its newest run), a tag, an id or its prefix, a path"}),)
_STAGE: Words = ((("--stage",), {"metavar": "NAME", "help": "only this stage, such as 'File SQLite 2/2'"}),)
_LABEL: Words = ((("label",), {"nargs": "?", "metavar": "LABEL", "help": "only runs with this label"}),)
_FILE: Words = (
    (
        ("path",),
        {
            "metavar": "PATH",
            "help": "perf script text, folded stacks, a flamegraph's SVG, a stress log, stress-test-results.md",
        },
    ),
    (("label",), {"nargs": "?", "metavar": "LABEL", "default": "imported", "help": "imported when left out"}),
    (("--git",), {"action": "store_true", "help": "every version of a file of results that git remembers"}),
)
_ALL: Words = ((("--all",), {"action": "store_true", "help": "all of them; the newest 50 when left out"}),)
_TOP: Words = ((("--top",), {"metavar": "N", "default": "20", "help": "how many frames; 20 when left out"}),)
_WHY: Words = (
    (("--bottlenecks",), {"action": "store_true", "help": "where the time goes, and what to try, in place of frames"}),
)
_PATHS: Words = ((("paths",), {"nargs": "+", "metavar": "PATH", "help": "the ending says the format"}),)
_OPEN: Words = (
    (("--open",), {"action": "store_true", "help": "open the flamegraph in the desktop's browser, if any"}),
)

COMMANDS = {
    "profile": Command(
        "Build Duroxide, run its stress test under a sampler, store the run.", (*PROFILE, *STORE, *_OPEN), profile
    ),
    "import": Command("Store the samples or the results of a file as runs.", (*_FILE, *STORE), import_),
    "runs": Command("List stored runs, newest first.", (*_LABEL, *_ALL, *STORE), runs),
    "show": Command(
        "Print a run: metrics, hottest frames, or bottlenecks.", (*_RUN, *_STAGE, *_TOP, *_WHY, *STORE), show
    ),
    "export": Command("Write a run to files.", (*_RUN, *_PATHS, *_STAGE, *STORE), export),
    "doctor": Command("Check what profiling needs on this machine.", STORE, doctor),
}


def _facts(run: Run) -> dict[str, Any]:
    picture = _picture(run)
    return run.to_json() | {"location": run.location, "picture": None if picture is None else str(picture)}


def _picture(run: Run) -> Path | None:
    """Return the SVG beside a run on this machine."""
    if not run.location or "://" in run.location:
        return None
    picture = Path(f"{run.location}.svg")
    return picture if picture.is_file() else None


def _top(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 10_000:
        raise RequestError(f"--top cannot be {quoted(text)}.", "Give a whole number from 1 to 10000.")
    return int(text)
