"""A display encodes its payload once and decodes nothing, because the tree is kept with the payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import duronb
from duronb.results.comparison import Comparison
from duronb.results.run import Run
from duronb.views.differential import payload as differential_payload
from duronb.views.live import loader
from duronb.views.payload import compression, reading, writing
from tests import ROOT
from tests.views.payloads import mimebundle

pytestmark = pytest.mark.long

STORE = ROOT / "notebooks" / "data" / "releases"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often a payload is compressed and decompressed from now on."""
    counted: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            counted[name] += 1
            return function(*arguments)

        return call

    monkeypatch.setattr(writing, "compress", counting("encoded", compression.compress))
    monkeypatch.setattr(differential_payload, "compress", counting("encoded", compression.compress))
    monkeypatch.setattr(reading, "decompress", counting("decoded", compression.decompress))
    monkeypatch.setattr(loader, "_loader", loader._Loader())
    return counted


def recorded(label: str) -> Run:
    return duronb.runs(label, store=STORE)[0]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return duronb.compare(recorded("0.1.1"), recorded("0.1.9"))


@pytest.mark.parametrize(
    "display",
    [
        lambda run, _: mimebundle(run),
        lambda run, _: mimebundle(run.flamegraph(search="sqlite")),
        lambda run, _: mimebundle(run.flamegraph(min_share=0.01)),
        lambda run, _: mimebundle(run.widget(search="sqlite")),
        lambda run, path: run.report(path / "a.html"),
        lambda run, path: run.export(path / "a.html"),
        lambda run, path: run.export(path / "a.svg"),
        lambda run, path: run.export(path / "a.json"),
    ],
    ids=["run", "flamegraph", "pruned", "widget", "report", "page", "svg", "payload"],
)
def test_a_display_of_a_run_encodes_once_and_decodes_nothing(
    display: Callable[[Run, Path], Any], tmp_path: Path, calls: Counter[str]
) -> None:
    display(recorded("0.1.1"), tmp_path)
    assert calls == {"encoded": 1}


@pytest.mark.parametrize(
    ("display", "encoded"),
    [
        (lambda comparison, _: comparison._repr_mimebundle_(), 1),
        (lambda comparison, _: comparison.flamegraph()._repr_mimebundle_(), 1),
        (lambda comparison, _: comparison.flamegraph().svg(), 1),
        (lambda comparison, _: comparison.functions_text(100), 1),
        # The newest run of each side is in the report too.
        (lambda comparison, path: comparison.report(path / "a.html"), 3),
    ],
    ids=["comparison", "differential", "svg", "text", "report"],
)
def test_a_display_of_a_comparison_encodes_each_graph_once_and_decodes_nothing(
    display: Callable[[Comparison, Path], Any],
    encoded: int,
    comparison: Comparison,
    tmp_path: Path,
    calls: Counter[str],
) -> None:
    display(comparison, tmp_path)
    assert calls == {"encoded": encoded}


def test_a_widget_that_is_shown_twice_reads_nothing_back(calls: Counter[str]) -> None:
    widget = recorded("0.1.1").widget()
    for _ in range(2):
        mimebundle(widget)
    assert calls == {"encoded": 1}
