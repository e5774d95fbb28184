"""Reports of a run, of the runs of one label, and of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from statistics import stdev
from typing import TYPE_CHECKING

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.stage import is_usable, stage_of
from duronb.analysis.metrics import headline
from duronb.analysis.run_notices import gathered_notices, notices_of
from duronb.errors import DuronbError
from duronb.model.run import RunRecord
from duronb.views.bottlenecks.diagnosis import shown_bottlenecks
from duronb.views.comparison.display import comparison_html, plot_picture
from duronb.views.comparison.numbers import typical, value_text
from duronb.views.comparison.sentences import comparison_title, labels_of, side_names
from duronb.views.flamegraph.display_tree import display_tree_of
from duronb.views.flamegraph.hot_frames import hot_frames
from duronb.views.kit.escape import markup
from duronb.views.kit.markup import facts_html, notices_html, still_html, table_html
from duronb.views.kit.numbers import NONE
from duronb.views.kit.table import Table
from duronb.views.reports.pieces import (
    environment_html,
    flamegraph_html,
    interactive,
    report_document,
    section,
)
from duronb.views.run.header import header_rows, title_text
from duronb.views.run.tables import hot_table, metrics_table, runs_table

if TYPE_CHECKING:
    from duronb.analysis.comparison.gate import Gate
    from duronb.views.differential.content import DifferentialSource

_HOTTEST = 25


def run_report(run: RunRecord) -> str:
    """Return the report of one run: header, environment, metrics, bottlenecks, flamegraph, hottest functions.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    sections = [
        facts_html(header_rows(run)),
        notices_html(notices_of(run)),
        section("Environment", environment_html([run])),
        section("Metrics", table_html(metrics_table(run)) if run.stages else ""),
        *_samples(run),
    ]
    return report_document(title_text(run), sections, run.tool_version)


def group_report(runs: Sequence[RunRecord]) -> str:
    """Return the report of several runs with one label: a table of all runs, and details of the newest.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    newest = max(runs, key=lambda run: run.created)
    title = f"{' and '.join(labels_of(runs))}: {len(runs):,} runs"
    sections = [
        notices_html(gathered_notices({"": runs})),
        section("Runs", table_html(runs_table(sorted(runs, key=lambda run: run.created, reverse=True)))),
        section("Stages", table_html(stages_table(runs))),
        section("Environment", environment_html(runs)),
        section(f"Newest run: {newest.id}", facts_html(header_rows(newest)), table_html(metrics_table(newest))),
        *_samples(newest),
    ]
    return report_document(title, sections, newest.tool_version)


def comparison_report(
    result: ComparisonResult, differential: DifferentialSource | str = "", gate: Gate | None = None
) -> str:
    """Return the report of a comparison: verdicts, plot, tables, differential flamegraph, newest run of each side.

    Parameters
    ----------
    result
        The comparison.
    differential
        The differential flamegraph, or a sentence that says why there is none. Empty if nothing was compared.
    gate
        Result of ``duronb check``. ``None`` leaves its section out.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    sides = list(zip(("Before", "After"), side_names(result), (result.before, result.after), strict=True))
    verdict = section("Verdict", comparison_html(result, plot_picture(result)))
    judged = section("Gate", _gate_html(gate)) if gate is not None else ""
    few = any(stage.unseen for stage in result.stages)
    sections = [
        *([verdict, judged] if few else [judged, verdict]),  # what so few runs cannot show stands first
        section("Differential flamegraph", _differential_html(differential), new_page=True),
        section("Environment", _environments(result.before, result.after)),
    ]
    for word, name, runs in sides:
        if not runs:
            continue
        newest = max(runs, key=lambda run: run.created)
        listed = table_html(runs_table(sorted(runs, key=lambda run: run.created, reverse=True)))
        sections.append(
            section(
                f"{word}: {name}",
                listed,
                table_html(metrics_table(newest)) if newest.stages else "",
                notices_html(notices_of(newest)),
                _flamegraph(newest),
                new_page=True,
            )
        )
    versions = [run.tool_version for run in (*result.after, *result.before)]
    return report_document(comparison_title(result), sections, versions[0] if versions else "")


def stages_table(runs: Sequence[RunRecord]) -> Table:
    """Return the distribution of a rate over complete runs, one row per stage."""
    rows = []
    usable = [run for run in runs if is_usable(run)]
    for name in dict.fromkeys(stage.name for run in usable for stage in run.stages):
        found = [(run, stage) for run in usable if (stage := stage_of(run, name)) is not None]
        metric = headline(found)
        values = [value for run, stage in found if metric is not None and (value := metric.value(run, stage))]
        spread = NONE
        if len(values) > 1 and min(values) > 0:
            spread = f"{100 * stdev(map(log, values)):.1f}"
        ends = [value_text(min(values)), value_text(max(values))] if values else [NONE, NONE]
        what = "no rate" if metric is None else f"{metric.title}, {metric.unit}"
        rows.append([name, what, str(len(values)), value_text(typical(values)), *ends, spread])
    return Table(
        "Rates of all complete runs",
        ["stage", "metric", "runs", "mean", "minimum", "maximum", "spread %"],
        rows,
        text_columns=frozenset({0, 1}),
        notes={"mean": "geometric mean", "spread %": "standard deviation of the logarithms of single runs"},
    )


def _samples(run: RunRecord) -> list[str]:
    try:
        shown = display_tree_of(run)
    except (LookupError, DuronbError):
        return ["<p>This run has no samples.</p>"]
    if not shown.profile.samples:
        return ["<p>There are no samples to draw.</p>"]
    hottest = hot_table(hot_frames(shown, _HOTTEST), int(shown.profile.self_counts().sum()))
    return [
        notices_html(shown.notices),
        section("Bottlenecks", shown_bottlenecks(run, shown).html()),
        section("Flamegraph", flamegraph_html(run, shown), new_page=True),
        section("Hottest functions", table_html(hottest)),
    ]


def _flamegraph(run: RunRecord) -> str:
    try:
        shown = display_tree_of(run)
    except (LookupError, DuronbError):
        return ""
    return flamegraph_html(run, shown) if shown.profile.samples else ""


def _differential_html(differential: DifferentialSource | str) -> str:
    from duronb.views.differential.remarks import notices_of, remarks_of, tested_html
    from duronb.views.differential.still import differential_description, differential_svg
    from duronb.views.differential.table import differential_table

    if isinstance(differential, str):
        return f"<p>There is no differential flamegraph. {markup(differential)}</p>" if differential else ""
    payload, content = differential.payload, differential.content
    picture = still_html(
        differential_svg(content, title=str(payload["title"])), differential_description(payload, content)
    )
    # For paper only: on the screen the viewer lists the changes.
    changes = table_html(differential_table(content)) + notices_html(remarks_of(payload))
    # The viewer shows the notices and the methods itself.
    still = notices_html(notices_of(payload)) + picture + changes + tested_html(payload)
    return interactive(payload, still)


def _environments(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> str:
    texts = [environment_html(side) for side in (before, after)]
    if texts[0] == texts[1]:
        return texts[0]
    return "".join(f"<h3>{word}</h3>{text}" for word, text in zip(("Before", "After"), texts, strict=True) if text)


def _gate_html(gate: Gate) -> str:
    rows = [[stage.stage, stage.outcome, stage.reason] for stage in gate.stages]
    table = Table(f"Gate: {gate.outcome}", ["stage", "outcome", "reason"], rows, text_columns=frozenset({0, 1, 2}))
    return table_html(table) + notices_html(gate.reasons)
