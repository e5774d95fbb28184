"""What a stored run states in addition to its samples."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from duronb.capture.session import Session
from duronb.engine.recording import Recording
from duronb.request import ProfileRequest
from duronb.store import Store
from duronb.views.run.header import frequency_hz
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
