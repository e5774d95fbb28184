from __future__ import annotations

import json

import pytest

from duronb.engine.cargo.messages import built_executable
from duronb.errors import BuildError
from duronb.subject.snapshot import source_of
from duronb.subject.source import BuildPlan

PLAN = BuildPlan(source=source_of([]), cargo_arguments=(), binary="app")


def artifact(executable: str | None, name: str = "app", kind: str = "bin") -> str:
    target = {"kind": [kind], "crate_types": ["bin"], "name": name, "src_path": "/src/main.rs"}
    return json.dumps({"reason": "compiler-artifact", "target": target, "executable": executable, "fresh": True})


def test_the_executable_of_the_wanted_program_is_found_among_other_messages() -> None:
    messages = [
        "a wrapper prints this",
        "{not json",
        "[]",
        json.dumps({"reason": "build-script-executed", "env": []}),
        artifact(None, kind="lib"),
        artifact("/t/release/other", "other"),
        artifact("/t/release/examples/app", kind="example"),
        artifact("/t/x86_64/release/app"),
        json.dumps({"reason": "build-finished", "success": True}),
    ]
    assert built_executable(messages, PLAN) == "/t/x86_64/release/app"


@pytest.mark.parametrize("messages", [[], [artifact("/t/release/other", "other")]])
def test_without_a_message_nothing_is_taken_for_the_program(messages: list[str]) -> None:
    with pytest.raises(BuildError, match="did not build app"):
        built_executable(messages, PLAN)


def test_a_program_for_two_targets_is_refused() -> None:
    with pytest.raises(BuildError, match="2 targets"):
        built_executable([artifact("/t/one/app"), artifact("/t/two/app")], PLAN)
