"""Recordings of real perf with several events and addresses, against a naive parser and the periods in the text."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from duronb.ingest.samples import read_samples
from duronb.model.event_view import event_samples, view
from tests.ingest.perf.test_fixtures import naive_samples, stacks_of
from tests.model.test_event_view import event_weights

pytestmark = pytest.mark.slow


def script(data: Path, *options: str) -> bytes:
    command = ["perf", "script", "-f", "-i", str(data), "--no-inline", *options]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Return a recording of three events, with the addresses of page faults."""
    if shutil.which("perf") is None:
        pytest.skip("perf is not installed")
    data = tmp_path / "perf.data"
    events = ("-e", "page-faults,cpu-clock,context-switches", "-F", "2000", "-d", "-g")
    program = ("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do ls -R /usr/lib >/dev/null; done")
    recorded = subprocess.run(["perf", "record", "-q", "-N", *events, "-o", str(data), "--", *program], check=False)
    if recorded.returncode:
        pytest.skip("perf may not record here")
    return data


def test_events_and_periods_equal_those_in_the_text(recording: Path) -> None:
    text = script(recording)
    samples, periods = Counter[str](), Counter[str]()
    for period, event in re.findall(r"^\S.*? \d+\.\d+:\s+(\d+)\s+([a-z-]+)(?::\w+)?: ", text.decode(), re.MULTILINE):
        samples[event] += 1
        periods[event] += int(period)
    read = read_samples([text], "perf")
    profile = read.builder.build([], 1.0)
    names = [event.name for event in profile.events]
    assert dict(zip(names, event_samples(profile), strict=True)) == samples
    assert dict(zip(names, event_weights(profile), strict=True)) == periods
    assert read.environment.event is not None
    assert read.environment.event.startswith(samples.most_common(1)[0][0])
    assert view(profile, weighting="samples").samples == samples.most_common(1)[0][1]
    assert read.quality.sample_lines_not_understood == 0


@pytest.mark.parametrize("fields", [(), ("-F", "+addr"), ("-F", "comm,pid,tid,time,event,ip,sym,dso,addr")])
def test_stacks_equal_those_of_a_naive_parser(recording: Path, fields: tuple[str, ...]) -> None:
    text = script(recording, *fields)
    ours = stacks_of(read_samples([text], "perf").builder.build([], 1.0))
    assert ours == Counter({";".join(stack): count for stack, count in naive_samples(text.decode()).items()})
    assert ours.total() > 100
