"""A history as JSON and as rows."""

from __future__ import annotations

import json

from tests.views.history.histories import dropped, history


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
