"""A comparison for a pull request: GitHub's Markdown, in which names can do nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.gate import Gate
from duronb.views.comparison.sentences import remarks, sentences, side_names, summary
from duronb.views.comparison.tables import comparison_table, failures_table
from duronb.views.kit.escape import visible
from duronb.views.kit.table import Table

_SIGNS = {"passed": "✅", "failed": "❌", "undecided": "❔"}
_PLAIN = re.compile(r"[^\w ./,;:()%±+−–→-]", re.ASCII)
_NOTHING = "&#8203;"
_MOST = 300


def comparison_markdown(result: ComparisonResult, gate: Gate | None = None) -> str:
    """Return verdict, table and remarks as Markdown.

    Parameters
    ----------
    result
        The comparison.
    gate
        What ``duronb check`` says of it.
    """
    lines = ["### duronb: " + " → ".join(map(_name, side_names(result))), ""]
    if gate is not None:
        lines += [f"{_SIGNS[gate.outcome]} **{gate.outcome}**", ""]
    lines += [_text(summary(result, side_names(result))), ""]
    if result.stages:
        table = comparison_table(result)
        outcomes = {} if gate is None else {stage.stage: _SIGNS[stage.outcome] for stage in gate.stages}
        lines += [*_table(table, outcomes), ""]
    if (failures := failures_table(result)) is not None:
        lines += [*_table(failures, {}), ""]
    said = [f"{stage.stage}: {stage.reason}" for stage in gate.stages if stage.reason] if gate is not None else []
    said += [*(gate.reasons if gate is not None else ()), *sentences(result), *remarks(result)]
    lines += [f"- {_text(sentence)}" for sentence in dict.fromkeys(said)]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table, signs: dict[str, str]) -> list[str]:
    columns = list(table.columns)
    right = ["---" if index in table.text_columns else "---:" for index in range(len(columns))]
    lines = [f"_{_text(table.caption)}_", "", _row(columns), _row(right)]
    for row in table.rows:
        name = f"{signs[row[0]]} {_name(row[0])}" if row[0] in signs else _name(row[0])
        lines.append(_row([name, *map(_text, row[1:])]))
    return lines


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _name(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    """Write every character that Markdown or HTML may take for its own as an entity, which neither does.

    GitHub looks for mentions, issues and addresses in what comes out: a space of no width parts those.
    """
    return _PLAIN.sub(_entity, visible(text, _MOST)).replace("://", f":{_NOTHING}//")


def _entity(match: re.Match[str]) -> str:
    entity = f"&#{ord(match[0])};"
    return entity + _NOTHING if match[0] in "@#" else entity
