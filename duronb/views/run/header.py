"""The few lines above every view of a run: what was measured, where, and what to know before believing it."""

from __future__ import annotations

from math import inf

from duronb.model.run import RunRecord


def header_rows(run: RunRecord) -> list[tuple[str, str]]:
    """Return label, subject, engine, samples and quality as pairs of name and text."""
    rows = [
        ("Run", run.id),
        ("Label", run.label),
        ("Subject", subject_text(run)),
        ("Engine", _engine_text(run)),
        ("Samples", samples_text(run)),
    ]
    if run.status != "complete":
        rows.append(("Status", run.status))
    if quality := _quality_text(run):
        rows.append(("Quality", quality))
    return rows


def title_text(run: RunRecord) -> str:
    """Return one line that tells this run from others."""
    return f"{run.label} · {subject_text(run)}"


def subject_text(run: RunRecord) -> str:
    """Return what was measured: its name, with version and commit, and whether it was changed since."""
    subject = run.subject
    text = subject.name or run.request.release or subject.kind or "unknown subject"
    if subject.dirty:
        text += " (changed since that commit)"
    return text


def samples_text(run: RunRecord) -> str:
    """Return how many samples there are and how they were taken."""
    taken = f"{sample_count(run):,}"
    if run.engine != "import":
        return f"{taken} at {_frequency(run):g} Hz, {run.request.call_graph} call graphs"
    return f"{taken} at {_frequency(run):g} Hz" if frequency_known(run) else taken


def frequency_known(run: RunRecord) -> bool:
    """Return whether samples can be turned into CPU time: some imported files do not say how often was sampled."""
    return run.quality.frequency_known


def notices(run: RunRecord) -> list[str]:
    """Return the sentences that a reader of the figures should know."""
    found = list(run.quality.notices)
    if run.status == "interrupted":
        found.insert(0, "This run was interrupted: later stages are missing or short.")
    if run.status == "failed":
        found = [*(run.quality.problems or ["The workload misbehaved: see its log."]), *found]
    return list(dict.fromkeys(found))


def frequency_hz(run: RunRecord) -> float:
    """Return the sampling frequency that the record or the profile states, or the one asked for where neither does."""
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
    """Return how many samples a run has, without reading them where its record says it."""
    if run.quality.samples is not None:
        return run.quality.samples
    try:
        return run.profile.samples
    except LookupError:
        return sum(stage.samples for stage in run.stages)


def _engine_text(run: RunRecord) -> str:
    environment = run.environment
    details = list(dict.fromkeys(text for text in (environment.sampler, environment.rung) if text))
    return f"{run.engine or 'unknown'} ({', '.join(details)})" if details else run.engine or "unknown"


def _quality_text(run: RunRecord) -> str:
    quality = run.quality
    parts = []
    samples = sample_count(run)
    if quality.lost:
        parts.append(f"{quality.lost:,} lost")
    for value, what in (
        (quality.outside, "outside stages"),
        (quality.unresolved_kernel, "in the kernel without a name"),
        (quality.unresolved_user, "in code without symbols"),
        (quality.without_stack, "without a stack"),
    ):
        if value:
            share = f" ({100 * value / samples:.1f}%)" if samples and value <= samples else ""
            parts.append(f"{value:,} {what}{share}")
    return ", ".join(parts) or ("" if quality.lost is None else "nothing lost or unresolved")
