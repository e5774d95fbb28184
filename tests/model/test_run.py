"""Records of runs: recorded ones are read and written back unchanged, damaged ones are reported."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.model.record.packed import PARTS, PackedParts, pack_parts
from duronb.model.record.quality import Quality
from duronb.model.run import RunRecord
from duronb.model.run_files import RunFiles
from duronb.request import ProfileRequest
from duronb.store import open_store
from duronb.store.record_text import record_text
from tests.given_files import GivenFiles
from tests.model.record.part_values import JSON, refusal
from tests.store.run_schema import RECORDED, recorded_runs
from tests.store.runs import complete_run, run_of, small_profile


def read(fields: Any) -> RunRecord:
    return RunRecord.from_json(fields, run_id=fields["id"])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.parent.name)
def test_recorded_runs_are_written_back_as_they_were_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    run = open_store(str(path.parents[1])).load(path.parent.name)
    written, stored = json.loads(record_text(run, metric_only=False)), json.loads(text)
    # Options that came later are written at their defaults.
    assert written.pop("request") == ProfileRequest().to_json() | stored.pop("request")
    assert written == stored


def test_packed_parts_are_those_of_the_record() -> None:
    for fields in (*recorded_runs(), json.loads(record_text(complete_run(), metric_only=False))):
        run, packed = read(fields), PackedParts(pack_parts(fields))
        for name in PARTS:
            assert getattr(packed, name) == getattr(run, name), name
        assert replace(run, parts=packed).to_json() == run.to_json()


def test_a_packed_part_is_parsed_when_it_is_asked_for() -> None:
    fields = json.loads(record_text(complete_run(), metric_only=False)) | {"environment": {"cores": "two"}}
    parts = PackedParts(pack_parts(fields))
    assert parts.quality.exit_code == 0
    with pytest.raises(StoreError, match=r"The environment of a listed run is damaged: environment\.cores"):
        _ = parts.environment
    assert vars(parts).keys() == {"_packed", "quality"}


@given(data=st.data())
def test_a_record_with_any_value_in_any_place_is_read_or_refused_in_one_sentence(data: st.DataObject) -> None:
    fields = copy.deepcopy(recorded_runs()[0])
    part = data.draw(st.sampled_from(["subject", "environment", "clocks", "quality", "request", "stages", "series"]))
    if data.draw(st.booleans()) and isinstance(fields.get(part), dict):
        fields[part][data.draw(st.sampled_from(sorted(fields[part])))] = data.draw(JSON)
    else:
        fields[part] = data.draw(JSON)
    error = refusal(lambda: read(fields))
    if error is None:
        assert read(fields).id == fields["id"]
        return
    assert error.message.startswith(f"The run {fields['id']} is damaged: ")
    assert "\n" not in error.message
    assert error.remedy == "Restore it, or delete it."


def test_parts_are_replaced_in_a_new_run() -> None:
    run = run_of()
    changed = run.with_parts(quality=Quality(samples=7), stages=[])
    assert (changed.quality.samples, list(changed.stages), changed.subject) == (7, [], run.subject)
    assert (run.quality.lost, len(run.stages)) == (0, 1)


def test_samples_are_read_once_and_only_if_there_are_any() -> None:
    class Counting(GivenFiles):
        reads = 0

        def read_profile(self) -> Any:
            self.reads += 1
            return super().read_profile()

    files = Counting(small_profile(), log=b"log", cargo_lock=b"lock")
    run = replace(run_of(), files=files)
    assert (run.log, run.cargo_lock) == (b"log", b"lock")
    run.read_profile()
    run.read_profile()
    assert files.reads == 2
    assert run.profile is run.profile is run.read_profile()
    assert files.reads == 3
    bare = replace(run, files=RunFiles())
    with pytest.raises(LookupError, match="has no samples"):
        _ = bare.profile
    with pytest.raises(LookupError, match="has no samples"):
        bare.read_profile()
    assert (bare.log, bare.cargo_lock) == (b"", b"")
