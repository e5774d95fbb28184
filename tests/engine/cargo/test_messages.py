from __future__ import annotations

import json

import pytest

from duronb.engine.cargo.messages import built_executable, compiled_packages, package_ids
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


def of_package(package_id: str, *, fresh: bool = False) -> str:
    return json.dumps({"reason": "compiler-artifact", "package_id": package_id, "target": {}, "fresh": fresh})


def test_packages_of_a_build_are_those_of_its_messages_also_where_nothing_had_to_be_compiled() -> None:
    messages = [
        of_package("registry+https://index#tokio@1.45.0"),
        of_package("registry+https://index#serde@1.0.219", fresh=True),
        of_package("registry+https://index#serde@1.0.219"),
        json.dumps({"reason": "build-script-executed", "package_id": "registry+https://index#libc@0.2.1"}),
        json.dumps({"reason": "compiler-artifact", "package_id": None}),
        "{not json",
        artifact(None),
    ]
    ids = ["registry+https://index#serde@1.0.219", "registry+https://index#tokio@1.45.0"]
    assert package_ids(messages) == ids
    assert compiled_packages(ids) == "serde 1.0.219, tokio 1.45.0"


@pytest.mark.parametrize(
    ("package_id", "line"),
    [
        ("registry+https://example.org/index#zstd-sys@2.0.16+zstd.1.5.7", "zstd-sys 2.0.16+zstd.1.5.7"),
        ("sparse+https://example.org/#a_b@1.2.3", "a_b 1.2.3"),
        ("git+https://github.com/x/sqlx?branch=a/b#0.9.0-alpha.1", "sqlx 0.9.0-alpha.1"),
        ("git+https://github.com/x/sqlx?rev=ab#sqlx-core@0.9.0", "sqlx-core 0.9.0"),
        ("serde 1.0.130 (registry+https://example.org/index)", "serde 1.0.130"),
        ("registry+https://example.org/index#duroxide@0.1.32", ""),
        ("path+file:///home/me/a%20checkout#0.1.32", ""),
        ("path+file:///home/me/checkout#sqlite-stress@0.1.0", ""),
        ("sqlite-stress 0.1.0 (path+file:///home/me/check (out))", ""),
        ("another form", None),
        ("registry+https://x#a b@1.0", None),
    ],
)
def test_a_package_is_named_with_its_version_unless_it_is_the_subject_or_has_a_path(
    package_id: str, line: str | None
) -> None:
    assert compiled_packages([package_id]) == line


def test_of_a_build_without_ids_nothing_is_known() -> None:
    assert compiled_packages([]) is None
    assert compiled_packages(["", "another form"]) is None
