from __future__ import annotations

from pathlib import Path

import pytest

from duronb.errors import HostError, RequestError
from duronb.sampling import perf
from duronb.sampling.perf import find_perf
from duronb.sampling.perf_probe import Probe, is_refused, maximum_frequency, probe, read_probe, refusal


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(perf, "_SETTINGS", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("output", "paranoid", "kind", "says"),
    [
        ("Error:\nNo permission to enable cpu-clock event.\n", 4, HostError, "perf_event_paranoid is 4"),
        ("Access to performance monitoring and observability operations is limited.", 3, HostError, "is 3"),
        ("perf_event_open(...) failed: Operation not permitted", 2, HostError, "container"),
        (
            "Maximum frequency rate (25,000 Hz) exceeded.\nPlease use -F freq option with a lower value",
            2,
            RequestError,
            "49999",
        ),
        ("WARNING: perf not found for kernel 6.1\n", 2, HostError, "perf not found for kernel 6.1"),
        ("", 2, HostError, "printed nothing"),
    ],
)
def test_a_refusal_says_what_to_do(
    settings: Path, output: str, paranoid: int, kind: type[Exception], says: str
) -> None:
    (settings / "perf_event_paranoid").write_text(f"{paranoid}\n", encoding="ascii")
    error = refusal(output, 49999)
    assert isinstance(error, kind)
    assert says in str(error)
    assert error.remedy
    assert "\n" not in str(error)


def fake_perf(tmp_path: Path, script: str, record_exit: int = 0) -> str:
    program = tmp_path / "perf"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = record ] && {{ echo refused >&2; exit {record_exit}; }}\ncat <<END\n{script}\nEND\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return str(program)


USER = "     7f12aa dash_main+0x1 (/usr/bin/dash)\n"
KERNEL = " ffffffff81 clear_page_erms ([kernel.kallsyms])\n"
MODULE = " ffffffffc0 ext4_map_blocks ([ext4])\n"
NAMELESS = " ffffffff81 [unknown] ([kernel.kallsyms])\n"
VDSO = "     7ffd00 __vdso_clock_gettime ([vdso])\n"
FULL = Probe(user=True, kernel=True, kernel_names=True)


@pytest.mark.parametrize(
    ("text", "expected", "records"),
    [
        (USER + KERNEL, FULL, "user and kernel frames"),
        (USER + MODULE, FULL, "user and kernel frames"),
        (USER + KERNEL.replace("[kernel.", "[guest.kernel."), FULL, "user and kernel frames"),
        (USER + NAMELESS, Probe(user=True, kernel=True), "user frames, kernel frames without names"),
        (USER + VDSO, Probe(user=True), "user frames only"),
        (KERNEL, Probe(kernel=True, kernel_names=True), "user and kernel frames"),
        ("some warning\n", Probe(), "user frames only"),
    ],
)
def test_a_probe_shows_whether_kernel_frames_have_names(
    tmp_path: Path, text: str, expected: Probe, records: str
) -> None:
    assert read_probe(text) == expected
    assert expected.records == records
    assert expected.sufficient == (expected == FULL)
    assert probe(fake_perf(tmp_path, text.rstrip("\n")), 999) == expected


def test_perfs_complaints_are_recognised() -> None:
    assert maximum_frequency("error: Maximum frequency rate (1000 Hz) exceeded.\nPlease use -F freq option") == 1000
    assert maximum_frequency("Maximum frequency rate (25,000 Hz) exceeded.") == 25000
    assert maximum_frequency("No permission to enable cycles event.") is None
    assert is_refused("Error:\nNo permission to enable cycles event.")
    assert not is_refused("permission to land granted")


@pytest.mark.long
@pytest.mark.skipif(find_perf() is None, reason="perf is not installed")
def test_the_real_perf_takes_the_options() -> None:
    try:
        seen = probe(find_perf() or "", 99)
    except HostError as error:
        pytest.skip(error.message)
    assert seen.user or seen.kernel


def test_a_probe_that_fails_is_explained(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="refused"):
        probe(fake_perf(tmp_path, "", record_exit=1), 999)
