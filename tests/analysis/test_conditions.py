from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from duronb.analysis.comparison.compare import compare_runs
from duronb.analysis.conditions import (
    CONDITIONS,
    HOST,
    binary_text,
    comparable,
    condition_texts,
    different_packages_text,
    locked_differences,
    mismatches,
    usual,
)
from duronb.model.record.environment import Environment
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from tests.analysis.comparison.sides import ENVIRONMENT, run_of, series_sides, side, stage_of_rate
from tests.given_files import GivenFiles


def changed(run: RunRecord, condition: str) -> RunRecord:
    """Return the run under another condition."""
    keys = {
        "image": "image_id", "host": "host",
        "sampler": "sampler", "event": "event", "processor": "cpu", "cores": "cores",
        "architecture": "architecture", "kernel": "kernel", "file system of the database": "tmp_filesystem",
        "toolchain": "toolchain", "engine": "engine",
    }  # fmt: skip
    requests: dict[str, dict[str, Any]] = {
        "seconds per stage": {"seconds": 99},
        "workload arguments": {"args": ("--fast",)},
        "frequency": {"frequency_hz": 99},
        "call graph": {"call_graph": "dwarf"},
        "warm-up per stage": {"warmup_seconds": 5},
    }
    if condition in keys:
        another = {keys[condition]: 99 if condition == "cores" else "another"}
        return run.with_parts(environment=Environment.from_json(run.environment.to_json() | another))
    if condition == "compiler flags":
        return run.with_parts(environment=replace(run.environment, flags={"CFLAGS": "-O0"}))
    if condition == "build settings":
        return run.with_parts(environment=replace(run.environment, build_settings={"CARGO_INCREMENTAL": "1"}))
    if condition == "workload":
        return run.with_parts(subject=replace(run.subject, workload="another"))
    return run.with_parts(request=replace(run.request, **requests[condition]))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_that_differs_is_named_with_what_each_side_has(condition: str) -> None:
    before = side("a", [20.0, 21.0])
    after = [changed(run, condition) for run in side("b", [20.0, 21.0])]
    (found,) = mismatches(before, after)
    assert found.condition == condition
    assert str(found) == f"{condition}: {found.before} before, {found.after} after"
    assert found.before == condition_texts(before[0])[condition]
    assert found.after == condition_texts(after[0])[condition] != found.before
    assert mismatches(before, before) == []


def test_what_a_run_does_not_state_is_unknown_and_equals_what_another_does_not() -> None:
    bare = run_of("a", 0, [], environment={"engine": "native"})
    assert condition_texts(bare)["kernel"] == "unknown"
    assert mismatches([bare], [replace(bare, id="x")]) == []
    full = run_of("b", 1, [])
    assert "kernel: unknown before, 6.1 after" in [str(found) for found in mismatches([bare], [full])]


def test_an_imported_run_states_its_seconds_in_its_stages() -> None:
    imported = run_of("a", 0, [stage_of_rate(20.0)], environment={"engine": "import"})
    assert condition_texts(imported)["seconds per stage"] == "10"
    assert condition_texts(imported.with_parts(stages=[]))["seconds per stage"] == "unknown"


def test_the_host_is_part_of_the_conditions() -> None:
    assert set(HOST) <= set(CONDITIONS)


def test_the_usual_condition_is_the_most_common_and_the_newest_of_it() -> None:
    runs = [*side("a", [1.0, 2.0, 3.0]), *[changed(run, "kernel") for run in side("b", [1.0, 2.0], first=10)]]
    assert usual(runs) is runs[2]
    assert comparable(runs, runs[0]) == runs[:3]
    assert usual([]) is None


LOCK = b"""
version = 4
[[package]]
name = "duroxide"
version = "%s"
source = "registry+x"
[[package]]
name = "sqlx"
version = "%s"
source = "registry+x"
[[package]]
name = "the-workload"
version = "9.9.9"
"""


def locked(
    label: str, subject: str, sqlx: str, extra: bytes = b"", source: str | None = "one source"
) -> list[RunRecord]:
    return side(label, [20.0, 21.0], lock=LOCK % (subject.encode(), sqlx.encode()) + extra, subject=source)


def package(name: str, version: str) -> bytes:
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "registry+x"\n'.encode()


