from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from duronb.errors import RequestError
from duronb.request import ProfileRequest
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf
from duronb.sampling.protocol import Sampler
from duronb.subject.plan import WorkloadPlan, find_subject
from tests.subject.conftest import write

PERF = Perf()
EMBEDDED = Embedded()


def plan(root: Path | None, sampler: Sampler = PERF, **options: Any) -> WorkloadPlan:
    request = ProfileRequest(seconds=10, repo=None if root is None else str(root), **options)
    return find_subject(request).plan(request, sampler, lambda release: "0.1.32" if release == "latest" else release)


def files(plan: WorkloadPlan) -> set[str]:
    stream = io.BytesIO()
    plan.build.source.write_tar(stream)
    stream.seek(0)
    with tarfile.open(fileobj=stream) as tar:
        return set(tar.getnames())


def test_a_checkout_runs_its_own_stress_test_with_one_positional_number(checkout: Path) -> None:
    made = plan(checkout)
    assert made.build.cargo_arguments == ("--release", "--package", "duroxide-sqlite-stress", "--bin", "sqlite-stress")
    assert made.build.binary == "sqlite-stress"
    assert made.arguments == ("10",)
    assert made.expects.to_json() == {"stages": 4, "seconds": 10}
    assert made.subject.workload == "sqlite-stress"


def test_an_old_checkout_runs_its_old_stress_test_with_a_notice(checkout: Path) -> None:
    write(
        checkout,
        "sqlite-stress/Cargo.toml",
        '[package]\nname = "duroxide-stress-tests"\nautobins = false\n[[bin]]\nname = "parallel_orchestrations"\n',
    )
    made = plan(checkout)
    assert made.build.cargo_arguments[2:] == ("duroxide-stress-tests", "--bin", "parallel_orchestrations")
    assert made.notices


@pytest.mark.parametrize("options", [{"stages": ("file:2/2",)}, {"sampler": EMBEDDED}])
def test_stages_and_the_embedded_sampler_take_the_bundled_workload(checkout: Path, options: dict[str, Any]) -> None:
    write(checkout, "Cargo.lock", "version = 4\n")
    made = plan(checkout, **options)
    assert made.build.workspace == ".duronb-workload"
    assert made.build.binary == "duronb-workload"
    assert {"src/lib.rs", ".duronb-workload/Cargo.toml", ".duronb-workload/Cargo.lock"} <= files(made)
    assert made.arguments == ("10", *(("--stages", "file:2/2") if "stages" in options else ()))
    assert made.expects.stages == (1 if "stages" in options else 4)
    assert ("sampler" in made.build.cargo_arguments) == ("sampler" in options)


def test_a_checkout_without_a_stress_binary_runs_the_bundled_workload_with_a_notice(checkout: Path) -> None:
    write(checkout, "sqlite-stress/Cargo.toml", '[package]\nname = "x"\nautobins = false\n')
    made = plan(checkout)
    assert made.build.binary == "duronb-workload"
    assert "bundled workload" in made.notices[0]


def test_an_example_is_repeated_for_the_seconds(checkout: Path) -> None:
    made = plan(checkout, example="hello_world", args=("a b", "--x"))
    assert made.build.cargo_arguments == ("--release", "--package", "duroxide", "--example", "hello_world")
    assert made.build.binary == "hello_world"
    assert (made.arguments, made.repeat_seconds, made.expects.stages) == (("a b", "--x"), 10, 0)


def test_arguments_replace_the_seconds_of_a_named_binary(checkout: Path) -> None:
    assert plan(checkout, bin="large-payload-stress").arguments == ("10",)
    made = plan(checkout, bin="large-payload-stress", args=("7",))
    assert (made.arguments, made.expects.seconds, made.expects.stages) == (("7",), 7, 1)


def test_a_program_without_a_duration_gets_no_seconds(checkout: Path) -> None:
    write(checkout, "src/main.rs", "fn main() {}")
    made = plan(checkout, bin="duroxide")
    assert made.arguments == ()
    assert "until it exits" in made.notices[0]


def test_a_release_is_a_crate_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = plan(None, release="0.1.1", stages=("memory:1/1", "file:2/2"))
    assert made.build.workspace == "."
    assert made.arguments == ("10", "--stages", "memory:1/1,file:2/2")
    assert made.subject.name == "duroxide 0.1.1"
    assert made.subject.source_hash == made.build.source.source_hash


def test_with_neither_checkout_nor_release_the_newest_release_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert plan(None).subject.name == "duroxide 0.1.32"


def test_the_checkout_in_the_working_directory_is_taken(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout / "src")
    assert plan(None).subject.kind == "checkout"


@pytest.mark.parametrize("options", [{"bin": "nope"}, {"example": "nope"}, {"ref": "nope"}])
def test_unknown_names_are_refused_before_an_engine_is_needed(checkout: Path, options: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="nope"):
        find_subject(ProfileRequest(repo=str(checkout), **options))


def test_a_binary_without_a_checkout_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RequestError, match="not a Duroxide checkout"):
        find_subject(ProfileRequest(bin="sqlite-stress"))


@pytest.mark.parametrize("options", [{"bin": "sqlite-stress"}, {"example": "hello_world"}, {"call_graph": "dwarf"}])
def test_requests_that_the_embedded_sampler_does_not_support_are_refused(
    checkout: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(RequestError, match="--engine docker or native"):
        plan(checkout, EMBEDDED, **options)
    with pytest.raises(RequestError, match="--engine docker or native"):
        find_subject(ProfileRequest(repo=str(checkout), engine="embedded", **options))
