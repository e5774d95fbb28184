"""The command line: exit status, what goes where, and one line for each error."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from duronb.cli import desktop, main
from duronb.cli.registry import command_named
from duronb.errors import BuildError, HostError, WorkloadError
from duronb.options.tables import TABLES
from tests import ROOT
from tests.fake_api import FakeApi


def test_profile_asks_for_what_was_typed_and_prints_the_run(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["profile", "--repo", "/x y", "5", "--call-graph", "dwarf", "quick", "--args", "--mode 'a b'", "--rebuild"]
    assert main(words) == 0
    assert api.asked == [
        {
            "repo": "/x y",
            "seconds": 5,
            "call_graph": "dwarf",
            "label": "quick",
            "args": ("--mode", "a b"),
            "rebuild": True,
        }
    ]
    captured = capsys.readouterr()
    assert captured.out == "run docker_quick_20260314T150926Z\n"
    assert "Build done in 0:42" in captured.err


def test_json_is_one_object_and_progress_stays_on_standard_error(
    api: FakeApi, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    api.location = str(tmp_path / "there")
    (tmp_path / "there.svg").write_text("<svg/>", encoding="utf-8")
    assert main(["profile", "5", "quick", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "id": "docker_quick_20260314T150926Z",
        "status": "complete",
        "stages": [],
        "location": str(tmp_path / "there"),
        "picture": str(tmp_path / "there.svg"),
    }
    assert "Record done" in captured.err


@pytest.mark.parametrize(("status", "code"), [("complete", 0), ("failed", 1), ("interrupted", 130)])
def test_exit_status_follows_the_status_of_the_run(
    api: FakeApi, capsys: pytest.CaptureFixture[str], status: str, code: int
) -> None:
    api.status = status
    assert main(["profile", "5", "quick"]) == code
    assert "run docker_quick" in capsys.readouterr().out


def test_interrupted_run_says_under_which_name_it_is_kept(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.status = "interrupted"
    main(["profile", "5", "quick"])
    assert (
        "duronb: Interrupted; what was captured is kept as docker_quick_20260314T150926Z.\n" in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["profile", "thirty"], "seconds cannot be 'thirty'. Give a whole number from 1 to 86400."),
        (["profile", "0"], "seconds cannot be '0'. Give a whole number from 1 to 86400."),
        (["profile", "-5"], "seconds cannot be '-5'. Give a whole number from 1 to 86400."),
        (["profile", "-5", "quick", "--json"], "seconds cannot be '-5'. Give a whole number from 1 to 86400."),
        (["profile", "5", "a/b"], "'a/b' cannot be a label. Use 1 to 64 letters,"),
        (["profile", "5", ".."], "'..' cannot be a label. Use 1 to 64 letters,"),
        (["profile", "5", "x" * 300], f"'{'x' * 58}… cannot be a label. Use 1 to 64 letters,"),
        (["profile", "5", "\N{FIRE}"], r"'\U0001f525' cannot be a label. Use 1 to 64 letters,"),
        (["profile", "5", "a\nb"], r"'a\nb' cannot be a label. Use 1 to 64 letters,"),
        (["profile", "5", "a", "b"], "Unrecognized arguments: b. See duronb profile --help."),
        (["profile", "--nope"], "Unrecognized arguments: --nope. See duronb profile --help."),
        (["profile", "--re", "x"], "Unrecognized arguments: --re. See duronb profile --help."),
        (["profile", "--ref"], "Argument --ref: expected one argument. See duronb profile --help."),
        (["profile", "--args", "'x"], '--args "\'x" is not closed'),
        (["profile", "--engine", "vm"], "--engine cannot be 'vm'. Choose auto, docker, native, embedded."),
        (["profile", "--frequency", "fast"], "--frequency cannot be 'fast'. Give a whole number from 1 to 50000."),
        (["profile", "--stages", "disk"], "'disk' is not a stage. Write it like memory:1/1 or file:2/2."),
        (["export"], "The following arguments are required: RUN, PATH. See duronb export --help."),
        (["show", "nothing"], "There is no run 'nothing'. List the runs: duronb runs"),
        (["show", "baseline", "--top", "-1"], "--top cannot be '-1'. Give a whole number from 1 to 10000."),
        (["export", "baseline"], "The following arguments are required: PATH. See duronb export --help."),
        (["profil"], "'profil' is not a command. Did you mean profile?"),
    ],
)
def test_wrong_use_is_one_line_that_says_what_to_do(
    api: FakeApi, capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("duronb: ")
    assert line in captured.err
    assert captured.err.count("\n") == 1
    assert ("error" in json.loads(captured.out)) if "--json" in words else captured.out == ""


def test_failed_build_shows_the_compilers_output(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.fail = BuildError("Duroxide does not compile.", "Fix it.", "error[E0308]\n\x1b[1m--> src/lib.rs\x1b[0m")
    assert main(["profile", "5", "quick", "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.err.endswith("duronb: Duroxide does not compile. Fix it.\nerror[E0308]\n--> src/lib.rs\n")
    assert json.loads(captured.out)["error"] == {
        "type": "BuildError",
        "message": "Duroxide does not compile.",
        "remedy": "Fix it.",
        "output": "error[E0308]\n\x1b[1m--> src/lib.rs\x1b[0m",
    }


@pytest.mark.parametrize(
    ("error", "code"), [(HostError("No engine.", "Start it."), 2), (WorkloadError("It crashed.", "Look."), 1)]
)
def test_exit_status_follows_the_error(
    api: FakeApi, capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    api.fail = error
    assert main(["profile"]) == code
    assert f"duronb: {error}\n" in capsys.readouterr().err


def test_interrupt_before_anything_was_captured_is_one_line(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.fail = KeyboardInterrupt()
    assert main(["profile"]) == 130
    err = capsys.readouterr().err
    assert err.endswith("Build stopped after 0:00\nduronb: Interrupted before anything was captured.\n")


def test_error_of_the_program_itself_is_not_hidden(api: FakeApi) -> None:
    api.fail = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        main(["profile"])


def test_runs_and_show_print_text_or_json(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "baseline"]) == 0
    assert capsys.readouterr().out == "docker_baseline_20260314T150926Z\n"
    assert main(["runs", "--json"]) == 0
    assert [run["id"].split("_")[1] for run in json.loads(capsys.readouterr().out)["runs"]] == ["baseline", "optimized"]
    assert main(["show", "optimized", "--top", "3", "--stage", "File SQLite 1/1"]) == 0
    assert capsys.readouterr().out == (
        "run docker_optimized_20260314T150926Z: 3 frames of File SQLite 1/1\n\ntime budget\n"
    )
    assert main(["show", "optimized", "--bottlenecks"]) == 0
    assert capsys.readouterr().out == "bottlenecks of None\n"
    assert main(["show", "optimized", "--bottlenecks", "--all"]) == 0
    assert capsys.readouterr().out == "bottlenecks of None, advice on all\n"
    assert main(["show", "optimized", "--bucket", "serde"]) == 0
    assert capsys.readouterr().out == "bottlenecks of None, serde\n"
    assert main(["show", "optimized", "--top", "1", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["id"], shown["hot_frames"]) == (
        "docker_optimized_20260314T150926Z",
        [{"name": "frame 0 of None"}],
    )


def test_json_of_a_run_states_null_for_cpu_time_that_was_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "0.1.24", "--json", "--store", str(ROOT / "notebooks" / "data" / "releases")]) == 0
    (stage, *_) = json.loads(capsys.readouterr().out)["runs"][0]["stages"]
    names = ("cpu_seconds_user", "cpu_seconds_system", "steal_seconds", "steal_share")
    assert [stage[name] for name in names] == [None] * 4


def test_export_writes_each_path_and_names_it(api: FakeApi, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    paths = [str(tmp_path / "a.svg"), str(tmp_path / "b.html")]
    assert main(["export", "baseline", *paths, "--stage", "File SQLite 1/1"]) == 0
    assert capsys.readouterr().out.splitlines() == paths
    assert Path(paths[1]).read_text(encoding="utf-8") == "docker_baseline_20260314T150926Z File SQLite 1/1"


@pytest.mark.parametrize("command", TABLES)
def test_every_command_has_help_and_json(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command, "--help"]) == 0
    assert "--json" in capsys.readouterr().out


def test_help_lists_the_words_of_profile(capsys: pytest.CaptureFixture[str]) -> None:
    main(["profile", "--help"])
    out = capsys.readouterr().out
    assert "[SECONDS] [LABEL]" in out
    assert "length of each stage" in out


def test_the_overview_is_made_of_the_summaries(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    words = " ".join(out.split())
    for name, table in TABLES.items():
        assert table.summary in words
        assert f"\n  {name}" in out
        main([name, "--help"])
        assert table.summary in " ".join(capsys.readouterr().out.split())
    assert "  profile [SECONDS] [LABEL]     Build Duroxide" in out
    assert "export RUN PATH..." in out


@pytest.mark.parametrize("name", TABLES)
def test_every_command_is_in_a_file_of_its_own(name: str) -> None:
    command = command_named(name)
    assert command.name == name
    assert command.run.__module__.startswith("duronb.cli.commands.")


def test_help_loads_nothing_heavy() -> None:
    heavy = ("numpy", "pyarrow", "bokeh", "docker", "IPython", "scipy", "fsspec", "duronb.api", "duronb.store")
    code = (
        "import sys; from duronb.cli import main; main(['--help']); main(['profile', '--help']); "
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stderr == "[]\n"


def test_no_command_prints_the_usage_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("usage: duronb COMMAND")
    assert main(["--help"]) == 0


def test_desktop_opens_the_picture_only_where_there_is_one(
    api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def shown(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", shown)
    monkeypatch.setattr(desktop, "has_desktop", lambda: False)
    api.location = str(tmp_path / "run 1")
    (tmp_path / "run 1.svg").write_text("<svg/>", encoding="utf-8")
    assert main(["profile", "5", "quick", "--open"]) == 0
    assert not opened
    monkeypatch.setattr(desktop, "has_desktop", lambda: True)
    assert main(["profile", "5", "quick", "--open"]) == 0
    assert opened == [(tmp_path / "run 1.svg").as_uri()]


@pytest.mark.parametrize(
    ("environment", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "a b"}, "darwin", False),
    ],
)
def test_desktop_is_recognised(environment: dict[str, str], platform: str, there: bool) -> None:
    assert desktop.has_desktop(environment, platform) is there


def test_closed_pipe_ends_quietly(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    assert main(["runs"]) == 141


def test_module_and_version_run_in_a_process_of_their_own() -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "duronb", "--version"], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("duronb ")


@pytest.mark.long
def test_reader_that_closes_the_pipe_sees_no_traceback() -> None:
    code = "import sys, tests.fake_api as f; f.install().stored *= 50000; from duronb.cli import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "runs"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 141


def test_show_opens_the_picture_of_the_newest_run_or_says_why_not(
    api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []

    def shown(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", shown)
    monkeypatch.setattr(desktop, "has_desktop", lambda: True)
    assert main(["show", "--open"]) == 0
    assert "There is no picture beside the run" in capsys.readouterr().err
    api.stored[0].location = str(tmp_path / "run 1")
    (tmp_path / "run 1.svg").write_text("<svg/>", encoding="utf-8")
    assert main(["show", "--open"]) == 0
    assert opened == [(tmp_path / "run 1.svg").as_uri()]
    monkeypatch.setattr(desktop, "has_desktop", lambda: False)
    assert main(["show", "--open"]) == 0
    assert str(tmp_path / "run 1.svg") in capsys.readouterr().err
