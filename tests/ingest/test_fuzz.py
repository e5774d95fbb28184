"""A small share of ``python -m tests.ingest.fuzz``."""

from __future__ import annotations

import pytest

from tests.ingest.fuzz import fuzz, recordings


@pytest.mark.long
def test_mutations_raise_no_other_errors_and_noise_is_no_run() -> None:
    results = list(fuzz(1000, seed=7))
    assert {kind for kind, _ in results} == {"mutated", "bytes", "letters", "prose", "log", "shuffled perf script"}
    assert 50 < sum(accepted for _, accepted in results) < 700


def test_the_inputs_have_every_kind() -> None:
    endings = {name.rpartition(".")[2] for name in recordings()}
    assert {"perf", "folded", "svg", "html", "json", "gz", "json-lines", "md", "out"} <= endings
