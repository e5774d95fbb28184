from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from duronb.analysis.comparison.gate import gate
from duronb.api.comparison import compared, report
from duronb.errors import HostError, RequestError
from duronb.model.run import RunRecord
from duronb.results.comparison import Comparison
from duronb.results.run import Run
from duronb.views.kit import bundles
from duronb.views.kit.files import write_page
from duronb.views.reports.reports import group_report, run_report, stages_table
from tests.analysis.comparison.sides import series_sides, side
from tests.views.payloads import forget_loader
from tests.views.profiles import hostile_run, make_run, realistic_cells
from tests.views.reading import Reader, check_inert

CELLS = realistic_cells(200)
RATES = [20.0, 21.5, 19.4, 22.0, 20.3]


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text("window.thePage = 1;")
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)


def group(label: str, factor: float, name: str = "duroxide 0.1.32") -> list[RunRecord]:
    """Return three runs with samples whose rates differ."""
    found: list[RunRecord] = []
    for index, rate in enumerate(RATES[:3]):
        run = make_run(CELLS, label=label, name=name)
        stages = [replace(stage, completed=round(rate * factor * 10), active_at_stop=0) for stage in run.stages]
        created = run.created + timedelta(minutes=index)
        found.append(
            replace(run, id=f"docker_{label}_{created:%Y%m%dT%H%M%SZ}", created=created).with_parts(stages=stages)
        )
    return found


def headings(html: str) -> list[str]:
    return [unescape(text) for text in re.findall(r"<h2 id=[^>]*>(.*?)</h2>", html)]


def pictures(html: str) -> list[str]:
    return [a["src"] or "" for tag, a in Reader(html).tags if tag == "img"]


def check_offline(html: str) -> None:
    """Check that the page makes no network request, and that its headings and tables are well formed."""
    reader = Reader(html)
    for _, attributes in reader.tags:
        for key in ("src", "href"):
            assert (attributes.get(key) or "data:").startswith(("data:", "#"))
    assert "default-src 'none'" in html
    names = [tag for tag, _ in reader.tags]
    assert names.count("h1") == 1
    assert names.count("table") == names.count("caption")
    assert all(attributes.get("scope") for tag, attributes in reader.tags if tag == "th")
    assert all((attributes.get("alt") or "") for tag, attributes in reader.tags if tag == "img")
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_page_of_a_run_has_everything_about_it() -> None:
    run = make_run(CELLS)
    html = run_report(run)
    check_offline(html)
    assert headings(html) == ["Environment", "Metrics", "Bottlenecks", "Flamegraph", "Hottest functions"]
    text = " ".join(Reader(html).text)
    for part in ("baseline · duroxide 0.1.32", "Hardware counters are missing", "docker", "20.24", "Seconds per stage"):
        assert part in text


def test_interactive_graphs_are_printed_as_pictures() -> None:
    html = run_report(make_run(CELLS))
    assert html.count('<div class="duronb-flamegraph"') == 1
    (picture,) = pictures(html)
    assert base64.b64decode(picture.split(",")[1]).startswith(b"<svg")
    style = html[html.index("@media print") :]
    assert ".duronb-report .duronb-screen{display:none}" in style
    assert ".duronb-report .duronb-paper{display:block}" in style
    assert "break-before:page" in style
    assert re.search(r'<div class="duronb-paper"><img', html)
    assert "<noscript><style>" in html


def test_a_run_without_samples_says_so() -> None:
    html = run_report(side("a", [20.0])[0])
    check_offline(html)
    assert headings(html) == ["Environment", "Metrics"]
    assert "This run has no samples." in html


def test_the_page_of_a_label_has_all_runs_and_the_newest_in_full() -> None:
    runs = group("baseline", 1.0)
    html = group_report(runs)
    check_offline(html)
    assert headings(html)[:4] == ["Runs", "Stages", "Environment", f"Newest run: {runs[2].id}"]
    assert "<h1><bdi>baseline: 3 runs</bdi></h1>" in html
    text = " ".join(Reader(html).text)
    assert all(run.id in text for run in runs)
    assert html.count('<div class="duronb-flamegraph"') == 1


def test_the_table_of_stages_shows_the_spread_of_rates() -> None:
    table = stages_table(side("a", RATES))
    assert table.rows == [
        [
            "File SQLite 2/2",
            "window rate, orch/s",
            "5",
            "20.6",
            "19.4",
            "22.0",
            f"{100 * np.std(np.log(RATES), ddof=1):.1f}",
        ]
    ]
    assert stages_table(side("a", [20.0])).rows[0][-1] == "–"
    assert stages_table(side("a", [None, None])).rows[0][1:4] == ["no rate", "0", "–"]


