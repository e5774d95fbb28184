from __future__ import annotations

from dataclasses import replace

from duronb.engine.cargo.kept import Kept, build_key, choose_build, surplus
from duronb.engine.cargo.settings import BuildSettings
from duronb.subject.cargo_lock import lock_hash
from duronb.subject.snapshot import Entry, source_of
from duronb.subject.source import BuildPlan


def settings(compiler: str, **stated: str) -> BuildSettings:
    return BuildSettings(compiler=compiler, c_flags={}, stated=stated)


PLAN = BuildPlan(source=source_of([Entry("a", "file", b"a")]), cargo_arguments=("--release",), binary="app")


def lock(**versions: str) -> bytes:
    packages = (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "r"\n' for name, version in versions.items()
    )
    return "".join(packages).encode()


def test_a_key_changes_with_whatever_may_change_the_binary() -> None:
    key = build_key(PLAN, settings("rustc 1"), {"RUSTFLAGS": "-g"})
    assert len(key) == 32
    assert int(key, 16) >= 0
    assert key == build_key(replace(PLAN), settings("rustc 1"), {"RUSTFLAGS": "-g"})
    others = [
        build_key(
            replace(PLAN, source=source_of([Entry("a", "file", b"b")])), settings("rustc 1"), {"RUSTFLAGS": "-g"}
        ),
        build_key(replace(PLAN, cargo_arguments=("--release", "--bin")), settings("rustc 1"), {"RUSTFLAGS": "-g"}),
        build_key(replace(PLAN, binary="other"), settings("rustc 1"), {"RUSTFLAGS": "-g"}),
        build_key(replace(PLAN, kind="example"), settings("rustc 1"), {"RUSTFLAGS": "-g"}),
        build_key(PLAN, settings("rustc 1", CARGO_INCREMENTAL="1"), {"RUSTFLAGS": "-g"}),
        build_key(replace(PLAN, workspace="deep"), settings("rustc 1"), {"RUSTFLAGS": "-g"}),
        build_key(PLAN, settings("rustc 2"), {"RUSTFLAGS": "-g"}),
        build_key(PLAN, settings("rustc 1"), {"RUSTFLAGS": ""}),
        build_key(PLAN, settings("rustc 1"), {"RUSTFLAGS": "-g"}, "sha256:1"),
        build_key(PLAN, settings("rustc 1"), {"RUSTFLAGS": "-g"}, "sha256:2"),
    ]
    assert len({key, *others}) == 11


def test_without_a_seed_any_versions_will_do() -> None:
    def no_lock(name: str) -> bytes | None:
        raise AssertionError(name)

    assert choose_build("key", None, ["key-1"], no_lock) == "key"


def test_a_seeded_build_is_found_again_and_one_of_the_same_versions_is_used() -> None:
    seed = lock(tokio="1.0.0", serde="2.0.0")
    mine = f"key-{lock_hash(seed)[:16]}"
    locks = {
        "key": lock(tokio="9.0.0"),
        "key-1": lock(tokio="1.0.0"),
        "key-0": None,
        "keys": seed,
        "key-2.partial": seed,
    }
    assert choose_build("key", seed, locks, locks.get) == "key-1"
    assert choose_build("key", seed, [*locks, mine], locks.get) == mine
    assert choose_build("key", seed, ["key", "key-0", "keys", "key-2.partial"], locks.get) == mine
    assert choose_build("key", seed, [], locks.get) == mine


def test_the_least_recently_used_and_incomplete_builds_are_removed() -> None:
    found = [Kept("b", 2.0), Kept("a", 1.0), Kept("c", 3.0), Kept("partial-new", 9000.0), Kept("partial-old", 6000.0)]
    assert sorted(surplus(found, 2, now=10_000.0)) == ["a", "partial-old"]
    assert surplus(found[:3], 3, now=10_000.0) == []
    assert surplus([Kept("x.partial", 0.0)], 5, now=10_000.0) == ["x.partial"]
    assert surplus([], 0, now=0.0) == []
