"""The table in Markdown, and around it the machine, the commands, the method, and why a target was missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.benchmarks.figures import Goal, Row, Summary, number, times

_LEGEND = """Written by `make bench`; do not edit. Median (least – greatest) of all rounds; smaller is better.
`×` is a peer's median by duronb's in this run: above 1 duronb is better."""
_VERDICTS = {True: "yes", False: "**no**", None: "not measured"}


def table(rows: Sequence[Row], tools: Sequence[str]) -> str:
    """Return one Markdown table.

    Parameters
    ----------
    rows
        In their order; rows without a single figure are left out.
    tools
        Columns; one that has no figure in any row is left out.
    """
    rows = [row for row in rows if any(isinstance(cell, Summary) for cell in row.cells.values())]
    shown = [tool for tool in tools if any(tool in row.cells for row in rows)]
    lines = [
        _line(["input", "figure", *shown, "wanted", "reached"]),
        _line(["---", "---", *(["---:"] * len(shown)), "---", "---"]),
    ]
    before = ""
    for row in rows:
        cells = [_cell(row, tool) for tool in shown]
        wanted = "<br>".join(goal.text(row.unit) for goal in row.goals)
        reached = "<br>".join(_VERDICTS[row.reached(goal)] for goal in row.goals)
        lines.append(
            _line(["" if row.input == before else row.input, f"{row.figure}, {row.unit}", *cells, wanted, reached])
        )
        before = row.input
    return "\n".join(lines)


def missed(rows: Sequence[Row]) -> list[tuple[Row, Goal]]:
    """Return the goals that were measured and not reached."""
    return [(row, goal) for row in rows for goal in row.goals if row.reached(goal) is False]


def document(
    rows: Sequence[Row],
    tools: Sequence[str],
    *,
    machine: Mapping[str, str],
    commands: Sequence[str],
    method: str,
    profiles: Mapping[str, str],
    left_out: Mapping[str, str],
) -> str:
    """Return RESULTS.md.

    Parameters
    ----------
    rows, tools
        See ``table``.
    machine
        What it was measured on; no names of hosts.
    commands
        What to type to measure again.
    method
        Paragraphs on how each figure is taken.
    profiles
        By title, for what is not reached.
    left_out
        Peers that were not run, and why.
    """
    goals = [(row, goal) for row in rows for goal in row.goals]
    reached = sum(row.reached(goal) is True for row, goal in goals)
    parts = [
        "# Benchmarks",
        _LEGEND,
        f"{reached} of {len(goals)} targets reached, {len(missed(rows))} missed.",
        table(rows, tools),
        "## Machine",
        "\n".join(f"- {name}: {value}" for name, value in machine.items()),
        "## Commands",
        "\n".join(["```", *commands, "```"]),
        "## Method",
        method.strip(),
        "## Not run",
        "\n".join(f"- {name}: {why}." for name, why in left_out.items()),
    ]
    if missed(rows):
        parts.append("## What is not reached")
        parts.append("\n".join(f"- {_shortfall(row, goal)}" for row, goal in missed(rows)))
    for title, text in profiles.items():
        parts += [f"### {title}", text.strip()]
    return "\n\n".join(parts) + "\n"


def _cell(row: Row, tool: str) -> str:
    cell = row.cells.get(tool, "")
    if isinstance(cell, str):
        return cell
    text = number(cell.median)
    if cell.number > 1:
        text += f" ({number(cell.least)} – {number(cell.greatest)})"
    ratio = None if tool == "duronb" else row.ratio(tool)
    return text if ratio is None else f"{text} {times(ratio)}"


def _shortfall(row: Row, goal: Goal) -> str:
    ratio = None if goal.peer is None else row.ratio(goal.peer)
    ours = row.cells["duronb"]
    measured = f"{number(ours.median)} {row.unit}" if isinstance(ours, Summary) else ours
    return f"{row.input}, {row.figure}: wanted {goal.text(row.unit)}, measured {times(ratio) if ratio else measured}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
