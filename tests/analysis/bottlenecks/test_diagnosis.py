from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import pytest

from duronb.analysis.bottlenecks.bucket import UNKNOWN
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue, load_catalogue
from duronb.analysis.bottlenecks.diagnosis import Bottleneck, bottlenecks, bucket_cpu_ms
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import PartChanges
from duronb.model.run import RunRecord
from duronb.model.run_files import RunFiles
from duronb.model.stage import OUTSIDE
from tests.analysis.bottlenecks.plain_buckets import plain_bucket
from tests.given_files import GivenFiles
from tests.views.profiles import STAGES, Cell, cells_of, make_profile, make_run, realistic_cells, stack_of

FIRST, SECOND = "File SQLite 1/1", "File SQLite 2/2"
CELLS: dict[Cell, int] = {
    (FIRST, "w", 0, stack_of("sqlite3_step;sqlite3VdbeExec")): 30,
    (FIRST, "w", 0, stack_of("sqlite3_step;sqlite3VdbeExec;c:malloc")): 20,
    (FIRST, "w", 1, stack_of("sqlite3_step;c:malloc;k:asm_exc_page_fault")): 5,
    (FIRST, "w", 1, stack_of("serde_json::de::from_str;core::str::from_utf8")): 10,
    (SECOND, "w", 5, stack_of("sqlite3_step;c:fsync;k:ext4_sync_file")): 40,
    (SECOND, "w", 6, stack_of("core::mem::swap")): 2,
    (OUTSIDE, "w", 9, stack_of("c:_dl_relocate_object;k:filemap_fault")): 3,
}
LOG = b"""\
2023-11-14T22:13:20.100000Z  WARN duroxide::x: Error (code: 5) database is locked, backing off 200ms
  (code: 517) database is locked
2023-11-14T22:13:25.100000Z  WARN duroxide::x: Error (code: 517) database is locked, backing off 200ms
2023-11-14T22:13:59.000000Z  WARN duroxide::x: Error (code: 5) after the stages
"""


def run_of(cells: dict[Cell, int], log: bytes = b"", **changes: Unpack[PartChanges]) -> RunRecord:
    """The made-up run, its stages five seconds each from the profile's start on."""
    run = make_run(cells)
    stages = [
        replace(stage, started=run.profile.start + 5 * (place - 2), ended=run.profile.start + 5 * (place - 1) - 0.1)
        for place, stage in enumerate(run.stages)
    ]
    parts: PartChanges = {"stages": stages, **changes}
    return replace(run, files=GivenFiles(run.profile, log=log)).with_parts(**parts)


def bare() -> RunRecord:
    """The made-up run without samples."""
    return replace(run_of(CELLS), files=RunFiles())


def found(rows: list[Bottleneck], stage: str | None) -> dict[str, int]:
    return {row.bucket: row.samples for row in rows if row.stage == stage}


def test_buckets_are_ranked_within_each_stage_and_unknown_is_always_there() -> None:
    quiet = [
        replace(stage, lock_warnings=0, backoff_seconds=0.0, failed_infrastructure=0) for stage in run_of(CELLS).stages
    ]
    rows = bottlenecks(run_of(CELLS, stages=quiet))
    assert list(dict.fromkeys(row.stage for row in rows)) == [FIRST, SECOND, OUTSIDE]
    assert list(found(rows, FIRST).items()) == [("sqlite", 30), ("allocator", 25), ("serde", 10), (UNKNOWN, 0)]
    assert found(rows, SECOND) == {"fsync": 40, UNKNOWN: 2}
    assert found(rows, OUTSIDE) == {"kernel": 3, UNKNOWN: 0}
    assert [row.share for row in rows if row.stage == FIRST] == [30 / 65, 25 / 65, 10 / 65, 0]


def test_cpu_time_is_per_completed_orchestration_and_shares_stay_where_it_is_not_known() -> None:
    run = run_of(CELLS)
    rows = bottlenecks(run, stage=FIRST)
    completed = run.stage(FIRST).completed
    assert completed == 196
    assert [row.cpu_ms_per_orchestration for row in rows if row.bucket == "sqlite"] == [
        pytest.approx(30 * 1000 / 999 / completed)
    ]
    for changed in (
        {"quality": Quality(frequency_known=False)},
        {"stages": [replace(stage, completed=0) for stage in run.stages]},
        {"stages": [replace(stage, completed=None) for stage in run.stages]},
    ):
        rows = bottlenecks(run_of(CELLS, **changed), stage=FIRST)
        assert {row.cpu_ms_per_orchestration for row in rows} == {None}
        assert next(row.share for row in rows if row.bucket == "sqlite") == 30 / 65


