"""What version 0.1.0 recorded, counted and compared before the rooms were built: the numbers are still the same.

``tests/data/saved_earlier/expected.json`` holds what that version computed of the recorded releases and of one more run
that it recorded, as far as no method of testing has a part in it: sentences, intervals, verdicts and changes are left
out. That version refused to compare two pairs of releases because packages of their lock files differ. This is now a
notice, so the numbers of these pairs are those that it computed with ``force``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

import duronb
from tests import ROOT

pytestmark = pytest.mark.long


RELEASES = ROOT / "notebooks" / "data" / "releases"
SAVED = ROOT / "tests" / "data" / "saved_earlier"
EXPECTED: dict[str, Any] = json.loads((SAVED / "expected.json").read_text(encoding="utf-8"))


def differences(expected: Any, found: Any, place: str = "") -> Iterator[str]:
    """Return where ``found`` differs from what is expected. Additional fields are not a difference."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            if name in found:
                yield from differences(value, found[name], f"{place}/{name}")
            else:
                yield f"{place}/{name} is missing"
    elif isinstance(expected, list) and isinstance(found, (list, tuple)):
        if len(expected) != len(found):
            yield f"{place}: {len(expected)} became {len(found)}"
        for position, (one, other) in enumerate(zip(expected, found, strict=False)):
            yield from differences(one, other, f"{place}/{position}")
    elif isinstance(expected, float) and isinstance(found, (int, float)):
        if found != pytest.approx(expected, rel=1e-7, abs=1e-12):
            yield f"{place}: {expected} became {found}"
    elif expected != found:
        yield f"{place}: {expected!r} became {found!r}"


@pytest.mark.parametrize("run_id", sorted(EXPECTED["runs"]))
def test_a_run_opens_and_counts_as_before(run_id: str) -> None:
    run = duronb.load(run_id, store=SAVED if "_saved_" in run_id else RELEASES)
    rows = run.bottlenecks().to_json()["rows"]
    found = {
        "samples": run.profile.samples,
        "folded": hashlib.sha256(run.folded().encode()).hexdigest(),
        "hot": [[frame["name"], frame["self"], frame["total"]] for frame in run.hot_frames(3)],
        "buckets": [[row["stage"], row["bucket"], row["samples"], row["cpu_ms_per_orchestration"]] for row in rows],
        "budget": [
            [part["stage"], part["on_cpu_seconds"], part["backoff_seconds"], part["other_seconds"]]
            for part in run.time_budget().to_json()
        ],
    }
    assert list(differences(EXPECTED["runs"][run_id], found)) == []


@pytest.mark.parametrize("sides", sorted(EXPECTED["comparisons"]))
def test_a_comparison_has_the_values_as_before(sides: str) -> None:
    found = duronb.compare(*sides.split(), store=RELEASES).to_json()
    assert list(differences(EXPECTED["comparisons"][sides]["comparison"], found)) == []


@pytest.mark.parametrize("metric", sorted(EXPECTED["histories"]))
def test_a_history_has_the_points_as_before(metric: str) -> None:
    found = duronb.history(metric=metric, store=RELEASES).to_json()
    assert list(differences(EXPECTED["histories"][metric], found)) == []
