"""The ``duronb`` command.

Exit status: 0 success; 1 the build or the workload failed, or ``check`` found a regression; 2 usage or environment;
3 ``check`` or ``bisect`` could not decide; 130 interrupted, what was captured is kept; 141 the reader of the output
closed it. With ``--json`` standard output carries one object and nothing else,
``{"error": …}`` when the command fails; progress and messages go to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from duronb.errors import BuildError, DuronbError, RequestError
from duronb.options import join_workload_arguments
from duronb.views.kit.terminal import plain

_BROKEN_PIPE = 141
_INTERRUPTED = 130
_USAGE = """\
usage: duronb COMMAND [options]

  profile [SECONDS] [LABEL]   build Duroxide, run its stress test under a sampler, store the run
  import PATH [LABEL]         store perf script text, folded stacks, a flamegraph's SVG, a stress test's results
  runs [LABEL]                list stored runs, newest first
  show RUN                    print a run: metrics, bottlenecks, hottest frames
  export RUN PATH...          write a run as .svg, .html, .json, .folded, ... by the path's ending
  report RUN...               write one page of a run, of a label's runs, or of two labels compared
  compare BEFORE AFTER        a verdict per stage: improved, regressed, equivalent or inconclusive
  ab A B                      run two releases, refs or option sets in interleaved blocks, and compare them
  check BASELINE CANDIDATE    a gate for CI: exit 0 no regression, 1 regressed, 3 undecided, 2 usage or environment
  bisect GOOD BAD             find the first slower commit or release
  history                     a figure over all runs, with what changed it
  tag RUN NAME                give a run a permanent name, which protects it
  clean --keep N              move old runs to the trash; --undo brings them back
  doctor                      check what profiling needs on this machine

RUN is a label (its newest run), a tag, an id, the beginning of an id, or a path.
Every command takes --help and --json. duronb --version prints the version.
"""


class _Parser(argparse.ArgumentParser):
    """Ends in a RequestError where argparse would print the usage and exit."""

    def error(self, message: str) -> NoReturn:
        raise RequestError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv
        Words after ``duronb``; those of the process when left out.

    Returns
    -------
    The exit status.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a path or label that the locale cannot write
    try:
        status = _run(words)
        sys.stdout.flush()
    except SystemExit as ended:  # argparse after --help
        return ended.code if isinstance(ended.code, int) else 0
    except DuronbError as error:
        return _failed(error, error.exit_code, words)
    except KeyboardInterrupt:
        return _failed(DuronbError("Interrupted before anything was captured."), _INTERRUPTED, words)
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python flushes once more at exit: let that go nowhere.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return status


def _run(words: list[str]) -> int:
    from duronb.cli.registry import COMMANDS

    if not words or words[0] in ("-h", "--help", "help"):
        sys.stdout.write(_USAGE)
        return 0 if words else 2
    if words[0] == "--version":
        from duronb._version import __version__

        sys.stdout.write(f"duronb {__version__}\n")
        return 0
    name, rest = words[0], words[1:]
    command = COMMANDS.get(name)
    if command is None:
        close = difflib.get_close_matches(name[:60], COMMANDS, n=1)
        raise RequestError(
            f"{name[:60]!a} is not a command.",
            f"Did you mean {close[0]}?" if close else f"Choose {', '.join(COMMANDS)}.",
        )
    parser = _Parser(prog=f"duronb {name}", description=command.summary, allow_abbrev=False)
    for names, keywords in command.words:
        parser.add_argument(*names, **keywords)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return command.run(parser.parse_intermixed_args(join_workload_arguments(rest)))


def _failed(error: DuronbError, status: int, words: Sequence[str]) -> int:
    """Report on one line, and what the compiler printed; as an object too where the caller wants JSON."""
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