def test_the_page_of_a_comparison_has_verdict_plot_and_differential() -> None:
    comparison = compared(group("baseline", 1.0), group("optimized", 0.7))
    html = comparison.report_html(gate(comparison.result))
    check_offline(html)
    assert headings(html) == [
        "Gate", "Verdict", "Differential flamegraph", "Environment", "Before: baseline", "After: optimized",
    ]  # fmt: skip
    assert comparison.sentence in " ".join(Reader(html).text)
    assert html.count('<div class="duronb-flamegraph"') == 3
    assert len(pictures(html)) == 4
    assert '"format":"duronb.differential"' in html
    assert html.index("Gate: failed") < html.index("optimized regressed")
    # Several graphs of a page cannot all keep their state in its address.
    assert '<body class="duronb-report">' in html


def test_the_page_of_sides_recorded_apart_says_so_in_verdict_gate_and_differential() -> None:
    later = [replace(run, created=run.created + timedelta(days=7)) for run in group("optimized", 0.7)]
    comparison = compared(group("baseline", 1.0), later)
    html = comparison.report_html(gate(comparison.result))
    text = " ".join(Reader(html).text)
    assert "optimized differs from baseline, but not necessarily because of the code" in text
    why = "All runs before are older than all runs after, so drift of the machine would look the same"
    assert f"It differs: {why}." in text
    assert f"{why}. Record both in alternation" in text
    assert f'"notices":["{why}: functions that are dearer or cheaper differ' in html
    beside = compared(group("baseline", 1.0), group("optimized", 0.7)).report_html()
    assert why not in beside


def test_conditions_that_both_sides_share_are_listed_once() -> None:
    before, after = group("baseline", 1.0), group("optimized", 1.0)
    assert "<h3>" not in compared(before, after).report_html()
    after = [run.with_parts(environment=replace(run.environment, kernel="6.9")) for run in after]
    html = compared(before, after, force=True).report_html()
    assert html.index("<h3>Before</h3>") < html.index("<h3>After</h3>") < html.index("<bdi>6.9</bdi>")


@pytest.mark.parametrize("label", ["compared", "empty", "refused"])
def test_a_comparison_of_runs_without_samples_has_a_page_too(label: str) -> None:
    before, after = series_sides([RATES, RATES])
    if label == "empty":
        before, after = [], []
    if label == "refused":
        after = [run.with_parts(environment=replace(run.environment, kernel="6.9")) for run in after]
    comparison = compared(before, after)
    html = comparison.report_html()
    check_offline(html)
    assert comparison.sentence in " ".join(Reader(html).text)


def test_a_notebook_and_a_terminal_show_the_functions_that_changed_where_there_are_samples(tmp_path: Path) -> None:
    (tmp_path / "duronb.js").write_text("window.theExtension = 1;")
    forget_loader()
    comparison = compared(group("baseline", 1.0), group("optimized", 0.7))
    html = comparison._repr_mimebundle_()["text/html"]
    assert html.count("<div data-duronb=") == 2
    assert html.count("theExtension") == 1
    assert "duronb.differential" in html
    text = comparison.functions_text(90)
    assert text.startswith("before baseline (3 runs")
    assert max(map(len, text.splitlines())) <= 112
    bare = compared(side("a", RATES), side("b", RATES[::-1]))
    assert bare.functions_text() == ""
    assert bare._repr_mimebundle_()["text/html"].count("<div data-duronb=") == 1


def test_hostile_names_do_nothing() -> None:
    run = hostile_run()
    check_inert(run_report(run), scripts=2)
    other = replace(run, id="another", created=run.created + timedelta(minutes=1))
    check_inert(group_report([run, other]), scripts=2)
    html = compared([run], [other]).report_html()
    assert not [key for _, attributes in Reader(html).tags for key in attributes if key.startswith("on")]
    assert "<img src=x" not in html


def test_a_page_is_written_atomically_and_named_after_its_subject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_page("<p>", None, "a/b ../c").name == "a-b-..-c.html"
    assert write_page("<p>", None, "///").name == "report.html"
    assert make_run(CELLS).report() == Path("docker_baseline_20260314T150926Z.html")
    assert compared(side("a", RATES), side("b", RATES)).report() == Path("a_b.html")
    assert make_run(CELLS).report(tmp_path / "x.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(HostError, match="cannot be written"):
        write_page("<p>", tmp_path, "x")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html"] * 5 + [".js"]


def test_runs_of_more_than_two_labels_have_no_page(tmp_path: Path) -> None:
    runs = [side(label, [20.0])[0] for label in "abc"]
    with pytest.raises(RequestError, match="runs of 3 labels"):
        report(runs, tmp_path / "x.html")
    with pytest.raises(RequestError, match="There is no run"):
        report([], tmp_path / "x.html")
    path, found = report([Run.of(run) for run in runs[:2]], tmp_path / "x.html", store=tmp_path)
    assert (path.name, len(found)) == ("x.html", 2)
    assert isinstance(Comparison(compared(runs[:1], runs[1:2]).result), Comparison)
