from __future__ import annotations

import hashlib
import json

import pytest

from duronb.engine.cargo.settings import BuildSettings, deciding_variables, read_settings
from duronb.errors import HostError


def described(
    words: list[str],
    configuration: object = None,
    flags: str = "",
    files: str = "",
    variables: dict[str, str] | None = None,
) -> BuildSettings:
    parts = ["\0".join([*words, ""]), "rustc 1.95.0\nhost: x\n", json.dumps(configuration or {}), flags, files, ""]
    return read_settings("\0".join(parts).encode(), variables or {})


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], ()),
        (["--cfg", "a b"], ("--cfg", "a b")),
        (["--target", "x86_64-unknown-linux-gnu"], ()),
        (["-Ca=b", "--target", "x"], ("-Ca=b",)),
    ],
)
def test_the_flags_are_the_words_before_the_target(flags: list[str], expected: tuple[str, ...]) -> None:
    assert described(["/bin/rustc", *flags, "--print", "cfg"]).rust_flags == expected


PRINT = ["rustc", "--print", "cfg"]


def test_every_part_is_read() -> None:
    configuration = {
        "build": {"rustflags": ["-g"], "jobs": 2, "target": "x"},
        "env": {"PASSWORD": {"value": "secret", "force": True}},
        "profile": {"release": {"lto": "fat", "package": {"a": {"opt-level": 1}}}},
        "registries": {"own": {"token": "secret"}},
        "target": {"cfg(unix)": {"rustflags": "-g", "linker": "clang", "runner": "sudo"}},
    }
    variables = {"CARGO_HOME": "/h", "CC": "clang", "RUSTFLAGS": "-g", "CARGO_REGISTRY_TOKEN": "secret", "LANG": "C"}
    flags = "CFLAGS=-O1 -DX=1\nTARGET_CXXFLAGS=-g\nMY_CFLAGS_FILE=x\n"
    settings = described(PRINT, configuration, flags, "rust-toolchain.toml\n", variables)
    assert settings.compiler == "rustc 1.95.0\nhost: x\n"
    assert settings.c_flags == {"CFLAGS": "-O1 -DX=1", "TARGET_CXXFLAGS": "-g"}
    assert settings.toolchain_files == ("rust-toolchain.toml",)
    stated, secret = dict(settings.stated), b'"secret"'
    assert stated.pop("env.PASSWORD.value") == f"sha256 {hashlib.sha256(secret).hexdigest()[:16]}"
    assert stated.pop("env.PASSWORD.force").startswith("sha256 ")
    assert stated == {
        "CC": "clang",
        "build.target": '"x"',
        "profile.release.lto": '"fat"',
        "profile.release.package.a.opt-level": "1",
        "target.cfg(unix).linker": '"clang"',
    }
    assert "secret" not in str(settings)


def test_other_output_is_an_error() -> None:
    with pytest.raises(HostError, match="does not describe"):
        read_settings(b"cargo 1.0", {})


@pytest.mark.parametrize(
    "name",
    [
        "CARGO_PROFILE_RELEASE_LTO", "CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL", "RUSTC",
        "RUSTC_WRAPPER", "RUSTFLAGS", "RUSTUP_TOOLCHAIN", "CC", "CXX", "AR", "CFLAGS", "CXXFLAGS", "CC_aarch64",
        "TARGET_CC", "CFLAGS_x86_64-unknown-linux-gnu", "PKG_CONFIG_PATH", "OPENSSL_DIR", "SQLITE3_LIB_DIR",
        "LIBSQLITE3_FLAGS", "OTHER_LIB_DIR", "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER",
    ],
)  # fmt: skip
def test_variables_that_decide_a_build_are_known(name: str) -> None:
    assert deciding_variables({name: "x", "PATH": "/bin", "CARGO_HOME": "/h", "CARGO_TARGET_DIR": "/t"}) == (name,)


@pytest.mark.parametrize("name", ["CARGO_REGISTRY_TOKEN", "CARGO_BUILD_JOBS", "CARGO_HOME", "CARGO_TERM_COLOR", "HOME"])
def test_other_variables_are_left_out(name: str) -> None:
    assert deciding_variables({name: "x"}) == ()