def test_packages_of_other_commits_are_part_of_the_change() -> None:
    before = locked("a", "0.1.9", "0.8.0", source="commit a")
    after = locked("b", "0.1.32", "0.8.1", source="commit b")
    assert mismatches(before, after) == []
    result = compare_runs(before, after)
    assert result.verdict != "not comparable"
    assert (
        "The subjects are also locked with different packages, which is part of the change: sqlx 0.8.0 → 0.8.1."
        in result.notices
    )
    overlapping = [*before, *locked("c", "0.1.9", "0.8.0", source="commit b")]
    assert [each.condition for each in mismatches(overlapping, after)] == ["Cargo.lock"]


@pytest.mark.parametrize(
    "name", ["r-efi", "winapi", "wasip2", "windows-sys", "wasm-bindgen", "redox_syscall", "js-sys"]
)
def test_a_package_that_is_never_compiled_here_is_no_difference(name: str) -> None:
    sides = [
        locked(label, "0.1.9", "0.8.0", package(name, version)) for label, version in (("a", "1.0.0"), ("b", "2.0.0"))
    ]
    assert mismatches(*sides) == []
    assert locked_differences(*sides) == []


def test_the_packages_that_matter_come_first() -> None:
    sides = [
        locked(label, "0.1.9", version, package("adler", version) + package("tokio", version))
        for label, version in (("a", "1.0.0"), ("b", "2.0.0"))
    ]
    assert [name for name, _, _ in locked_differences(*sides)] == ["sqlx", "tokio", "adler"]


def test_a_different_locked_version_is_a_mismatch_except_for_the_subject() -> None:
    assert mismatches(locked("a", "0.1.1", "0.8.0"), locked("b", "0.1.2", "0.8.0")) == []
    (found,) = mismatches(locked("a", "0.1.1", "0.8.0"), locked("b", "0.1.2", "0.8.1"))
    assert str(found) == "Cargo.lock: sqlx 0.8.0 before, sqlx 0.8.1 after"


def test_a_package_that_only_one_side_requires_is_no_mismatch() -> None:
    extra = b'[[package]]\nname = "rand"\nversion = "1.0.0"\nsource = "registry+x"\n'
    assert mismatches(locked("a", "0.1.1", "0.8.0"), locked("b", "0.1.2", "0.8.0", extra)) == []


def test_a_damaged_lock_file_is_ignored() -> None:
    broken = side("a", [20.0], lock=b"\xff[[not toml")
    odd = side("b", [20.0], lock=b"package = [1, {name = 'x'}]")
    assert locked_differences(broken, odd) == []
    assert mismatches(broken, locked("b", "0.1.1", "0.8.0")) == []


def with_lock(run: RunRecord, lock: bytes) -> RunRecord:
    return replace(run, files=GivenFiles(cargo_lock=lock))


def test_an_ab_began_with_one_lock_so_its_packages_are_what_the_subjects_require() -> None:
    sides = series_sides([[20.0, 21.0], [20.0, 21.0]])
    locks = [LOCK % (b"0.1.1", version) for version in (b"0.8.0", b"0.8.1")]
    before, after = ([with_lock(run, lock) for run in runs] for runs, lock in zip(sides, locks, strict=True))
    assert locked_differences(before, after) == [("sqlx", "0.8.0", "0.8.1")]
    assert mismatches(before, after) == []


def stating(run: RunRecord, packages: str | None) -> RunRecord:
    return run.with_parts(environment=replace(run.environment, compiled_packages=packages))


def test_what_cargo_compiled_counts_instead_of_the_lock_file() -> None:
    before, after = locked("a", "0.1.1", "0.8.0"), locked("b", "0.1.1", "0.8.1")
    same = [[stating(run, "tokio 1.45.0") for run in runs] for runs in (before, after)]
    assert mismatches(*same) == []
    other = [stating(run, "tokio 1.45.1") for run in after]
    (found,) = mismatches(same[0], other)
    assert str(found) == "Cargo.lock: tokio 1.45.0 before, tokio 1.45.1 after"
    # A run of an earlier version has only its lock file, which may have more than was compiled.
    assert locked_differences([stating(run, "sqlx 0.8.1") for run in before], after) == []
    assert locked_differences([stating(run, "sqlx 0.8.2") for run in before], after) == [("sqlx", "0.8.2", "0.8.1")]
    assert locked_differences([stating(run, "") for run in before], after) == []


