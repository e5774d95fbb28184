from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from duronb.errors import HostError, RequestError
from duronb.sampling import perf
from duronb.sampling.perf import Perf, find_perf
from duronb.sampling.perf_probe import Probe, is_refused, maximum_frequency, probe, read_probe, refusal, version_problem

UBUNTU = """WARNING: perf not found for kernel 5.15.90.1-microsoft

  You may need to install the following packages for this specific kernel:
    linux-tools-5.15.90.1-microsoft-standard-WSL2
    linux-cloud-tools-5.15.90.1-microsoft-standard-WSL2

  You may also want to install one of the following packages to keep up to date:
    linux-tools-standard-WSL2
    linux-cloud-tools-standard-WSL2
"""


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
        (UBUNTU, 2, HostError, "perf not found for kernel 5.15.90.1-microsoft. Install linux-tools-generic"),
        ("Error in the given config file.\n\n Usage: perf record\n  -x  do it\n", 2, HostError, "config file"),
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


HOSTILE = "[call-graph]\n\torder = caller\n\tprint-limit = 1\n[llvm]\n\tno-such-key = 1\n[nonsense]\n\tx = y\n"


@pytest.mark.long
@pytest.mark.skipif(find_perf() is None, reason="perf is not installed")
@pytest.mark.parametrize("by_variable", [False, True])
def test_the_users_configuration_of_perf_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_variable: bool
) -> None:
    real, file = find_perf() or "", tmp_path / (".perfconfig" if not by_variable else "elsewhere")
    try:
        probe(real, 99)
    except HostError as error:
        pytest.skip(error.message)
    file.write_text(HOSTILE, encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    if by_variable:
        monkeypatch.setenv("PERF_CONFIG", str(file))
    program = tmp_path / "busy.py"
    program.write_text("import time\nend = time.time() + 0.5\nwhile time.time() < end: sum(range(1000))\n")
    data, sampler = tmp_path / "perf.data", Perf(real)
    recorded = subprocess.run(
        [*sampler.prefix(str(data), 499, "dwarf"), sys.executable, str(program)], capture_output=True, check=False
    )
    assert recorded.returncode == 0, recorded.stderr
    read = sampler.read_command(str(data))
    assert read is not None
    printed = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    blocks = [block for block in printed.split("\n\n") if "__libc_start" in block]
    assert blocks
    for block in blocks:
        frames = [line for line in block.splitlines() if line.startswith("\t")]
        # The function that starts the program is the outermost one, so it is near the end of each stack.
        assert any("__libc_start" in frame for frame in frames[len(frames) // 2 :])
        assert "__libc_start" not in frames[0]


def test_a_perf_that_is_a_script_for_another_kernel_is_explained(tmp_path: Path) -> None:
    program = tmp_path / "perf"
    program.write_text(f"#!/bin/sh\ncat >&2 <<END\n{UBUNTU}END\nexit 2\n", encoding="utf-8")
    program.chmod(0o755)
    problem = version_problem(str(program))
    assert problem is not None
    assert "perf not found for kernel 5.15.90.1-microsoft" in problem.message
    program.write_text("#!/bin/sh\necho perf version 6.1\n", encoding="utf-8")
    assert version_problem(str(program)) is None


def test_a_probe_that_fails_is_explained(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="refused"):
        probe(fake_perf(tmp_path, "", record_exit=1), 999)
