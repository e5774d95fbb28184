"""The magics in a real shell: what they ask for, what they show, how they fail."""

from __future__ import annotations

import sys

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from duronb.errors import BuildError, HostError, RequestError
from duronb.notebook.extension import load_ipython_extension, unload_ipython_extension
from duronb.notebook.magics import Interrupted
from duronb.options.remedy import command
from duronb.options.tables import MAGICS
from tests.fake_api import FakeApi, FakeRun


def test_line_is_passed_on_as_arguments_of_profile(shell: InteractiveShell, api: FakeApi) -> None:
    run = shell.run_line_magic(
        "duroprof",
        "--engine docker 7 --ref 'v 1' quick --stages file:1/1,file:2/2 --args '--a \"b c\"' --frequency 99 --rebuild",
    )
    assert isinstance(run, FakeRun)
    assert api.asked == [
        {
            "seconds": 7,
            "label": "quick",
            "engine": "docker",
            "ref": "v 1",
            "stages": ("file:1/1", "file:2/2"),
            "args": ("--a", "b c"),
            "frequency_hz": 99,
            "rebuild": True,
        }
    ]


@pytest.mark.parametrize("line", ["", "# only a comment", ";"])
def test_words_left_out_are_left_to_the_defaults_of_the_request(
    shell: InteractiveShell, api: FakeApi, line: str
) -> None:
    shell.run_line_magic("duroprof", line)
    assert api.asked == [{}]


def test_comment_after_the_words_is_left_out(shell: InteractiveShell, api: FakeApi) -> None:
    shell.run_line_magic("duroprof", "5 quick --args 'a # b' # isn't it quick")
    assert api.asked[0]["args"] == ("a", "#", "b")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("%duroprof 5 a", 1),
        ("run = %duroprof 5 a", 1),
        ("run = %duroprof 5 a\nrun", 1),
        ("run = %duroprof 5 a\nx = 1", 1),
        ("%duroprof 5 a\nx = 1", 1),
        ("%duroprof 5 a\n%duroprof 5 a", 2),
        ("for i in range(3):\n    %duroprof 5 a", 3),
        ("for i in range(3):\n    run = %duroprof 5 a\nrun", 3),
        ("def f():\n    run = %duroprof 5 a\n    return run\nf()", 1),
        ("def f():\n    run = %duroprof 5 a\n    return run\nx = f()", 1),
        ("if True:\n    %duroprof 5 a", 1),
        ("%duroprof 5 a;", 0),
        ("%duroprof 5 a ;", 0),
        ("%duroprof 5 a;  # quietly", 0),
        ("run = %duroprof 5 a;", 0),
        ("run = %duroprof 5 a\nrun;", 1),
        ("run = %duroprof 5 a\n[run][0]", 1),
        ("%time run = %duroprof 5 a", 1),
        ("%%time\n%duroprof 5 a", 1),
        ("%%time\nrun = %duroprof 5 a", 1),
        ("run = %duroshow baseline", 1),
        ("%duroshow baseline", 1),
        ("%duroruns", 0),
        ("%durocompare baseline optimized", 1),
        ("compared = %durocompare baseline optimized", 1),
        ("%durocompare baseline optimized;", 0),
        ("%duroab 0.1.30 0.1.32", 1),
        ("%durohistory", 1),
    ],
)
def test_graph_is_shown_exactly_once_for_each_run(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str, shown: int
) -> None:
    result = shell.run_cell(cell, store_history=True)
    result.raise_error()
    assert capsys.readouterr().out.count("GRAPH") == shown


