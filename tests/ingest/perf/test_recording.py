"""Import of binary recordings of perf. They are made and read by the perf of this machine."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from duronb.errors import StoreError
from duronb.ingest.perf import recording
from tests.ingest.reading import read_file
from tests.views.profiles import cells_of

PERF = shutil.which("perf")
LOOP = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of a shell that counts."""
    path = tmp_path_factory.mktemp("perf") / "perf.data"
    if PERF is None:
        pytest.skip("perf is not installed")
    command: list[str | Path] = [
        PERF,
        "record",
        "-q",
        "-N",
        "-e",
        "cpu-clock",
        "-F",
        "997",
        "-g",
        "-o",
        path,
        "sh",
        "-c",
        LOOP,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        pytest.skip(f"perf may not record here: {done.stderr.strip()[-200:]}")
    return path


def printed_samples(path: Path) -> int:
    """Count the samples that perf prints, one line each."""
    assert PERF is not None
    done = subprocess.run(
        [PERF, "script", "-i", path, "-G", "-F", "event"], capture_output=True, text=True, check=True, timeout=120
    )
    return len([line for line in done.stdout.splitlines() if line.strip()])


def test_a_recording_is_read_by_perf_itself(recorded: Path, tmp_path: Path) -> None:
    found, read = read_file(recorded)
    assert found.name == "perf-data"
    assert read.profile.samples == printed_samples(recorded) > 20
    assert (read.frequency_known, read.profile.frequency_hz) == (True, 997.0)
    assert read.environment.event == "cpu-clock"
    compressed = tmp_path / "perf.data.gz"
    compressed.write_bytes(gzip.compress(recorded.read_bytes()))
    assert cells_of(read_file(compressed)[1].profile) == cells_of(read.profile)


def test_a_recording_runs_nothing_but_perf(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PERF is not None
    ran = tmp_path / "ran"
    programs = tmp_path / "programs"
    programs.mkdir()
    names = [
        "addr2line",
        "llvm-symbolizer",
        "objdump",
        "debuginfod-find",
        "c++filt",
        "less",
        "more",
        "sh",
        "gdb",
        "xed",
    ]
    for name in names:
        (programs / name).write_text(f'#!/bin/bash\necho "$0" >> "{ran}"\n')
        (programs / name).chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    # A configuration that reverses stacks, asks a server and pages the output.
    (home / ".perfconfig").write_text(
        "[call-graph]\n\torder = caller\n[buildid-cache]\n\tdebuginfod = http://localhost:1/\n"
        "[pager]\n\tscript = less\n[core]\n\taddr2line-timeout = 1\n"
    )
    expected = cells_of(read_file(recorded)[1].profile)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{programs}:{Path(PERF).parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DEBUGINFOD_URLS", "http://localhost:1/")
    monkeypatch.setenv("PERF_PAGER", str(programs / "less"))
    assert cells_of(read_file(recorded)[1].profile) == expected
    assert not ran.exists()
    assert sorted(path.name for path in home.iterdir()) == [".perfconfig"]


def test_damaged_recordings_are_refused_with_perfs_reason(recorded: Path, tmp_path: Path) -> None:
    content = recorded.read_bytes()
    outcomes: Counter[str] = Counter()
    path = tmp_path / "damaged"
    for at in range(0, len(content), max(1, len(content) // 12)):
        for damaged in (content[: at + 8], content[: at + 8] + b"\xff" * 16 + content[at + 24 :]):
            path.write_bytes(damaged)
            try:
                read_file(path)
                outcomes["read"] += 1
            except StoreError:
                outcomes["refused"] += 1
    assert outcomes["refused"] > 5


def test_a_recording_whose_name_is_an_option_is_a_file(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("--version").write_bytes(recorded.read_bytes())
    assert read_file("--version")[1].profile.samples == read_file(recorded)[1].profile.samples


def test_without_perf_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "find_perf", lambda: None)
    path = tmp_path / "perf.data"
    path.write_bytes(b"PERFILE2" + bytes(200))
    with pytest.raises(StoreError, match=r"perf is not installed here.*perf script --header"):
        read_file(path)


def test_perf_ends_when_the_reader_stops(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_CHUNK", 100)
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def observed(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", observed)
    chunks = recording.script_text(recorded)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]  # a generator
    assert [process.poll() is not None for process in started] == [True]
