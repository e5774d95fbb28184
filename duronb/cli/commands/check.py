"""``duronb check``: a gate for CI and releases.

Exit status: 0 no regression; 1 a stage regressed beyond the margin, or more orchestrations failed; 2 usage or
environment; 3 undecided or not comparable. An inconclusive stage passes if its interval excludes a loss beyond the
margin; see ``duronb.analysis.comparison.gate``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.paths import STDOUT, check_directory
from duronb.errors import RequestError
from duronb.options.comparing import CHECK

if TYPE_CHECKING:
    from duronb.analysis.comparison.gate import Gate
    from duronb.results.comparison import Comparison


def check(asked: Asked) -> int:
    """Judge a candidate, and print the verdicts; JSON: the comparison with ``gate`` and ``written``."""
    _check_paths(asked)
    from duronb.analysis.comparison.gate import gate
    from duronb.api.comparison import gated

    comparison, candidates = asked.call.of(gated)
    judged = gate(comparison.result, candidates)
    written = _write_files(asked, comparison, judged)
    status = exit_codes.OF_GATE[judged.outcome]
    if asked.json:
        facts = {
            "outcome": judged.outcome,
            "exit_code": status,
            "reasons": list(judged.reasons),
            "stages": [
                {"stage": stage.stage, "outcome": stage.outcome, "reason": stage.reason} for stage in judged.stages
            ],
            "costs": [
                {"stage": stage.stage, "outcome": stage.outcome, "reason": stage.reason} for stage in judged.costs
            ],
        }
        write_json(comparison.to_json() | {"gate": facts, "written": written})
    elif STDOUT not in (asked.text("markdown"), asked.text("junit")):
        write(f"{comparison}\n\n{gate_text(judged)}")
    return status


def gate_text(judged: Gate) -> str:
    """Return the outcome of a gate as text, with one line per stage."""
    from duronb.views.kit.escape import visible

    lines = [f"Gate: {judged.outcome} (exit {exit_codes.OF_GATE[judged.outcome]})"]
    lines += [visible(f"  {stage.outcome:<9} {stage.stage}: {stage.reason}") for stage in judged.stages]
    lines += [visible(f"  {cost.outcome:<9} {cost.stage}, CPU: {cost.reason}") for cost in judged.costs]
    return "\n".join([*lines, *(visible(f"! {reason}") for reason in judged.reasons)])


def _check_paths(asked: Asked) -> None:
    paths = {name: asked.text(name) for name in ("html", "markdown", "junit")}
    for path in paths.values():
        if path is not None:
            check_directory(path)
    to_stdout = [paths["markdown"] == STDOUT, paths["junit"] == STDOUT, asked.json]
    if paths["html"] == STDOUT or sum(to_stdout) > 1:
        raise RequestError(
            "Only one of --markdown, --junit and --json can go to standard output.", "Give paths for the others."
        )


def _write_files(asked: Asked, comparison: Comparison, judged: Gate) -> list[str]:
    """Write the files that the options name, and return their absolute paths."""
    from duronb.views.kit.files import write_page

    found = []
    if (markdown := asked.text("markdown")) is not None:
        from duronb.views.comparison.markdown import comparison_markdown

        found += _write_text(markdown, comparison_markdown(comparison.result, judged))
    if (junit := asked.text("junit")) is not None:
        from duronb.views.comparison.junit import comparison_junit

        found += _write_text(junit, comparison_junit(comparison.result, judged))
    if (html := asked.text("html")) is not None:
        found.append(str(write_page(comparison.report_html(judged), html, "").absolute()))
    return found


def _write_text(path: str, text: str) -> list[str]:
    """Write text to a file and return its path in a list, or to standard output and return an empty list."""
    from duronb.views.kit.files import write_page

    if path == STDOUT:
        write(text)
        return []
    return [str(write_page(text, path, "").absolute())]


COMMAND = Command(CHECK, check)
