"""The environment of cargo in every engine, and queries for published releases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from duronb.engine.cargo.settings import BuildSettings

_LLD_TARGET = "x86_64-unknown-linux-gnu"
_LLD_SINCE = (1, 90)
_SEPARATOR = "\x1f"


def build_environment(settings: BuildSettings) -> dict[str, str]:
    """Return the environment variables with which cargo builds a workload that perf can profile.

    Parameters
    ----------
    settings
        What cargo would build with. Its flags are kept; further flags are appended.

    Notes
    -----
    C code (the bundled SQLite) needs a flag of its own, otherwise its callers are missing in every stack. DWARF call
    graphs need no other flags, since every Linux target of Rust has unwind tables. So both kinds of call graph use
    the same build, and measure the same code.
    """
    rust_flags = list(settings.rust_flags)
    if uses_lld(settings.compiler):
        # perf finds symbols by file offset, and in lld's default layout offsets differ from addresses. This option
        # makes them equal, as --no-rosegment does. If lld is not the linker, GNU ld only warns about it.
        rust_flags += ["-C", "link-arg=-Wl,-z,separate-loadable-segments"]
    rust_flags += ["-C", "force-frame-pointers=yes"]
    # The crate cc may prefer a variable of one target, such as CFLAGS_x86_64_unknown_linux_gnu, to CFLAGS.
    c_flags = {"CFLAGS": "", "CXXFLAGS": ""} | dict(settings.c_flags)
    return {name: f"{flags} -fno-omit-frame-pointer".strip() for name, flags in c_flags.items()} | {
        # The encoded form has precedence over RUSTFLAGS and over all configuration files, whose flags it contains.
        "CARGO_ENCODED_RUSTFLAGS": _SEPARATOR.join(rust_flags),
        "CARGO_PROFILE_RELEASE_DEBUG": "line-tables-only",
        "CARGO_PROFILE_RELEASE_STRIP": "none",
        "CARGO_TERM_COLOR": "never",
    }


def recorded_flags(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the flags of ``build_environment`` in the readable form that a run stores."""
    flags = {"RUSTFLAGS": environment.get("CARGO_ENCODED_RUSTFLAGS", "").replace(_SEPARATOR, " ")}
    special = (name for name in environment if "CFLAGS" in name and name != "CFLAGS")
    return flags | {name: environment.get(name, "") for name in ("CFLAGS", *sorted(special))}


def uses_lld(rustc_verbose_version: str) -> bool:
    """Return whether this compiler links with lld by default."""
    host = re.search(r"^host: (\S+)", rustc_verbose_version, re.MULTILINE)
    release = re.search(r"^release: (\d+)\.(\d+)\.", rustc_verbose_version, re.MULTILINE)
    if host is None or release is None:
        return False
    return host[1] == _LLD_TARGET and (int(release[1]), int(release[2])) >= _LLD_SINCE


def newest_release_probe(package: str = "duroxide", requirement: str = "*") -> dict[str, bytes]:
    """Return the files of a crate, by name, whose lock file will contain the newest release; see ``locked_version``."""
    lines = ("[package]", 'name = "probe"', 'version = "0.0.0"', 'edition = "2021"', "", "[workspace]", "")
    manifest = "\n".join((*lines, "[dependencies]", f'{package} = "{requirement}"', ""))
    return {"Cargo.toml": manifest.encode(), "src/lib.rs": b""}


def locked_version(lock: bytes, package: str = "duroxide") -> str | None:
    """Return the version of a package in a ``Cargo.lock``; ``None`` if it does not contain the package."""
    try:
        packages = tomllib.loads(lock.decode("utf-8", "replace")).get("package", [])
    except tomllib.TOMLDecodeError:
        return None
    return next((str(entry["version"]) for entry in packages if entry.get("name") == package), None)
