"""What a history shows: text, picture, plot, page, rows."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from duronb.analysis.history.history import trend
from duronb.errors import HostError
from duronb.model.run import RunRecord
from duronb.results.history import History
from duronb.store import open_store
from duronb.views.history.marks import MOST_DOTS, marks
from duronb.views.history.picture import history_svg, limits_y, ticks
from duronb.views.history.words import figure, signed, sparkline
from tests.analysis.history.timeline import run_at, runs_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script>\x1b[31m\u202e&'


def dropped(size: int = 30, at: int = 15, seed: int = 3) -> list[RunRecord]:
    """Return runs that become 30 % slower, and another version with it."""
    draw = np.random.default_rng(seed)
    rates = 20 * np.exp(draw.normal(0, 0.04, size))
    rates[at:] *= 0.7
    return runs_of([float(rate) for rate in rates], ["0.1.1"] * at + ["0.1.2"] * (size - at))


def history(runs: list[RunRecord], tags: dict[str, str] | None = None, **options: str) -> History:
    return History(trend(runs, **options), tags)  # type: ignore[arg-type]


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"img", "meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def is_balanced(html: str) -> bool:
    parser = _Balanced()
    parser.feed(html)
    return parser.open == []


def test_the_text_tells_the_change_with_figures_runs_and_code() -> None:
    runs = dropped()
    text = str(history(runs))
    assert "30 runs of 2 subjects, in order of time" in text
    (sentence,) = [line for line in history(runs).sentences if "worse" in line]
    assert re.match(r"−\d\d\.\d\N{NO-BREAK SPACE}% \[−\d\d\.\d\N{NO-BREAK SPACE}%, −\d\d\.\d", sentence)
    assert f"0.1.1 ({runs[14].id}) and 0.1.2 ({runs[15].id}); 15 and 15 runs, p < 0.0001." in sentence
    assert "changed" in next(line for line in text.splitlines() if line.startswith("0.1.2"))
    assert max(map(len, text.splitlines())) <= 100


def test_a_change_within_the_same_code_points_at_the_machine() -> None:
    runs = [run_at(hour, float(run.stages[0].window_rate or 0)) for hour, run in enumerate(dropped())]
    assert history(runs).sentences[0].endswith("The code is the same on both sides: look at the machine.")


def test_a_suspected_change_says_how_few_follow() -> None:
    (sentence,) = history(dropped(20, 19)).sentences
    assert sentence.startswith("Suspected, with only 1 run after it: −")


def test_a_lower_figure_may_be_better() -> None:
    found = trend(dropped())
    lower = replace(found, metric=replace(found.metric, better="lower"))
    assert "], better, between" in History(lower).sentences[0]
    assert [band.kind for band in marks(lower, {}).bands] == ["better"]


def test_runs_without_the_figure_are_counted() -> None:
    assert history(dropped(), metric="throughput").sentences == ["Left out: 30 without the figure."]


@pytest.mark.parametrize("count", [0, 1, 2, 11, 12])
def test_short_histories_show_what_they_have(count: int) -> None:
    found = history(dropped(30)[:count])
    assert len(found) == count
    bundle = found._repr_mimebundle_()
    assert is_balanced(bundle["text/html"])
    assert bundle["text/plain"] == str(found)
    json.dumps(found.to_json(), allow_nan=False)
    if count == 0:
        assert "There are no runs to show." in bundle["text/html"]
        assert "There are no runs to show. Make some: duronb profile." in str(found)
    elif count < 12:
        assert f"{count} run{'' if count == 1 else 's'}: changes are looked for from 12." in str(found)
    else:
        assert "No change of level in 12 runs." in str(found)


def test_hosts_are_numbered_where_there_are_several_and_their_changes_named() -> None:
    runs = [*dropped(), *(run_at(100 + hour, 10.0, cpu="D") for hour in range(3))]
    text = str(history(runs))
    assert "on 2 hosts" in text
    assert "Host 1: C, 2 cores, kernel 6" in text
    assert "Host 2: D, 2 cores" in text
    assert "- Host 1: −" in text
    assert "- Host 2: 3 runs: changes" in text
    shown = marks(trend(runs), {})
    assert shown.gaps == pytest.approx([(runs[29].created.timestamp() + runs[30].created.timestamp()) * 500])
    assert {level.host for level in shown.levels} == {0, 1}


def test_the_picture_has_a_dot_per_run_a_band_per_change_and_a_bar_per_known_interval() -> None:
    runs = dropped()
    shown = marks(trend(runs), {runs[3].id: ["v1"]})
    picture = history_svg(shown, "A <title>")
    root = ET.fromstring(picture)
    dots = [path.get("d", "") for path in root.iter(f"{SVG}path") if "dots" in path.get("class", "")]
    assert sum(path.count("M") for path in dots) == 30
    bands = [rect for rect in root.iter(f"{SVG}rect") if "band" in rect.get("class", "")]
    assert [rect.get("class", "").strip() for rect in bands] == ["band worse"]
    assert len([path for path in root.iter(f"{SVG}path") if "bar" in path.get("class", "")]) == 2
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert any("0.1.1 → 0.1.2" in text for text in texts)
    assert "▾v1" in texts
    assert root.findtext(f"{SVG}title") == "A <title>"


def test_every_dot_lies_within_the_picture() -> None:
    shown = marks(trend(dropped()), {})
    low, high = limits_y(shown)
    assert low <= shown.low < shown.high <= high
    for path in ET.fromstring(history_svg(shown, "")).iter(f"{SVG}path"):
        if "dots" in path.get("class", ""):
            places = [tuple(map(float, pair.split())) for pair in re.findall(r"M([\d.]+ [\d.]+)h0", path.get("d", ""))]
            assert all(64 <= x <= 984 and 30 <= y <= 336 for x, y in places)


def test_of_very_many_runs_the_extremes_the_tagged_and_the_neighbours_of_changes_are_drawn() -> None:
    size = 2 * MOST_DOTS
    draw = np.random.default_rng(1)
    rates = 20 * np.exp(draw.normal(0, 0.04, size))
    rates[4000:] *= 0.8
    rates[1234] = 1.0
    runs = runs_of([float(rate) for rate in rates])
    found = trend(runs)
    shown = marks(found, {runs[77].id: ["kept"]})
    drawn = {dot.run for dot in shown.dots}
    assert MOST_DOTS * 0.9 < len(drawn) <= MOST_DOTS + 10
    assert len(drawn) == len(shown.dots)
    (change,) = [change for change in found.series[0].changes if change.index > 3900]
    for at in (0, 77, 1234, change.index - 1, change.index, size - 1):
        assert runs[at].id in drawn
    assert min(dot.y for dot in shown.dots) == min(found.series[0].values)
    assert max(dot.y for dot in shown.dots) == max(found.series[0].values)
    assert f"{len(drawn):,} of 6,000 runs are drawn" in History(found, {"kept": runs[77].id})._html(
        lambda plot, still: ""
    )


def test_by_subject_runs_lie_side_by_side_under_their_subjects_name() -> None:
    shown = marks(trend(dropped(), by="subject"), {})
    assert [dot.x for dot in shown.dots] == list(range(30))
    assert shown.names == [(0.0, "0.1.1"), (15.0, "0.1.2")]


def test_names_from_outside_are_harmless_everywhere(tmp_path: Path) -> None:
    runs = [
        run_at(hour, 10.0 + hour % 3, version=None, cpu=HOSTILE, subject={"name": HOSTILE, "workload": HOSTILE})
        for hour in range(14)
    ]
    found = history(runs)
    text, html = str(found), found._repr_mimebundle_()["text/html"]
    assert "\x1b" not in text + html
    assert "\u202e" not in text + html
    assert "<script>alert" not in html
    page = found.export(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    picture = history_svg(marks(found.trend, {}), HOSTILE)
    ET.fromstring(picture)


def test_the_plot_is_a_bokeh_figure_that_serialises_and_selects_runs() -> None:
    from bokeh.embed import json_item
    from bokeh.models import ColumnDataSource, HoverTool, TapTool

    runs = dropped()
    plot = history(runs, {"v1": runs[2].id}).plot()
    text = json.dumps(json_item(plot), ensure_ascii=False)
    assert "▾v1" in text
    assert plot.select_one({"type": TapTool}) is not None
    assert plot.select_one({"type": HoverTool}) is not None
    sources = [source for source in plot.select({"type": ColumnDataSource}) if isinstance(source, ColumnDataSource)]
    (source,) = [source for source in sources if "run" in source.data]
    assert source.data["run"] == [run.id for run in runs]
    assert source.selected.js_property_callbacks


def test_a_page_links_runs_that_lie_near_it_and_asks_no_network(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "a b#c"))
    for run in dropped(14, 7):
        store.save(run, None, log=tmp_path / "none", cargo_lock=b"", svg=b"<svg/>")
    found = history(store.runs())
    page = found.export(tmp_path / "page.html").read_text(encoding="utf-8")
    assert f"a%20b%23c/{store.runs()[0].id}.svg" in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:|//)""", re.sub(r"(?s)<script>.*?</script>", "", page))
    assert str(tmp_path) not in page
    with pytest.raises(HostError, match="cannot be written"):
        found.export(tmp_path / "none" / "page.html")


