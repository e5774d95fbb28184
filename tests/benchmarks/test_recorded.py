from __future__ import annotations

from pathlib import Path

from duronb.ingest.samples import read_samples
from tests.benchmarks.machine import machine
from tests.benchmarks.recorded import first_samples, repeated, split_header

HEADER = b"# ========\n# perf version : 6.1\n# ========\n#\n"
SAMPLE = b"worker 1/2 %d.000000: cycles:\n\t            1000 write (/bin/work)\n\t            2000 main (/bin/work)\n\n"
TEXT = HEADER + b"".join(SAMPLE % number for number in range(7))


def samples(path: Path) -> int:
    return len(read_samples([path.read_bytes()], "perf").builder)


def test_the_header_is_everything_in_front_of_the_samples() -> None:
    head, body = split_header(TEXT)
    assert head == HEADER
    assert head + body == TEXT


def test_a_repeated_text_has_one_header_and_at_least_the_size(tmp_path: Path) -> None:
    (tmp_path / "once").write_bytes(TEXT)
    path = repeated(tmp_path / "once", tmp_path / "more", 3 * len(TEXT))
    assert path.stat().st_size >= 3 * len(TEXT)
    assert path.read_bytes().count(HEADER) == 1
    assert samples(path) % 7 == 0


def test_as_many_samples_as_asked_for(tmp_path: Path) -> None:
    (tmp_path / "once").write_bytes(TEXT)
    assert samples(first_samples(tmp_path / "once", tmp_path / "few", 3)) == 3
    assert samples(first_samples(tmp_path / "once", tmp_path / "many", 20)) == 20


def test_the_machine_is_described_without_its_name_or_paths() -> None:
    import socket

    text = " ".join(machine({"Chromium": "1.2"}).values())
    assert "Chromium 1.2" in text
    assert socket.gethostname() not in text.split()
    assert str(Path.home()) not in text