def test_packages_that_only_one_side_compiled_are_named_in_the_notice() -> None:
    before, after = locked("a", "0.1.1", "0.8.0", source="commit a"), locked("b", "0.1.2", "0.8.0", source="commit b")
    sides = [stating(run, "ring 1.0.0, sqlx 0.8.0") for run in before], [stating(run, "sqlx 0.8.1") for run in after]
    assert different_packages_text(*sides) == "sqlx 0.8.0 → 0.8.1; only before: ring"
    many = [stating(run, ", ".join(f"new-{number} 1.0" for number in range(5))) for run in after]
    assert different_packages_text([stating(run, "") for run in before], many) == (
        "only after: new-0, new-1, new-2 and 2 more"
    )
    # A lock file has more than cargo compiles, so a package that only the lock file has says nothing.
    assert different_packages_text(before, [stating(run, "") for run in after]) == ""
    assert different_packages_text(before, before) == ""


def test_a_lock_file_is_not_read_for_a_run_that_states_its_packages() -> None:
    class NoLock(GivenFiles):
        def read_cargo_lock(self) -> bytes:
            raise AssertionError

    runs = [replace(stating(run, "sqlx 0.8.0"), files=NoLock()) for run in side("a", [20.0, 21.0])]
    assert locked_differences(runs[:1], runs[1:]) == []


def test_packages_that_the_build_does_not_reach_are_no_difference() -> None:
    def text(version: str) -> bytes:
        return package("only-windows", "1.0.0") + b'dependencies = ["deeper"]\n' + package("deeper", version)

    root = b'[[package]]\nname = "windows-sys"\nversion = "0.1.0"\nsource = "x"\ndependencies = ["only-windows"]\n'
    sides = [locked(name, "0.1.9", "0.8.0", root + text(version)) for name, version in (("a", "1.0.0"), ("b", "2.0.0"))]
    assert mismatches(*sides) == []


def test_environment_of_the_made_up_runs_states_every_condition_that_is_not_optional() -> None:
    stated = {name for name, text in condition_texts(run_of("a", 0, [])).items() if text != "unknown"}
    assert set(CONDITIONS) - stated == {"image"}
    assert ENVIRONMENT["engine"] == "native"
    assert ProfileRequest(seconds=10).seconds == 10


def test_the_binary_is_stated_but_is_no_condition() -> None:
    def of(**identity: str) -> RunRecord:
        return run_of("a", 0, [], environment=ENVIRONMENT | identity)

    one, other = of(binary_sha256="0" * 64, build_id="ab12"), of(binary_sha256="1" * 64)
    assert binary_text(one) == "build id ab12"
    assert binary_text(other) == f"SHA-256 {'1' * 64}"
    assert binary_text(of()) == "unknown"
    assert mismatches([one], [other]) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({"tmp": "tmpfs, 12076 MB"}, {"tmp_filesystem": "tmpfs", "database_on": "tmpfs"}, None),
        (
            {"tmp": "tmpfs, 12076 MB"},
            {"tmp_filesystem": "ext4", "database_on": "volume"},
            "tmpfs before, ext4 (volume)",
        ),
        (
            {"tmp_filesystem": "ext4", "database_on": "volume"},
            {"tmp_filesystem": "ext4", "database_on": "/mnt/slow"},
            "ext4 (volume) before, ext4 (/mnt/slow)",
        ),
        ({"tmp_filesystem": "ext4"}, {"tmp_filesystem": "ext4"}, None),
    ],
)
def test_runs_are_comparable_if_their_databases_were_on_the_same(
    before: dict[str, str], after: dict[str, str], says: str | None
) -> None:
    rest = {name: value for name, value in ENVIRONMENT.items() if name != "tmp_filesystem"}
    runs = [run_of("a", number, [], environment=rest | facts) for number, facts in enumerate((before, after))]
    found = [str(mismatch) for mismatch in mismatches(runs[:1], runs[1:])]
    assert found == ([] if says is None else [f"file system of the database: {says} after"])


def test_a_version_that_one_side_locks_in_addition_is_no_difference() -> None:
    """As in 0.1.24 and 0.1.28, where only a package that is not compiled requires the second base64."""
    sides = [
        locked("a", "0.1.24", "0.8.0", package("base64", "0.21.7") + package("base64", "0.22.1")),
        locked("b", "0.1.28", "0.8.0", package("base64", "0.22.1")),
    ]
    assert locked_differences(*sides) == []
    assert mismatches(*sides) == []
