from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.engine.cargo.failures import build_failure, error_tail, unknown_release
from duronb.errors import BuildError, HostError, RequestError

UNKNOWN = """    Updating crates.io index
error: failed to select a version for the requirement `duroxide = "=0.1.99"`
candidate versions found which didn't match: 0.1.32, 0.1.30, 0.1.29, ...
location searched: crates.io index
required by package `duronb-workload v0.1.0 (/somewhere)`
"""


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


@pytest.mark.parametrize(
    ("output", "kind", "message", "remedy"),
    [
        (
            "error: toolchain '1.12.3-x' is not installed",
            HostError,
            "'1.12.3-x'",
            "toolchain install 1.12.3-x",
        ),
        ("error: could not execute process `sccache /r/rustc -vV` (never executed)", HostError, "'sccache'", "RUSTC"),
        (
            "error: process didn't exit successfully: `/tmp/t.1/rustc /none -vV` (exit status: 127)",
            HostError,
            "'/none'",
            "RUSTC",
        ),
        ("  = note: the `i686-x` target may not be installed", HostError, "i686-x", "rustup target add i686-x"),
        ("error: linker `clang` not found", HostError, "'clang'", "linker"),
        ("collect2: fatal error: cannot find 'ld.mold'", HostError, "'mold'", "linker"),
        ("clang: error: invalid linker name in argument '-fuse-ld=mold'", HostError, "'mold'", "linker"),
        ("error: failed to find a workspace root", BuildError, "workspace above it", "workspace.members"),
        (
            "error: failed to get `side` as a dependency\n  failed to read `/cache/source/side/Cargo.toml`",
            BuildError,
            "'side' has a path outside",
            "into the checkout",
        ),
        (
            "Unable to update registry `crates-io`\n  failed to read root of directory source: /cache/source/1/vendor",
            BuildError,
            "packages from 'vendor'",
            "Commit",
        ),
    ],
)
def test_what_a_build_lacks_is_named(output: str, kind: type[Exception], message: str, remedy: str) -> None:
    error = build_failure(output)
    assert type(error) is kind
    assert message in error.message
    assert remedy in error.remedy
