"""Description of a flamegraph in words, for screen readers and where pictures are not shown."""

from __future__ import annotations

from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.hot_frames import hot_frames
from duronb.views.flamegraph.layout import fitting_label
from duronb.views.kit.escape import visible
from duronb.views.kit.numbers import share


def description(shown: DisplayTree, title: str, stage: str | None = None) -> str:
    """Return one or two sentences: title, stage, number of samples, and the functions with the most self samples."""
    samples = int(shown.profile.self_counts(stage).sum())
    where = "" if stage is None else f", {visible(stage, 80)}"
    hottest = ", ".join(
        f"{fitting_label(frame.name, 60)} {share(frame.self_samples, samples)}"
        for frame in hot_frames(shown, 3, stage)
        if frame.self_samples
    )
    most = f" Most self samples: {hottest}." if hottest else ""
    return f"Flamegraph of {visible(title, 120)}{where}: {samples:,} {visible(shown.profile.unit, 60)}.{most}"
