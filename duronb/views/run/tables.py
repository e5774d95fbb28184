"""Tables of runs: metrics, hottest functions, stored runs. Terminal, notebook, page and payload share them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from duronb.analysis.counting import has_imputed_backoff
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult, has_database_file
from duronb.options.remedy import command
from duronb.quoting import counted, quoted
from duronb.views.flamegraph.hot_frames import HotFrame
from duronb.views.kit.numbers import NONE, at_most, integer, number, share
from duronb.views.kit.table import Table
from duronb.views.run.header import created_text, frequency_hz, is_only_results, sample_count, subject_text

METRICS_NOTES = {
    "orch/s": "completed per second over the entire stage, drain included, as the workload reports it",
    "window orch/s": "completed per second while the stage was under load",
    "failed (i/c/a)": "all failures, then by cause: infrastructure, configuration, application; others have no cause",
    "success %": "completed share of the launched orchestrations",
    "act/s": "activities completed per second, drain included",
    "drain s": "time after the load stopped until the last orchestration ended",
    "ms/orch": "1000 / (orch/s); the workload prints it as average latency, but it is not a latency",
    "CPU ms/orch": "CPU time per completed orchestration, from the samples",
    "CPU s": f"CPU time of the workload as the kernel counted it; {NONE}: not measured",
    "sampled CPU s": "the same from the samples; both should agree",
    "measured CPU ms/orch": f"CPU time per orchestration by the kernel, without sampling noise; {NONE}: not measured",
    "steal %": f"share of the CPU time wanted here that the host of the virtual machine took; {NONE}: not measured",
    "repetitions": "how often the program ran to its end in the recorded time",
    "CPU ms/repetition": "CPU time per repetition, from the samples",
    "p50 ms": "measured latency from first turn to completion that half of the orchestrations do not exceed",
    "p99 ms": "measured latency that 99 of 100 orchestrations do not exceed",
    "lock waits": "number of 'database is locked' warnings; – where the log would not contain them",
    "back-off s": "time that dispatchers slept because the database was locked; ≤ with a part that no log line states",
    "back-off %": "share of the time of all dispatchers that they slept because the database was locked",
}


def metrics_table(run: RunRecord) -> Table:
    """Return the stress metrics of a run, one row per stage. Columns without any value are left out."""
    cells = [_metrics_cells(stage, frequency_hz(run), imputed=has_imputed_backoff(run, stage)) for stage in run.stages]
    columns = [
        name
        for name in _metrics_cells(StageResult(name=""), 0, imputed=False)
        if name in _ALWAYS or any(row[name] != NONE for row in cells)
    ]
    rows = [[row[name] for name in columns] for row in cells]
    notes = {name: note for name, note in METRICS_NOTES.items() if name in columns}
    return Table(f"Stress test, per stage{_files_text(run)}", columns, rows, notes=notes)


def hot_table(frames: Sequence[HotFrame], samples: int, stage: str | None = None) -> Table:
    """Return the hottest functions as a table.

    Parameters
    ----------
    frames
        The functions.
    samples
        Number of all samples, the denominator of the shares.
    stage
        The stage whose samples were counted. ``None`` for all stages.
    """
    where = "" if stage is None else f" in {stage}"
    unit = frames[0].unit if frames else "samples"
    denominator = counted(samples, "sample") if unit == "samples" else f"{samples:,} {unit}"
    rows = [
        [
            frame.name,
            f"{frame.self_samples:,}",
            share(frame.self_samples, samples),
            f"{frame.total:,}",
            share(frame.total, samples),
            frame.kind,
            frame.module,
        ]
        for frame in frames
    ]
    return Table(
        f"Hottest functions{where}, of {denominator}",
        ["function", "self", "self %", "total", "total %", "kind", "module"],
        rows,
        text_columns=frozenset({0, 5, 6}),
        notes={"total": "each sample counts once, even if the function is on its stack several times"},
    )


def runs_table(runs: Iterable[RunRecord]) -> Table:
    """Return stored runs as a table, in the order given."""
    rows = [
        [
            run.label,
            created_text(run),
            run.engine or NONE,
            subject_text(run),
            "" if run.status == "complete" else run.status,
            str(len(run.stages)),
            NONE if is_only_results(run) else f"{sample_count(run):,}",
            number(best_throughput(run), 2),
            run.id,
        ]
        for run in runs
    ]
    return Table(
        f"Stored runs: {len(rows):,}",
        ["label", "created", "engine", "subject", "status", "stages", "samples", "best orch/s", "id"],
        rows,
        text_columns=frozenset({0, 1, 2, 3, 4, 8}),
        uncut=frozenset({1, 8}),
    )


def no_label_text(label: str) -> str:
    """Return the sentence for a label that no run of a store has."""
    return f"No run has the label {quoted(label)}. List the runs: {command('runs')}."


def best_throughput(run: RunRecord) -> float | None:
    """Return the highest throughput of a run's stages; ``None`` if no stage reports one."""
    return max((stage.throughput for stage in run.stages if stage.throughput is not None), default=None)


_ALWAYS = frozenset({"stage", "orch/s", "completed", "failed (i/c/a)"})


def _metrics_cells(stage: StageResult, frequency: float, *, imputed: bool) -> dict[str, str]:
    return {
        "stage": stage.name,
        "orch/s": number(stage.throughput, 2),
        "window orch/s": number(stage.window_rate, 2),
        "completed": integer(stage.completed),
        "failed (i/c/a)": _failed(stage),
        "success %": number(
            _percent(stage.success_rate) if stage.success_percent is None else stage.success_percent, 2
        ),
        "drain s": number(stage.drain_seconds, 1),
        "act/s": number(stage.activity_throughput, 1),
        "ms/orch": number(stage.ms_per_orchestration, 1),
        "CPU ms/orch": number(stage.cpu_ms_per_orchestration(frequency), 2),
        "CPU s": number(stage.cpu_seconds, 2),
        "sampled CPU s": number(_sampled_seconds(stage, frequency), 2),
        "measured CPU ms/orch": number(stage.cpu_ms_per_orchestration_measured, 2),
        "steal %": number(_percent(stage.steal_share), 1),
        "repetitions": integer(stage.repetitions),
        "CPU ms/repetition": number(stage.cpu_ms_per_repetition(frequency), 2),
        "p50 ms": number(stage.latency_ms_p50, 0),
        "p99 ms": number(stage.latency_ms_p99, 0),
        "lock waits": integer(stage.lock_warnings),
        "back-off s": at_most(number(stage.backoff_seconds, 1), imputed=imputed),
        "back-off %": at_most(number(_percent(stage.backoff_share), 1), imputed=imputed),
        "samples": integer(stage.samples or None),
    }


def _files_text(run: RunRecord) -> str:
    """Return what the database of the stages with a file was on, to complete a title; empty if it is unknown."""
    on = run.environment.database
    providers = dict.fromkeys(stage.provider for stage in run.stages if stage.provider and has_database_file(stage))
    return f" ({', '.join(providers)}: on {on})" if on and providers else ""


def _sampled_seconds(stage: StageResult, frequency: float) -> float | None:
    """Return the CPU time that the samples of a stage amount to, beside a measured one; otherwise ``None``."""
    return stage.samples / frequency if stage.samples and frequency and stage.cpu_seconds is not None else None


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _failed(stage: StageResult) -> str:
    parts = (stage.failed_infrastructure, stage.failed_configuration, stage.failed_application)
    if stage.failed is None:
        return NONE
    if all(part is None for part in parts):
        return f"{stage.failed:,}"
    return f"{stage.failed:,} ({'/'.join(integer(part) for part in parts)})"
