"""The ``duronb`` command. ``main`` runs one of the commands in ``duronb/cli/commands``.

``exit_codes`` defines the exit status. With ``--json``, standard output has one JSON object and nothing else; if the
command fails, the object is ``{"error": …}``. Progress and messages go to standard error.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from duronb.cli import exit_codes
from duronb.cli.signals import ended_by_signals
from duronb.errors import BuildError, DuronbError, RequestError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv
        The arguments after ``duronb``; ``None`` for the arguments of the process.

    Returns
    -------
    int
        The exit status; see ``exit_codes``.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # the locale may not be able to encode a path or a label
    try:
        with ended_by_signals():
            status = _run_command(words)
        sys.stdout.flush()
    except SystemExit as ended:  # raised by argparse after --help
        return ended.code if isinstance(ended.code, int) else exit_codes.OK
    except DuronbError as error:
        return _report_error(error, exit_codes.of_error(error), words)
    except KeyboardInterrupt:
        return _report_error(DuronbError("Interrupted before anything was captured."), exit_codes.INTERRUPTED, words)
    except BrokenPipeError:
        # The reader closed the pipe. Python flushes once more at exit, which must not fail again.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.BROKEN_PIPE
    return status


def _run_command(words: list[str]) -> int:
    from duronb.options.tables import TABLES

    if not words or words[0] in ("-h", "--help", "help"):
        from duronb.cli.overview import overview

        sys.stdout.write(overview(list(TABLES.values())))
        return exit_codes.OK if words else exit_codes.USAGE
    if words[0] == "--version":
        from duronb._version import __version__

        sys.stdout.write(f"duronb {__version__}\n")
        return exit_codes.OK
    name, rest = words[0], words[1:]
    if name not in TABLES:
        close = difflib.get_close_matches(name[:60], TABLES, n=1)
        raise RequestError(
            f"{name[:60]!a} is not a command.",
            f"Did you mean {close[0]}?" if close else f"Choose {', '.join(TABLES)}.",
        )
    from duronb.cli.registry import command_named

    command = command_named(name)
    return command.run(command.read(rest))


def _report_error(error: DuronbError, status: int, words: Sequence[str]) -> int:
    """Write an error to standard error and return ``status``.

    The error is one line, followed by the output of the compiler if there is any. With ``--json`` an object is written
    to standard output as well.
    """
    from duronb.views.kit.terminal import plain

    lines = [f"duronb: {' '.join(plain(line) for line in str(error).splitlines())}"]
    if isinstance(error, BuildError):
        lines += [plain(line) for line in error.output.splitlines()]
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write("\n".join(lines) + "\n")
        sys.stderr.flush()
    if "--json" in words:
        fields: dict[str, Any] = {"type": type(error).__name__, "message": error.message, "remedy": error.remedy}
        if isinstance(error, BuildError):
            fields["output"] = error.output
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(json.dumps({"error": fields}, indent=1) + "\n")
            sys.stdout.flush()
    return status
