"""The header above every display of a run: what was measured and how."""

from __future__ import annotations

from datetime import UTC
from math import inf

from duronb.analysis.artefacts import artefacts_of_run
from duronb.model.events.artefacts import SENTENCE
from duronb.model.run import RunRecord
from duronb.quoting import counted
from duronb.views.kit.numbers import share

NOT_MEASURED = "not measured"
"""Text of a value in a sentence or a header that nobody measured; in a table it is ``NONE``."""


def header_rows(run: RunRecord) -> list[tuple[str, str]]:
    """Return label, subject, engine, samples and quality as pairs of name and text."""
    rows = [
        ("Run", run.id),
        ("Label", run.label),
        ("Subject", subject_text(run)),
        ("Engine", _engine_text(run)),
        ("Samples", samples_text(run)),
    ]
    if cpu_time := _cpu_time_text(run):
        rows.append(("CPU time", cpu_time))
    if artefacts := _artefacts_text(run):
        rows.append(("Timer", artefacts))
    if run.status != "complete":
        rows.append(("Status", run.status))
    if quality := _quality_text(run):
        rows.append(("Quality", quality))
    return rows


def title_text(run: RunRecord) -> str:
    """Return one line that identifies a run: its label and subject."""
    return f"{run.label} · {subject_text(run)}"


def subject_text(run: RunRecord) -> str:
    """Return the subject with its version or commit, and whether it has uncommitted changes."""
    subject = run.subject
    text = subject.name or run.request.release or subject.kind or "unknown subject"
    if subject.dirty and not text.endswith("+ changes"):
        text += " (with uncommitted changes)"
    return text


def is_only_results(run: RunRecord) -> bool:
    """Return whether a run was made of the results of a workload that was never sampled."""
    return run.subject.kind == "results" and not run.quality.samples


def created_text(run: RunRecord, form: str = "%Y-%m-%d %H:%MZ") -> str:
    """Return when a run was made, in UTC; only the day if only that is known."""
    return run.created.astimezone(UTC).strftime("%Y-%m-%d" if run.quality.created_precision == "day" else form)


def samples_text(run: RunRecord) -> str:
    """Return how many samples there are and how they were taken."""
    if is_only_results(run):
        return NOT_MEASURED
    taken = f"{sample_count(run):,}"
    if run.quality.other_events and run.environment.event:
        taken += f" of {run.environment.event}"
    if run.engine != "import":
        return f"{taken} at {_frequency(run):g} Hz, {run.request.call_graph} call graphs"
    return f"{taken} at {_frequency(run):g} Hz" if frequency_known(run) else taken


def _cpu_time_text(run: RunRecord) -> str:
    """Return which of CPU time and steal was not measured, as the kernel counts them; empty if both were.

    Imported runs have neither: other tools do not state them.
    """
    if run.engine == "import" or not run.stages:
        return ""
    sampled = f"{NOT_MEASURED}, only sampled" if sample_count(run) else NOT_MEASURED
    texts = [
        text + (f" in {', '.join(missing)}" if len(missing) < len(run.stages) else "")
        for text, missing in (
            (sampled, [stage.name for stage in run.stages if stage.cpu_seconds is None]),
            (f"steal {NOT_MEASURED}", [stage.name for stage in run.stages if stage.steal_share is None]),
        )
        if missing
    ]
    return "; ".join(texts)


def _artefacts_text(run: RunRecord) -> str:
    """Return the share of timer artefacts in the samples, and what they are; empty without artefacts."""
    artefacts, samples = artefacts_of_run(run)
    return f"artefacts are {share(artefacts, samples)} of the samples. {SENTENCE}" if artefacts else ""


def frequency_known(run: RunRecord) -> bool:
    """Return whether samples can be converted to CPU time: some imported files do not state a sampling frequency."""
    return run.quality.frequency_known


def frequency_hz(run: RunRecord) -> float:
    """Return the sampling frequency of the record or the profile, or the requested one if neither states it."""
    return _frequency(run)


def _frequency(run: RunRecord) -> float:
    recorded = run.quality.frequency_hz
    if recorded is not None and 0 < recorded < inf:
        return float(recorded)
    try:
        return run.profile.frequency_hz
    except LookupError:
        return float(run.request.frequency_hz)


def sample_count(run: RunRecord) -> int:
    """Return the number of samples of a run. It reads the samples only if the record does not state their number."""
    if run.quality.samples is not None:
        return run.quality.samples
    try:
        return run.profile.samples
    except LookupError:
        return sum(stage.samples for stage in run.stages)


_RUNGS = {
    "perfmon": "container with the capability PERFMON",
    "seccomp": "container without system call filter",
    "sys_admin": "container with the capability SYS_ADMIN",
    "privileged": "privileged container",
}
"""Names of the rungs of the Docker engine in words. The rung of a native run already is in words."""


def _engine_text(run: RunRecord) -> str:
    environment = run.environment
    rung = environment.rung or ""
    texts = (environment.sampler, (environment.rungs or {}).get(rung), _RUNGS.get(rung, rung))
    details = list(dict.fromkeys(text for text in texts if text))
    text = f"{run.engine or 'unknown'} ({', '.join(details)})" if details else run.engine or "unknown"
    return f"{text}, database on {environment.database}" if environment.database else text


def _quality_text(run: RunRecord) -> str:
    """Return what is missing or unresolved, and the share of the lines of the samples that was understood."""
    quality = run.quality
    samples = sample_count(run)
    losses = [f"{quality.lost:,} lost"] if quality.lost else []
    for value, what in (
        (quality.other_events, "of other events"),
        (quality.outside, "outside stages"),
        (quality.unresolved_kernel, "in the kernel without a name"),
        (quality.unresolved_user, "in code without symbols"),
        (quality.without_stack, "without a stack"),
    ):
        if value:
            losses.append(f"{value:,} {what}" + (f" ({share(value, samples)})" if value <= samples else ""))
    if quality.truncated:
        losses.append("cut off at the end")
    lines, lost_lines = quality.sample_lines, quality.sample_lines_not_understood
    if lost_lines:
        losses.append(
            f"{counted(lost_lines, 'line')} not understood"
            if lines is None
            else f"{lost_lines:,} of {counted(lines, 'line')} not understood ({share(lost_lines, lines)})"
        )
    if losses:
        return ", ".join(losses)
    parts = [] if quality.lost is None else ["nothing lost or unresolved"]
    if lines:
        parts.append(f"all {counted(lines, 'line')} understood" if lines > 1 else "the only line understood")
    return ", ".join(parts)
