"""What decides a build besides its source: the compiler, flags, variables and cargo's configuration.

cargo itself is asked, because it merges configuration files of several directories and evaluates their conditions.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from duronb.errors import HostError
from duronb.shell import shell_command

_FLAGS_OF_C = re.compile(r"(?:(?:HOST|TARGET)_)?(?:CFLAGS|CXXFLAGS)(?:_\w[\w-]*)?")
_DECIDES = re.compile(
    r"(?:CARGO_(?:BUILD|PROFILE|TARGET|ENCODED|UNSTABLE|INCREMENTAL|HOST)(?:_.*)?"
    r"|RUSTC(?:_.*)?|RUSTFLAGS|RUSTUP_TOOLCHAIN|SOURCE_DATE_EPOCH|CRATE_CC_NO_DEFAULTS|BINDGEN_.*"
    r"|(?:HOST_|TARGET_)?(?:CC|CXX|AR|LD|RANLIB|NM|AS|ARFLAGS|CPPFLAGS|LDFLAGS|CXXSTDLIB)(?:_.*)?"
    r"|(?:HOST_|TARGET_)?PKG_CONFIG(?:_.*)?|LIBRARY_PATH|CPATH|(?:C|CPLUS|OBJC)_INCLUDE_PATH"
    r"|(?:LIBSQLITE3|SQLITE3|OPENSSL|ZSTD)_.*|.*_(?:LIB_DIR|INCLUDE_DIR|NO_PKG_CONFIG|STATIC|NO_VENDOR)"
    r"|MACOSX_DEPLOYMENT_TARGET|SDKROOT|DEVELOPER_DIR)"
)
"""Names of variables that cargo, rustc, C compilers and common build scripts read."""
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|(?:^|[_-])KEY$", re.IGNORECASE)
_HARMLESS = re.compile(r"CARGO_BUILD_(?:JOBS|TARGET_DIR|BUILD_DIR|DEP_INFO_BASEDIR)|CARGO_TARGET_DIR|.*_RUNNER")
"""Names of variables that decide where files are, or how fast they are built."""
_OTHER_KEYS = re.compile(
    r"build\.(?:jobs|target-dir|build-dir|dep-info-basedir)|(?:build|target\..+)\.rustflags|target\..+\.runner"
)
_TABLES = ("build", "profile", "target", "unstable", "host")
"""Tables of cargo's configuration whose values a run states."""
_HASHED_TABLES = ("env", "patch", "paths", "source")
"""Tables whose values may be private, so that a run states only a hash of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """What decides a build besides its source.

    Parameters
    ----------
    compiler
        What ``rustc -vV`` prints.
    rust_flags
        The flags that cargo passes to rustc, from variables and configuration files.
    c_flags
        Variables with flags for C compilers that are set already, by name.
    stated
        Other variables and configuration values that are set, by name: what a run states, and its builds depend on.
    toolchain_files
        Names of the toolchain files of the source.
    """

    compiler: str
    rust_flags: tuple[str, ...] = ()
    c_flags: Mapping[str, str]
    stated: Mapping[str, str]
    toolchain_files: tuple[str, ...] = ()


def describe_command(cargo: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that prints what ``read_settings`` reads. It must run in the directory of the build.

    Parameters
    ----------
    cargo
        Name or path of cargo.
    arguments
        Arguments of ``cargo build``.
    """
    return shell_command("duronb.engine.cargo", "describe_build", cargo, *arguments)


def read_settings(output: bytes, variables: Mapping[str, str]) -> BuildSettings:
    """Return the settings in the output of ``describe_command``.

    Parameters
    ----------
    output
        What the command printed.
    variables
        The environment in which it ran.

    Raises
    ------
    HostError
        The output is not what the command prints, as with a cargo that is not cargo.
    """
    words, separator, rest = output.decode("utf-8", "surrogateescape").partition("\0\0")
    parts = rest.split("\0")
    if not separator or len(parts) != 5:
        raise HostError("cargo does not describe its builds.", "Update Rust: rustup update.")
    compiler, configuration, environment, files, _ = parts
    return BuildSettings(
        compiler=compiler,
        rust_flags=tuple(_rust_flags(words.split("\0"))),
        c_flags=dict(_lines_of(environment, _FLAGS_OF_C)),
        stated=dict(sorted([*_stated_variables(variables), *_stated_configuration(configuration)])),
        toolchain_files=tuple(files.split()),
    )


def deciding_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of variables of an environment that decide a build, sorted."""
    return tuple(sorted(name for name in environment if _decides(name) or _FLAGS_OF_C.fullmatch(name)))


def _rust_flags(words: list[str]) -> Iterator[str]:
    """Yield the flags in cargo's call of rustc: ``rustc FLAGS… [--target TRIPLE] --print cfg``."""
    flags = words[1:-2]
    if len(flags) > 1 and flags[-2] == "--target":
        flags = flags[:-2]
    yield from flags


def _stated_variables(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in variables.items():
        # The flags are stated as flags, also those from configuration files.
        if _decides(name) and name not in ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS") and not name.endswith("_RUSTFLAGS"):
            yield name, value


def _decides(name: str) -> bool:
    return bool(_DECIDES.fullmatch(name)) and not _HARMLESS.fullmatch(name) and not _SECRET.search(name)


def _stated_configuration(text: str) -> Iterator[tuple[str, str]]:
    try:
        configuration = json.loads(text)
    except ValueError:
        configuration = {}
    for table in (*_TABLES, *_HASHED_TABLES):
        for key, value in _leaves(table, configuration.get(table) if isinstance(configuration, dict) else None):
            if not _OTHER_KEYS.fullmatch(key):
                shown = json.dumps(value, sort_keys=True)
                if table in _HASHED_TABLES:
                    shown = f"sha256 {hashlib.sha256(shown.encode()).hexdigest()[:16]}"
                yield key, shown


def _leaves(key: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield each value in nested tables, with its path such as ``profile.release.lto``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{key}.{name}", inner)
    elif value is not None:
        yield key, value


def _lines_of(environment: str, name: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for line in environment.splitlines():
        found, separator, value = line.partition("=")
        if separator and name.fullmatch(found):
            yield found, value