def test_graph_is_shown_before_what_the_cell_prints_afterwards(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("for name in ('a', 'b'):\n    print('begin', name)\n    %duroprof 5 {name}\n    print('end', name)")
    out = [line for line in capsys.readouterr().out.splitlines() if line]
    assert out == ["begin a", "GRAPH a", "end a", "begin b", "GRAPH b", "end b"]


def test_another_cell_shows_the_run_again_each_time(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("run = %duroprof 5 a", store_history=True)
    capsys.readouterr()
    for _ in range(2):
        shell.run_cell("run", store_history=True)
        assert capsys.readouterr().out.count("GRAPH a") == 1


def test_run_that_failed_cell_showed_is_shown_again_by_the_next(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("run = %duroprof 5 a\n1 / 0", store_history=True)
    capsys.readouterr()
    shell.run_cell("run", store_history=True)
    assert capsys.readouterr().out.count("GRAPH a") == 1


def test_every_expression_shows_its_run_once_where_all_are_shown(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.ast_node_interactivity = "all"
    shell.run_cell("%duroprof 5 a\n'between'\n%duroprof 5 b", store_history=True)
    out = capsys.readouterr().out
    assert [out.count(text) for text in ("GRAPH a", "between", "GRAPH b")] == [1, 1, 1]


def test_underscore_and_out_hold_the_run_that_was_shown(shell: InteractiveShell) -> None:
    number = shell.execution_count
    result = shell.run_cell("%duroprof 5 a", store_history=True)
    assert isinstance(result.result, FakeRun)
    assert shell.user_ns["_"] is result.result
    assert shell.user_ns["Out"][number] is result.result


def test_other_values_are_displayed_as_ever_after_a_run(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("run = %duroprof 5 a\n'other value'", store_history=True)
    assert "'other value'" in capsys.readouterr().out


def test_capture_holds_the_graph_once(shell: InteractiveShell) -> None:
    shell.run_cell("%%capture cap\n%duroprof 5 a", store_history=True).raise_error()
    assert [output.data["text/plain"] for output in shell.user_ns["cap"].outputs] == ["GRAPH a"]


def test_semicolon_still_assigns_the_run(shell: InteractiveShell) -> None:
    shell.run_cell("run = %duroprof 5 a;", store_history=True)
    assert isinstance(shell.user_ns["run"], FakeRun)


def test_display_hook_is_ipythons_own_after_the_cell(shell: InteractiveShell) -> None:
    before = sys.displayhook
    shell.run_cell("run = %duroprof 5 a", store_history=True)
    assert sys.displayhook is before
    assert shell.display_trap.hook is shell.displayhook


def test_runs_are_listed_and_can_be_kept(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%duroruns baseline", store_history=True)
    assert "docker_baseline" in capsys.readouterr().out
    shell.run_cell("found = %duroruns", store_history=True)
    assert capsys.readouterr().out == ""
    assert len(shell.user_ns["found"]) == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("5 quick --nonsense", "Unrecognized arguments: --nonsense. See %duroprof --help."),
        ("5 quick extra", "Unrecognized arguments: extra. See %duroprof --help."),
        ("5 quick --ref", "Argument --ref: expected one argument. See %duroprof --help."),
        ("5 'quick", '"5 \'quick" is not closed'),
    ],
)
def test_wrong_usage_is_a_usage_error_of_one_line(
    shell: InteractiveShell, api: FakeApi, line: str, message: str
) -> None:
    with pytest.raises(UsageError) as error:
        shell.run_line_magic("duroprof", line)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert not api.asked


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("%duroprof thirty", "RequestError: seconds cannot be 'thirty'. Give a whole number from 1 to 86400."),
        ("%duroprof -5", "RequestError: seconds cannot be '-5'. Give a whole number from 1 to 86400."),
        ("%duroprof 0", "RequestError: seconds cannot be '0'. Give a whole number from 1 to 86400."),
        ("run = %duroprof 5 a/b", "RequestError: 'a/b' cannot be a label. Use 1 to 64 letters,"),
        ("%duroshow nothing", "StoreError: There is no run 'nothing'. List the runs: %duroruns"),
        ("%duroprof --bogus", "UsageError: Unrecognized arguments: --bogus. See %duroprof --help."),
    ],
)
def test_errors_are_one_line(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str, line: str) -> None:
    assert not shell.run_cell(cell, store_history=True).success
    captured = capsys.readouterr()
    lines = [each for each in (captured.out + captured.err).splitlines() if each]
    assert len(lines) == 1
    assert lines[0].startswith(line)


def test_failed_build_shows_the_compilers_output_and_no_traceback(
    shell: InteractiveShell, api: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.fail = BuildError("Duroxide does not compile.", "Fix it.", "error[E0308]: mismatched types\n  --> src/lib.rs:1")
    shell.run_cell("%duroprof 5 a", store_history=True)
    out = capsys.readouterr().out
    assert "BuildError: Duroxide does not compile. Fix it.\nerror[E0308]: mismatched types\n  --> src/lib.rs:1" in out
    assert "Traceback" not in out


def test_interrupt_before_anything_was_captured_is_one_line_and_stops_the_cell(
    shell: InteractiveShell, api: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.fail = KeyboardInterrupt()
    result = shell.run_cell("%duroprof 5 a\nprint('went on')", store_history=True)
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    out = capsys.readouterr().out
    assert "Interrupted before anything was captured.\n" in out
    assert "Traceback" not in out
    assert "went on" not in out


def test_interrupted_run_is_returned_and_shown(
    shell: InteractiveShell, api: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.status = "interrupted"
    shell.run_cell("run = %duroprof 5 a", store_history=True)
    assert shell.user_ns["run"].status == "interrupted"
    assert capsys.readouterr().out.count("GRAPH a") == 1


def test_caught_error_is_an_ordinary_exception(shell: InteractiveShell, api: FakeApi) -> None:
    api.fail = HostError("No Docker engine answers.", "Start one.")
    cell = "try:\n    %duroprof 5 a\nexcept Exception as error:\n    caught = error"
    shell.run_cell(cell).raise_error()
    assert shell.user_ns["caught"] is api.fail


def test_help_names_every_option(shell: InteractiveShell) -> None:
    text = shell.find_line_magic("duroprof").__doc__
    for word in ("SECONDS", "LABEL", "--repo", "--ref", "--release", "--stages", "--frequency", "--store"):
        assert word in text
    assert text.index("--repo") < text.index("--rebuild")


@pytest.mark.parametrize("magic", MAGICS)
@pytest.mark.parametrize("line", ["-h", "--help", "5 --help", "x --store y -h"])
def test_every_magic_prints_its_help(
    shell: InteractiveShell, api: FakeApi, capsys: pytest.CaptureFixture[str], magic: str, line: str
) -> None:
    assert shell.run_line_magic(magic, line) is None
    out = capsys.readouterr().out
    assert out.startswith(f"usage: %{magic} [-h]")
    assert [flag for option in MAGICS[magic].options for flag in option.flags if flag not in out] == []
    assert out == f"{shell.find_line_magic(magic).__doc__}\n"
    assert not api.asked


def test_help_among_the_arguments_of_the_workload_prints_no_help(shell: InteractiveShell, api: FakeApi) -> None:
    shell.run_line_magic("duroprof", "5 quick --args --help")
    assert api.asked[0]["args"] == ("--help",)


def state(shell: InteractiveShell) -> dict[str, object]:
    """Return all that an extension can change in a shell."""
    manager = shell.magics_manager
    return {
        "magics": {kind: dict(found) for kind, found in manager.magics.items()},
        "registry": dict(manager.registry),
        "user magics": {name: value for name, value in vars(manager.user_magics).items() if callable(value)},
        "matchers": list(shell.Completer.custom_matchers),
        "hooks": {name: list(found) for name, found in shell.events.callbacks.items()},
        "display hook": (sys.displayhook, shell.display_trap.hook),
        "transformers": (list(shell.input_transformers_cleanup), list(shell.input_transformers_post)),
        "front end": command("runs"),
    }


def test_the_extension_is_loaded_twice_and_unloaded_without_trace(shell: InteractiveShell) -> None:
    unload_ipython_extension(shell)
    before = state(shell)
    load_ipython_extension(shell)
    assert [name for name in MAGICS if shell.find_line_magic(name) is None] == []
    load_ipython_extension(shell)
    matchers = before["matchers"]
    assert isinstance(matchers, list)
    assert len(shell.Completer.custom_matchers) == len(matchers) + 1
    shell.run_cell("run = %duroprof 5 a")
    unload_ipython_extension(shell)
    assert state(shell) == before
    assert [name for name in MAGICS if shell.find_line_magic(name) is not None] == []
    unload_ipython_extension(shell)
    assert state(shell) == before


@pytest.mark.parametrize(
    ("magic", "line", "asked"),
    [
        (
            "durocompare",
            "baseline optimized --margin 3 --stage 'File SQLite 2/2' --force",
            {
                "compare": {
                    "before": "baseline",
                    "after": "optimized",
                    "stage": "File SQLite 2/2",
                    "margin": 0.03,
                    "force": True,
                }
            },
        ),
        (
            "durocompare",
            "last",
            {"compare": {"series": "last"}},
        ),
        (
            "duroab",
            "HEAD . --blocks 7 --stages file:2/2,file:1/1 --after-options '--args \"-x y\"'",
            {
                "ab": {
                    "before": "HEAD",
                    "after": ".",
                    "blocks": 7,
                    "stages": ("file:2/2", "file:1/1"),
                    "after_options": {"args": ("-x", "y")},
                }
            },
        ),
        ("duroab", "--more 5 last", {"ab": {"before": "last", "more": 5}}),
        ("duroab", "HEAD . --rebuild", {"ab": {"before": "HEAD", "after": ".", "rebuild": True}}),
        ("durohistory", "--metric lock_warnings --by time", {"history": {"metric": "lock_warnings", "by": "time"}}),
        (
            "durotag",
            "baseline before-wal",
            {"tag": {"run": "baseline", "name": "before-wal"}},
        ),
    ],
)
def test_the_other_magics_pass_their_words_on(
    shell: InteractiveShell, api: FakeApi, magic: str, line: str, asked: dict[str, object]
) -> None:
    shell.run_line_magic(magic, line)
    assert api.asked == [asked]


def test_clean_asks_for_what_is_kept(shell: InteractiveShell, api: FakeApi) -> None:
    assert shell.run_line_magic("duroclean", "--keep 5 --dry-run") == "cleaned"
    assert api.asked[0]["clean"]["keep"] == 5
    assert api.asked[0]["clean"]["dry_run"] is True


@pytest.mark.parametrize(
    ("magic", "line", "message"),
    [
        ("durocompare", "a b --margin much", "--margin cannot be 'much'"),
        ("duroab", "one", "An A/B has two sides"),
        ("duroab", "a b --blocks 0", "--blocks cannot be '0'"),
        ("duroab", "--more 2 last --seconds 5", "--seconds cannot be changed for a stored series"),
        ("duroab", "--more 2 last --rebuild", "--rebuild cannot be changed for a stored series"),
        ("duroclean", "", "The number of runs to keep is missing"),
    ],
)
def test_wrong_usage_of_the_other_magics_is_one_line(
    shell: InteractiveShell, api: FakeApi, magic: str, line: str, message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        shell.run_line_magic(magic, line)
    assert api.asked == []


def test_an_interrupted_ab_is_one_line(shell: InteractiveShell, api: FakeApi) -> None:
    api.fail = KeyboardInterrupt()
    with pytest.raises(Interrupted) as caught:
        shell.run_line_magic("duroab", "HEAD .")
    assert caught.value._render_traceback_() == ["Interrupted before anything was captured."]
