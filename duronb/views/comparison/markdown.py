"""A comparison as GitHub Markdown for a pull request. All text from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.gate import Gate
from duronb.views.comparison.sentences import remarks, sentences, side_names, summary
from duronb.views.comparison.tables import failures_table, headline_tables
from duronb.views.kit.escape import visible
from duronb.views.kit.table import Table

_SIGNS = {"passed": "✅", "failed": "❌", "undecided": "❔"}
_PLAIN = re.compile(r"[^\w ./,;:()%±+−–→-]", re.ASCII)
_ZERO_WIDTH_SPACE = "&#8203;"
_MOST = 300


def comparison_markdown(result: ComparisonResult, gate: Gate | None = None) -> str:
    """Return summary, tables, sentences and notices as Markdown.

    Parameters
    ----------
    result
        The comparison.
    gate
        Result of ``duronb check``. ``None`` leaves its outcomes out.
    """
    lines = ["### duronb: " + " → ".join(map(_name, side_names(result))), ""]
    if gate is not None:
        lines += [f"{_SIGNS[gate.outcome]} **{gate.outcome}**", ""]
    lines += [_text(summary(result, side_names(result))), ""]
    if result.stages:
        families = [[], []] if gate is None else [gate.stages, gate.costs]
        for table, judged in zip(headline_tables(result), families, strict=False):
            lines += [*_table(table, {stage.stage: _SIGNS[stage.outcome] for stage in judged}), ""]
    if (failures := failures_table(result)) is not None:
        lines += [*_table(failures, {}), ""]
    points = [f"{stage.stage}: {stage.reason}" for stage in gate.stages if stage.reason] if gate is not None else []
    points += [f"{cost.stage}, CPU: {cost.reason}" for cost in gate.costs] if gate is not None else []
    points += [*(gate.reasons if gate is not None else ()), *sentences(result), *remarks(result)]
    lines += [f"- {_text(sentence)}" for sentence in dict.fromkeys(points)]
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
    """Replace every character that has a meaning in Markdown or HTML by its entity.

    GitHub links mentions, issues and addresses in the rendered text. A zero-width space prevents that.
    """
    return _PLAIN.sub(_entity, visible(text, _MOST)).replace("://", f":{_ZERO_WIDTH_SPACE}//")


def _entity(match: re.Match[str]) -> str:
    entity = f"&#{ord(match[0])};"
    return entity + _ZERO_WIDTH_SPACE if match[0] in "@#" else entity
