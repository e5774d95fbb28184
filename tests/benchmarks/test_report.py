from __future__ import annotations

from tests.benchmarks.figures import Goal, Row, Summary
from tests.benchmarks.profiles import profile_table
from tests.benchmarks.report import document, missed, table


def rows() -> list[Row]:
    return [
        Row(
            "1,000 nodes",
            "load",
            "ms",
            {"duronb": Summary(50, 40, 60, 3), "speedscope": Summary(600, 500, 700, 3), "SVG": "did not finish"},
            [Goal(10, "speedscope"), Goal(20, "speedscope"), Goal(20, "SVG")],
        ),
        Row("1,000 nodes", "file", "MB", {"duronb": Summary(0.5, 0.5, 0.5, 1)}),
        Row("1,000 nodes", "drawing", "ms"),
    ]


def test_the_table_has_every_figure_its_ratio_and_its_goals() -> None:
    lines = table(rows(), ["duronb", "speedscope", "SVG", "inferno"]).splitlines()
    assert lines[0] == "| input | figure | duronb | speedscope | SVG | wanted | reached |"
    assert lines[2] == (
        "| 1,000 nodes | load, ms | 50.0 (40.0 – 60.0) | 600 (500 – 700) ×12.0 | did not finish "
        "| 10 × better than speedscope<br>20 × better than speedscope<br>20 × better than SVG "
        "| yes<br>**no**<br>not measured |"
    )
    assert lines[3] == "|  | file, MB | 0.50 |  |  |  |  |"
    assert len(lines) == 4  # nothing was drawn, so there is no row for it


def test_a_cell_cannot_break_the_table() -> None:
    row = Row("a|b", "load", "ms", {"duronb": Summary(1, 1, 1, 1)})
    assert table([row], ["duronb"]).splitlines()[2].startswith("| a\\|b |")


def test_only_goals_that_were_measured_are_missed() -> None:
    assert [goal.limit for _, goal in missed(rows())] == [20]


def test_the_document_says_what_is_missing_and_shows_the_profile() -> None:
    text = document(
        rows(),
        ["duronb", "speedscope"],
        machine={"processor": "2 cores"},
        commands=["make bench"],
        method="As told.",
        profiles={"load": "| self ms |"},
        left_out={"snakeviz": "why"},
    )
    assert "1 of 3 targets reached, 1 missed." in text
    assert "- 1,000 nodes, load: wanted 20 × better than speedscope, measured ×12.0" in text
    assert text.index("## What is not reached") < text.index("### load\n\n| self ms |")


def test_a_profile_sums_self_times_by_function_without_the_idle_time() -> None:
    frames = ["(idle)", "draw", "draw", "a|b"]
    profile = {
        "nodes": [
            {"id": number, "callFrame": {"functionName": name, "lineNumber": 9 if name == "draw" else -1}}
            for number, name in enumerate(frames)
        ],
        "samples": [0, 1, 2, 3, 1],
        "timeDeltas": [9000, 1000, 2000, 4000, 1000],
    }
    lines = profile_table(profile, {"TaskDuration": 0.0125}).splitlines()
    assert lines[2:4] == ["| 4.0 | 50% | `draw:10` |", "| 4.0 | 50% | `a/b` |"]
    assert lines[-1] == "Main thread: Task 12 ms."
