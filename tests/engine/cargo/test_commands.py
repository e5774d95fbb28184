from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.engine.cargo.commands import (
    build_environment,
    build_failure,
    error_tail,
    locked_version,
    newest_release_probe,
    recorded_flags,
    unknown_release,
)
from duronb.engine.cargo.settings import BuildSettings
from duronb.errors import BuildError, HostError, RequestError


def rustc(release: str, host: str = "x86_64-unknown-linux-gnu") -> str:
    return f"rustc {release} (abc 2026-01-01)\nbinary: rustc\nhost: {host}\nrelease: {release}\nLLVM version: 22\n"


def settings(compiler: str, *flags: str, **c_flags: str) -> BuildSettings:
    return BuildSettings(compiler=compiler, rust_flags=flags, c_flags=c_flags, stated={})


UNKNOWN = """    Updating crates.io index
error: failed to select a version for the requirement `duroxide = "=0.1.99"`
candidate versions found which didn't match: 0.1.32, 0.1.30, 0.1.29, ...
location searched: crates.io index
required by package `duronb-workload v0.1.0 (/somewhere)`
"""


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


def test_the_tail_begins_with_the_first_error() -> None:
    output = (
        "   Compiling x\nwarning: unused\n\x1b[1m\x1b[31merror[E0308]\x1b[0m: mismatched types\n --> src/lib.rs:1:1\n"
    )
    assert error_tail(output) == "error[E0308]: mismatched types\n --> src/lib.rs:1:1"


def test_without_an_error_the_tail_is_the_end() -> None:
    tail = error_tail("\n".join(f"line {number}" for number in range(100)))
    assert tail.startswith("line 60\n")
    assert tail.endswith("line 99")


def test_a_crate_called_error_something_is_no_error() -> None:
    output = "   Compiling error-chain v0.1.0\nerror: boom\n"
    assert error_tail(output) == "error: boom"


@given(st.text(max_size=6000))
def test_the_tail_is_short_and_harmless_whatever_was_printed(output: str) -> None:
    tail = error_tail(output)
    assert len(tail) <= 4000
    assert tail.count("\n") < 40
    assert all(character.isprintable() or character in "\n\t" for character in tail)


def test_an_unknown_release_names_the_published_ones() -> None:
    assert unknown_release(UNKNOWN) == ("0.1.99", ("0.1.32", "0.1.30", "0.1.29"))
    error = build_failure(UNKNOWN)
    assert isinstance(error, RequestError)
    assert "'0.1.99' is not a published release. Published versions: 0.1.32, 0.1.30, 0.1.29." in str(error)


def test_another_packages_missing_version_is_a_build_error() -> None:
    assert isinstance(build_failure(UNKNOWN.replace("duroxide", "sqlx")), BuildError)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("error: failed to write x: No space left on device (os error 28)", "disk is full"),
        ("LLVM ERROR: IO failure on output stream: No space left on device", "disk is full"),
        ("error: failed to get `a`\n  [6] Could not resolve host: somewhere", "could not reach"),
        ("error: linker `cc` not found", "no C linker"),
    ],
)
def test_failures_of_the_machine_are_distinguished_from_those_of_the_subject(output: str, message: str) -> None:
    error = build_failure(output)
    assert isinstance(error, HostError)
    assert message in str(error)
    assert error.remedy


def test_a_compile_error_is_shown() -> None:
    error = build_failure("   Compiling x\nerror[E0425]: cannot find value `y`\n", "The checkout")
    assert isinstance(error, BuildError)
    assert error.output == "error[E0425]: cannot find value `y`"
    assert str(error).startswith("The checkout does not compile.")


def test_the_newest_release_is_read_from_a_lock_file() -> None:
    assert b'duroxide = "*"' in newest_release_probe()["Cargo.toml"]
    assert locked_version(b'[[package]]\nname = "duroxide"\nversion = "0.1.32"\n') == "0.1.32"
    assert locked_version(b"version = 4\n") is None
    assert locked_version(b"\xff[") is None


def test_missing_openssl_headers_name_the_package() -> None:
    output = """error: failed to run custom build command for `openssl-sys v0.9.118`
  --- stdout
  cargo:rustc-check-cfg=cfg(openssl)
  --- stderr
  Could not find directory of OpenSSL installation, and this `-sys` crate cannot proceed without this knowledge.
"""

    error = build_failure(output)

    assert isinstance(error, HostError)
    assert "libssl-dev" in error.remedy


def test_the_tail_leaves_out_instructions_of_build_scripts() -> None:
    output = "error: failed to run custom build command\n" + "  cargo:rustc-check-cfg=cfg(x)\n" * 100 + "  the reason\n"

    assert error_tail(output).splitlines() == ["error: failed to run custom build command", "  the reason"]