def test_a_bucket_lists_the_frames_that_claimed_its_samples_and_those_that_ran() -> None:
    rows = {row.bucket: row for row in bottlenecks(run_of(CELLS), stage=FIRST)}
    assert [(frame.name, frame.samples) for frame in rows["allocator"].claimed_by] == [("malloc", 25)]
    assert [(frame.name, frame.samples) for frame in rows["allocator"].runs] == [
        ("malloc", 20),
        ("asm_exc_page_fault", 5),
    ]
    assert [(frame.name, frame.samples) for frame in rows["serde"].claimed_by] == [("serde_json::de::from_str", 10)]
    assert [(frame.name, frame.samples) for frame in rows["serde"].runs] == [("core::str::from_utf8", 10)]
    assert rows[UNKNOWN].claimed_by == ()


def test_driving_frames_of_a_bucket_add_up_to_it() -> None:
    rows = bottlenecks(run_of(realistic_cells(800)), frames=10**6)
    for row in rows:
        assert sum(frame.samples for frame in row.runs) == row.samples
        if row.bucket != UNKNOWN:
            assert sum(frame.samples for frame in row.claimed_by) == row.samples


def test_the_log_is_evidence_for_a_bucket_without_samples() -> None:
    rows = {(row.stage, row.bucket): row for row in bottlenecks(run_of(CELLS, LOG))}
    assert rows[FIRST, "lock"].samples == 0
    assert rows[FIRST, "lock"].evidence == (
        "89 warnings that the database is locked",
        "dispatchers slept 22.4 s in back-off because of a locked database",
        "1 x code 517, SQLITE_BUSY_SNAPSHOT: a transaction read, another one wrote, then the first wanted to write",
        "1 x code 5, SQLITE_BUSY: another connection was writing",
        "2 orchestrations failed because of the infrastructure",
    )
    assert sum("517" in text for text in rows[SECOND, "lock"].evidence) == 1
    assert not any("code 5," in text for text in rows[SECOND, "lock"].evidence)
    assert (OUTSIDE, "lock") not in rows


def test_missing_and_zero_values_are_no_evidence() -> None:
    stages = [
        replace(stage, lock_warnings=None, backoff_seconds=None, failed_infrastructure=0)
        for stage in run_of(CELLS).stages
    ]
    assert not any(row.evidence for row in bottlenecks(run_of(CELLS, stages=stages)))


def test_a_run_without_stages_has_one_diagnosis() -> None:
    cells = {(OUTSIDE, "w", 0, stack): count for (_, _, _, stack), count in CELLS.items()}
    rows = bottlenecks(run_of(cells, stages=[]))
    assert {row.stage for row in rows} == {None}
    assert sum(row.samples for row in rows) == sum(CELLS.values())
    empty = bottlenecks(run_of({}, stages=[]))
    assert [(row.bucket, row.samples, row.share) for row in empty] == [(UNKNOWN, 0, 0.0)]


def test_stages_that_are_not_there_and_runs_without_samples_are_errors() -> None:
    with pytest.raises(KeyError):
        bottlenecks(run_of(CELLS), stage="no")
    with pytest.raises(LookupError):
        bottlenecks(bare())
    with pytest.raises(KeyError):
        bucket_cpu_ms(run_of(CELLS), "no")
    with pytest.raises(LookupError):
        bucket_cpu_ms(bare(), FIRST)


@pytest.mark.long
def test_bucket_times_are_those_of_a_plain_count_and_sum_to_the_stages_own() -> None:
    run, catalogue = run_of(realistic_cells(800)), bundled_catalogue()
    for stage in STAGES:
        expected: Counter[str] = Counter({bucket.id: 0 for bucket in catalogue.buckets})
        for (own, _, _, stack), count in cells_of(run.profile).items():
            if own == stage:
                expected[catalogue.buckets[plain_bucket(stack, catalogue)].id] += count
        completed = run.stage(stage).completed or 0
        times = bucket_cpu_ms(run, stage)
        assert times == pytest.approx({name: n * 1000 / 999 / completed for name, n in expected.items()})
        assert sum(times.values()) == pytest.approx(run.stage(stage).cpu_ms_per_orchestration(999.0))


def test_unknown_bucket_times_are_none() -> None:
    assert bucket_cpu_ms(run_of(CELLS, quality=Quality(frequency_known=False)), FIRST) == {}
    stages = [replace(stage, completed=0) for stage in run_of(CELLS).stages]
    assert bucket_cpu_ms(run_of(CELLS, stages=stages), FIRST) == {}


def test_the_users_own_buckets_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[buckets.mine]\ntitle = 'Mine'\n[buckets.mine.patterns.x]\nname = '^core::mem::'\n")
    own = load_catalogue(path)
    assert found(bottlenecks(run_of(CELLS), stage=SECOND, catalogue=own), SECOND) | {"lock": 0} == {
        "fsync": 40, "mine": 2, UNKNOWN: 0, "lock": 0,
    }  # fmt: skip
    assert bucket_cpu_ms(run_of(CELLS), SECOND, own)["mine"] > 0


def test_the_profile_of_another_tree_may_be_given() -> None:
    run = run_of(CELLS)
    other = make_profile({(FIRST, "w", 0, stack_of("c:malloc")): 4})
    assert found(bottlenecks(run, stage=FIRST, profile=other), FIRST)["allocator"] == 4
