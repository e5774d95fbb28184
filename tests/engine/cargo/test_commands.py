from __future__ import annotations

import pytest

from duronb.engine.cargo.commands import (
    build_environment,
    locked_version,
    newest_release_probe,
    recorded_flags,
)
from duronb.engine.cargo.settings import BuildSettings


def rustc(release: str, host: str = "x86_64-unknown-linux-gnu") -> str:
    return f"rustc {release} (abc 2026-01-01)\nbinary: rustc\nhost: {host}\nrelease: {release}\nLLVM version: 22\n"


def settings(compiler: str, *flags: str, **c_flags: str) -> BuildSettings:
    return BuildSettings(compiler=compiler, rust_flags=flags, c_flags=c_flags, stated={})


@pytest.mark.parametrize(
    ("compiler", "expected"),
    [
        (rustc("1.95.0"), True),
        (rustc("1.90.0-nightly"), True),
        (rustc("2.0.0"), True),
        (rustc("1.89.0"), False),
        (rustc("1.95.0", "aarch64-unknown-linux-gnu"), False),
        (rustc("1.95.0", "aarch64-apple-darwin"), False),
        (rustc("1.95.0", "x86_64-unknown-linux-musl"), False),
        ("", False),
    ],
)
def test_only_compilers_that_link_with_lld_get_its_option(compiler: str, expected: bool) -> None:
    flags = recorded_flags(build_environment(settings(compiler)))["RUSTFLAGS"]
    assert ("link-arg=" in flags) == expected
    assert "-C force-frame-pointers=yes" in flags


def test_flags_that_are_set_are_kept_and_come_first() -> None:
    flags = {"CFLAGS": "-O1 -DX", "CFLAGS_x86_64_unknown_linux_gnu": "-O3"}
    environment = build_environment(settings(rustc("1.80.0"), "--cfg", "a b", **flags))
    assert environment["CFLAGS"] == "-O1 -DX -fno-omit-frame-pointer"
    assert environment["CFLAGS_x86_64_unknown_linux_gnu"] == "-O3 -fno-omit-frame-pointer"
    assert environment["CXXFLAGS"] == "-fno-omit-frame-pointer"
    assert environment["CARGO_ENCODED_RUSTFLAGS"].split("\x1f") == ["--cfg", "a b", "-C", "force-frame-pointers=yes"]
    assert recorded_flags(environment) == {
        "RUSTFLAGS": "--cfg a b -C force-frame-pointers=yes",
        "CFLAGS": "-O1 -DX -fno-omit-frame-pointer",
        "CFLAGS_x86_64_unknown_linux_gnu": "-O3 -fno-omit-frame-pointer",
    }


def test_a_build_keeps_its_symbols() -> None:
    environment = build_environment(settings(rustc("1.80.0")))
    assert environment["CARGO_PROFILE_RELEASE_STRIP"] == "none"
    assert environment["CARGO_PROFILE_RELEASE_DEBUG"] == "line-tables-only"
    assert environment["CARGO_TERM_COLOR"] == "never"


def test_the_newest_release_is_read_from_a_lock_file() -> None:
    assert b'duroxide = "*"' in newest_release_probe()["Cargo.toml"]
    assert locked_version(b'[[package]]\nname = "duroxide"\nversion = "0.1.32"\n') == "0.1.32"
    assert locked_version(b"version = 4\n") is None
    assert locked_version(b"\xff[") is None
