from __future__ import annotations

from pathlib import Path

import pytest

from duronb.errors import HostError, RequestError
from duronb.sampling import perf
from duronb.sampling.perf import PerfProbe, probe, record_command, refusal, script_command


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(perf, "_SETTINGS", tmp_path)
    return tmp_path


def test_the_commands_are_lists_with_the_call_graph_asked_for() -> None:
    command = record_command("perf", Path("/a b/raw"), 999, "dwarf")
    assert command[:2] == ("perf", "record")
    assert command[-1] == "--"
    assert command[command.index("--call-graph") + 1] == "dwarf,16384"
    assert command[command.index("-F") + 1] == "999"
    assert command[command.index("-k") + 1] == "mono"
    assert "/a b/raw" in script_command("perf", Path("/a b/raw"))


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
        ("", 2, HostError, "says nothing"),
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


USER = "cpu-clock:uppp: \n\t    55d0 main (/usr/bin/dash)\n\t    7f00 [unknown] (/usr/lib/libc.so.6)\n"
KERNEL = "cycles: \n\tffffffff81000000 do_syscall_64 ([kernel.kallsyms])\n\t    55d0 main (/usr/bin/dash)\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (USER, PerfProbe(False, False, "cpu-clock:uppp")),
        (KERNEL, PerfProbe(True, True, "cycles")),
        (KERNEL.replace("do_syscall_64", "[unknown]"), PerfProbe(True, False, "cycles")),
        (KERNEL.replace("[kernel.kallsyms]", "[guest.kernel.kallsyms]"), PerfProbe(True, True, "cycles")),
    ],
)
def test_a_probe_sees_whether_kernel_frames_have_names(tmp_path: Path, script: str, expected: PerfProbe) -> None:
    assert probe(fake_perf(tmp_path, script), 999) == expected


def test_a_probe_that_fails_is_explained(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="refused"):
        probe(fake_perf(tmp_path, "", record_exit=1), 999)