def test_in_a_notebook_there_are_no_links_to_this_machine(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store"))
    for run in dropped(14, 7):
        store.save(run, None, log=tmp_path / "none", cargo_lock=b"", svg=b"<svg/>")
    assert str(tmp_path) not in history(store.runs())._repr_mimebundle_()["text/html"]


def test_rows_and_json_have_every_run_and_its_level() -> None:
    runs = dropped()
    found = history(runs, {"v1": runs[2].id})
    frame = found.to_pandas()
    assert len(frame) == 30
    assert frame["level"].tolist() == [0] * 15 + [1] * 15
    assert frame["tags"].tolist()[2] == "v1"
    facts = found.to_json()
    (series,) = facts["series"]
    assert [point["run"] for point in series["points"]] == [run.id for run in runs]
    assert series["changes"][0]["before_run"] == runs[14].id
    assert series["subjects"][0]["interval"] == "own"
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts


@pytest.mark.parametrize(
    ("values", "width", "bars"),
    [
        ([], 10, ""),
        ([1.0], 10, "▄"),
        ([1.0, 8.0], 10, "▁█"),
        (list(range(8)), 8, "▁▂▃▄▅▆▇█"),
        ([0.0] * 50 + [1.0] * 50, 4, "▁▁██"),
    ],
)
def test_a_sparkline_has_a_bar_per_cell(values: list[float], width: int, bars: str) -> None:
    assert sparkline(values, width) == bars


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0.00"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (1234.5, "1,234"),
        (0.01234, "0.0123"),
        (1e-9, "1e-09"),
        (-2.0, "-2.00"),
    ],
)
def test_figures_have_telling_digits(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_parts_are_signed_percentages() -> None:
    assert (signed(0.051), signed(-0.2)) == ("+5.1\N{NO-BREAK SPACE}%", "−20.0\N{NO-BREAK SPACE}%")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (9.7, 20.3), (0.001, 0.0011), (-5, 5), (0, 123456)])
def test_ticks_are_round_and_within(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 2 <= len(found) <= 8
    assert all(low <= tick <= high for tick in found)


def test_equal_figures_still_have_a_height() -> None:
    shown = marks(trend(runs_of([10.0] * 20)), {})
    low, high = limits_y(shown)
    assert low < 10.0 < high
    ET.fromstring(history_svg(shown, ""))
    zero = marks(trend(runs_of([0.0] * 3)), {})
    ET.fromstring(history_svg(zero, ""))
