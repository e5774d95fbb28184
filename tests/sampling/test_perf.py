from __future__ import annotations

from pathlib import Path

import duronb
from duronb.sampling.perf import SCRIPT_FIELDS, Perf


def test_the_commands_are_lists_with_the_call_graph_asked_for() -> None:
    command = Perf().prefix("/a b/raw", 999, "dwarf")
    assert command[:4] == ("/usr/bin/env", "PERF_CONFIG=/dev/null", "perf", "record")
    assert command[-1] == "--"
    assert command[command.index("--call-graph") + 1] == "dwarf,16384"
    assert command[command.index("-F") + 1] == "999"
    assert command[command.index("-k") + 1] == "mono"
    assert command[command.index("-e") + 1] == "cycles:P"
    assert command[command.index("-o") + 1] == "/a b/raw"
    assert "fp" in Perf().prefix("raw", 99, "fp")
    assert Perf("/usr/bin/perf").prefix("raw", 99, "fp")[2] == "/usr/bin/perf"


def test_a_recording_is_printed_with_its_header_and_all_fields_that_the_reader_needs() -> None:
    command = Perf().read_command("/a b/raw")
    assert command is not None
    assert command[:5] == ("/usr/bin/env", "PERF_CONFIG=/dev/null", "DEBUGINFOD_URLS=", "perf", "script")
    assert {"--header", "--show-lost-events", "--no-inline", "/a b/raw"} <= set(command)
    assert command[command.index("-F") + 1] == "comm,pid,tid,time,event,ip,sym,dso"


def test_the_options_of_samplers_are_written_down_in_one_file_each() -> None:
    root = Path(duronb.__file__).parent
    homes: dict[str, list[str]] = {}
    for path in (*root.glob("engine/**/*.*"), *root.glob("sampling/**/*.*")):
        if path.suffix not in {".py", ".sh"}:
            continue
        text = path.read_text(encoding="utf-8")
        for option in ("16384", SCRIPT_FIELDS, "--no-inline", "--show-lost-events", "--sample-file"):
            if option in text:
                homes.setdefault(option, []).append(path.relative_to(root).as_posix())
    assert homes == {
        "16384": ["sampling/perf.py"],
        SCRIPT_FIELDS: ["sampling/perf.py"],
        "--no-inline": ["sampling/perf.py"],
        "--show-lost-events": ["sampling/perf.py"],
        "--sample-file": ["sampling/embedded.py"],
    }
