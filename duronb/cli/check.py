"""``duronb check``: a gate for CI and releases.

Exit status: 0 no regression; 1 a stage regressed beyond the margin, or more orchestrations failed; 3 undecided or not
comparable; 2 usage or environment. A stage that is inconclusive passes when its interval excludes a loss beyond the
margin: see ``duronb.analysis.comparison.gate``.
"""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from duronb.cli.command import Command, write, write_json
from duronb.cli.compare import HTML, check_directory
from duronb.errors import RequestError
from duronb.options import STORE, Words
from duronb.options.comparing import COMPARE, compare_arguments

if TYPE_CHECKING:
    from duronb.analysis.comparison.gate import Gate
    from duronb.results.comparison import Comparison

_SIDES: Words = (
    (
        ("baseline",),
        {"metavar": "BASELINE", "help": "a label (all of its runs), a tag, an id or a path; or an A/B's id"},
    ),
    (("candidate",), {"nargs": "?", "metavar": "CANDIDATE", "help": "the same; left out where BASELINE is an A/B"}),
)
_FILES: Words = (
    (("--markdown",), {"metavar": "PATH", "help": "write GitHub's Markdown; - for standard output"}),
    (("--junit",), {"metavar": "PATH", "help": "write JUnit's XML; - for standard output"}),
)


def check(parsed: Namespace) -> int:
    """Judge a candidate; as JSON the comparison with ``gate``, ``exit_code`` and ``written``."""
    _check_paths(parsed)
    from duronb.analysis.comparison.gate import gate
    from duronb.api.comparison import gated

    comparison, candidates = gated(**compare_arguments(parsed, parsed.baseline, parsed.candidate))
    judged = gate(comparison.result, candidates)
    written = _write_files(parsed, comparison, judged)
    if parsed.json:
        said = {
            "outcome": judged.outcome,
            "exit_code": judged.exit_code,
            "reasons": list(judged.reasons),
            "stages": [
                {"stage": stage.stage, "outcome": stage.outcome, "reason": stage.reason} for stage in judged.stages
            ],
        }
        write_json(comparison.to_json() | {"gate": said, "written": written})
    elif "-" not in (parsed.markdown, parsed.junit):
        write(f"{comparison}\n\n{gate_text(judged)}")
    return judged.exit_code


def gate_text(judged: Gate) -> str:
    """Return what the gate says, a line per stage."""
    from duronb.views.kit.escape import visible

    lines = [f"Gate: {judged.outcome} (exit {judged.exit_code})"]
    lines += [visible(f"  {stage.outcome:<9} {stage.stage}: {stage.reason}") for stage in judged.stages]
    return "\n".join([*lines, *(visible(f"! {reason}") for reason in judged.reasons)])


def _check_paths(parsed: Namespace) -> None:
    for path in (parsed.html, parsed.markdown, parsed.junit):
        if path is not None:
            check_directory(path)
    to_stdout = [parsed.markdown == "-", parsed.junit == "-", bool(parsed.json)]
    if parsed.html == "-" or sum(to_stdout) > 1:
        raise RequestError("Only one of --markdown, --junit and --json can be standard output.", "Give paths.")


def _write_files(parsed: Namespace, comparison: Comparison, judged: Gate) -> list[str]:
    from duronb.views.kit.files import write_page

    found = []
    if parsed.markdown is not None:
        from duronb.views.comparison.markdown import comparison_markdown

        found += _written(parsed.markdown, comparison_markdown(comparison.result, judged))
    if parsed.junit is not None:
        from duronb.views.comparison.junit import comparison_junit

        found += _written(parsed.junit, comparison_junit(comparison.result, judged))
    if parsed.html is not None:
        found.append(str(write_page(comparison.report_html(judged), parsed.html, "").absolute()))
    return found


def _written(path: str, text: str) -> list[str]:
    from duronb.views.kit.files import write_page

    if path == "-":
        write(text)
        return []
    return [str(write_page(text, path, "").absolute())]


COMMANDS = {
    "check": Command(
        "Tell whether a candidate is slower: exit 0 no, 1 yes, 3 undecided or not comparable, 2 usage or environment.",
        (*_SIDES, *COMPARE, *_FILES, *HTML, *STORE),
        check,
    ),
}
