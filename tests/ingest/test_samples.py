"""Samples of either sampler as the capture takes them."""

from __future__ import annotations

import json

from duronb.ingest.samples import read_samples
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.stage import OUTSIDE, StageResult

PERF = b"""\
# perf version : 6.1.100
# cpudesc : A CPU
# clockid: monotonic (1)
# reference time: 2026-11-23 01:03:28.5 = 1000.500000 (TOD) = 0.500000 (monotonic)
x 1/1 1.5: PERF_RECORD_LOST lost 3
x 1/1 1.5: cpu-clock: \n\tffffffff81000010 [unknown] ([unknown])

x 1/1 3.5: cpu-clock: \n\t10 f (/bin/x)

"""


def test_perf_samples_are_split_by_stage_in_unix_time() -> None:
    samples = read_samples([PERF], "perf")
    profile = samples.profile([StageResult(name="s", started=1003.0, ended=1004.0)], 999.0)

    assert (samples.first, samples.last) == (1001.5, 1003.5)
    assert profile.stages == ["s", OUTSIDE]
    assert profile.self_counts(stage="s").sum() == 1
    assert profile.frequency_hz == 999.0
    assert samples.environment == Environment(event="cpu-clock", perf_version="6.1.100", cpu="A CPU")
    assert samples.clocks == Clocks(sampler="monotonic", sampler_to_unix_seconds=1000.0)
    assert (samples.quality.lost, samples.quality.unresolved_kernel) == (3, 1)
    assert any("lost 3" in notice for notice in samples.notices)
    assert any("kernel" in notice for notice in samples.notices)
    json.dumps([samples.environment.to_json(), samples.clocks.to_json(), samples.quality.to_json()])


def test_the_embedded_sampler_states_its_frequency_and_kind() -> None:
    text = b'{"duronb":"embedded samples","version":1,"frequency_hz":101.5}\n{"frame":0,"name":"f","module":"b"}\n'
    samples = read_samples([text + b'{"time":7.25,"thread":"t","count":2,"stack":[0]}\n'], "embedded")
    assert samples.profile([], 999.0).frequency_hz == 101.5
    assert (samples.first, len(samples.builder)) == (7.25, 1)
    assert "itself" in samples.notices[0]


def test_no_samples_are_no_error() -> None:
    for sampler in ("perf", "embedded"):
        samples = read_samples([], sampler)
        assert (samples.first, samples.last, samples.profile([], 99.0).samples) == (None, None, 0)
