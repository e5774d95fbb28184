"""What a stored run states in addition to its samples."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from duronb.analysis.bottlenecks.diagnosis import bottlenecks
from duronb.analysis.bottlenecks.time_budget import time_budget
from duronb.analysis.metrics import METRICS
from duronb.capture.collect import collect
from duronb.capture.recording_facts import RecordingFacts
from duronb.capture.session import Session
from duronb.engine.protocol import Ended
from duronb.engine.recording import Recording
from duronb.model.record.environment import Environment
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from duronb.results.run import Run
from duronb.store import Store
from duronb.subject.plan import Expects
from duronb.views.run.header import frequency_hz
from duronb.views.run.tables import metrics_table
from tests.capture.pretended import PretendedEngine

FRAME = b"Peak RSS:     13 MB (13792 KB)\nAverage CPU:  15.79% (of one core)\nSamples:      53\n"


def test_a_run_states_its_frequency_its_lock_file_and_the_process_values_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Recording.read

    def with_frame(recording: Recording) -> dict[str, object]:
        with recording.log.open("ab") as log:
            log.write(FRAME)
        return whole(recording)

    request = ProfileRequest(seconds=2, release="0.1.1", stages=("file:2/2",), engine="native")
    with Session(Store(str(tmp_path / "store")), engine=PretendedEngine()) as session:
        (planned,) = session.prepare(request)
        built = session.build(planned)
        monkeypatch.setattr(Recording, "read", with_frame)
        run = session.record(built)

    assert (run.quality.peak_rss_kb, run.quality.average_cpu_percent) == (13792, 15.79)
    assert run.quality.frequency_hz == run.profile.frequency_hz == frequency_hz(run)
    assert run.subject.cargo_lock == sha256(run.cargo_lock).hexdigest()
    assert run.cargo_lock
    assert run.subject.version == "0.1.1"


class MeteredEngine(PretendedEngine):
    def counters(self, recording: Recording) -> Iterator[bytes]:
        """Yield readings of half a core, a fifth of it in the kernel, on a machine whose host takes a tenth."""
        yield b"duronb counters 1\n"
        now = time.time() - 20
        for number in range(2000):
            at = number / 50
            row = f"{now + at:.6f} {at / 2:.6f} {0.4 * at:.2f} {0.1 * at:.2f} {0.9 * at:.2f} {0.1 * at:.2f}\n"
            yield row.encode()


def test_a_run_states_the_cpu_time_that_the_kernel_counted_and_how_its_samples_differ(tmp_path: Path) -> None:
    request = ProfileRequest(seconds=2, release="0.1.1", stages=("file:2/2",), engine="native")
    with Session(Store(str(tmp_path / "store")), engine=MeteredEngine()) as session:
        (planned,) = session.prepare(request)
        run = session.record(session.build(planned))
    stored = Store(str(tmp_path / "store")).load(run.id)
    (stage,) = stored.stages
    # 2 s at half a core, for 40 orchestrations.
    assert stage.cpu_seconds == pytest.approx(1.0, abs=0.001)
    assert (stage.cpu_seconds_user, stage.cpu_seconds_system) == pytest.approx((0.8, 0.2), abs=0.02)
    assert (stage.steal_seconds, stage.steal_share) == pytest.approx((0.2, 0.1), abs=0.02)
    assert METRICS["cpu_ms_per_orchestration_measured"].value(stored, stage) == pytest.approx(25.0, abs=0.1)
    assert metrics_table(stored).rows[0][metrics_table(stored).columns.index("CPU s")] == "1.00"
    # The recording has one sample, outside of the stage.
    notices = " ".join(run.quality.notices)
    assert "the samples amount to 0.00 s of CPU time, but the kernel counted 1.00 s" in notices
    assert "took 10% of the CPU time that was wanted here (0.20 s)" in notices


def test_a_run_without_a_meter_states_no_cpu_time(tmp_path: Path) -> None:
    request = ProfileRequest(seconds=2, release="0.1.1", stages=("file:2/2",), engine="native")
    with Session(Store(str(tmp_path / "store")), engine=PretendedEngine()) as session:
        (planned,) = session.prepare(request)
        run = session.record(session.build(planned))
    (stage,) = run.stages
    assert stage.cpu_seconds is None
    assert METRICS["cpu_ms_per_orchestration_measured"].value(run, stage) is None
    assert "CPU s" not in metrics_table(run).columns


AT = "2026-03-01T10:00:{:02d}.000000Z"
FETCH = 'Error fetching {} item (retryable, attempt 1): ProviderError {{ message: "Database locked: error returned from'
FETCH += ' database: (code: {}) database is locked", retryable: true }}, backing off {}ms'


def example_log(*, with_locks: bool = True, traced: bool = True) -> bytes:
    """Return what an example prints: lines of its own, and those of the runtime unless its log is off."""
    lines = ["Listening", "Sum: 45 of 9"]
    if traced:
        lines.append(f"{AT.format(0)}  INFO duroxide::runtime: duroxide runtime (0.1.26) starting with provider sqlite")
    if with_locks:
        # 200 + 400 + 200 ms, the first before the first sample and the last after the last one.
        warnings = (("orchestration", 5, 200), ("work", 517, 400), ("work", 5, 200))
        for second, (what, code, milliseconds) in zip((0, 1, 50), warnings, strict=True):
            lines.append(f"{AT.format(second)}  WARN duroxide::runtime: {FETCH.format(what, code, milliseconds)}")
        lines.append(
            f"{AT.format(51)}  WARN duroxide::runtime: ack_orchestration_item failed; retrying attempts=0 backoff_ms=10"
            " error=Database locked: error returned from database: (code: 5) database is locked"
        )
    return "".join(f"{line}\n" for line in lines).encode()


def collect_example(tmp_path: Path, log: bytes, *, repetitions: int | None = None, stages: int = 0) -> RunRecord:
    recording = Recording.create("native_ex_20260301T100000Z")
    facts = RecordingFacts(
        engine="native",
        sampler="perf",
        store=str(tmp_path / "store"),
        created=datetime(2026, 3, 1, 10, tzinfo=UTC),
        request=ProfileRequest(seconds=3, label="ex"),
        subject=Subject(kind="checkout", name="duroxide", workload="fan_out_fan_in"),
        environment=Environment(engine="native"),
        build_seconds=1.0,
        expects=Expects(stages=stages, seconds=3),
        repetitions=repetitions,
    )
    recording.write(facts.to_json())
    recording.log.write_bytes(log)
    (recording.path / "Cargo.lock").write_bytes(b"")
    run = collect(recording, PretendedEngine(), Store(str(tmp_path / "store")), Ended(exit_code=0))
    recording.remove()
    return run


def test_lock_warnings_of_an_example_are_counted_for_its_stage(tmp_path: Path) -> None:
    run = collect_example(tmp_path, example_log(), repetitions=2)
    (stage,) = run.stages
    assert (stage.name, stage.samples, stage.repetitions) == ("fan_out_fan_in", 1, 2)
    assert (stage.lock_warnings, stage.lock_warnings_fetch, stage.lock_warnings_ack) == (4, 3, 1)
    assert stage.backoff_seconds == pytest.approx(0.2 + 0.4 + 0.2 + 0.01)
    # One sample at 199 Hz, divided by two.
    assert METRICS["cpu_ms_per_repetition"].value(run, stage) == pytest.approx(1000 / 199 / 2)
    text = str(Run.of(run))
    assert re.search(r"fan_out_fan_in +– .* 2 +2\.51 .* 4 +0\.8", text), text
    assert any(notice.startswith("Few samples: 1 in fan_out_fan_in.") for notice in run.quality.notices)
    # The lines of the program itself do not have to be understood.
    assert run.quality.log_lines_not_understood is None


def test_the_time_budget_and_the_buckets_of_an_example_know_its_lock_warnings(tmp_path: Path) -> None:
    run = collect_example(tmp_path, example_log())
    (budget,) = time_budget(run)
    assert budget.backoff_seconds == pytest.approx(0.81)
    assert "0.8 s of lock back-off" in budget.sentence
    (lock,) = [each for each in bottlenecks(run) if each.bucket == "lock"]
    assert lock.evidence[0] == "4 warnings that the database is locked"
    assert any(text.startswith("1 x code 517") for text in lock.evidence)
    assert any(text.startswith("3 x code 5,") for text in lock.evidence)


@pytest.mark.parametrize(("traced", "expected"), [(True, 0), (False, None)])
def test_no_lock_warning_is_nought_only_where_the_log_would_contain_one(
    tmp_path: Path, *, traced: bool, expected: int | None
) -> None:
    run = collect_example(tmp_path, example_log(with_locks=False, traced=traced))
    (stage,) = run.stages
    assert (stage.lock_warnings, stage.backoff_seconds) == (expected, expected)
    cell = metrics_table(run).rows[0]
    columns = metrics_table(run).columns
    shown = dict(zip(columns, cell, strict=True)).get("lock waits", "–")
    assert shown == ("–" if expected is None else "0")
    assert run.to_json()["stages"][0]["lock_warnings"] == expected  # type: ignore[index]
    (budget,) = time_budget(run)
    assert budget.to_json()["backoff_seconds"] == expected
    assert METRICS["lock_warnings"].value(run, stage) == expected
    assert any("Lock waits were not measured" in notice for notice in run.quality.notices) == (expected is None)
    assert METRICS["cpu_ms_per_repetition"].value(run, stage) is None


def test_a_stress_test_without_results_says_how_many_lines_were_not_understood(tmp_path: Path) -> None:
    run = collect_example(tmp_path, b"gibberish\nsome more\n", stages=4)
    assert run.quality.log_lines_not_understood == 2
    assert "Lines of the log that were not understood: 2." in run.quality.notices
