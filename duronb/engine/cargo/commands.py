"""The environment of cargo in every engine, and the meaning of its error messages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from duronb.engine.cargo.settings import BuildSettings
from duronb.errors import BuildError, DuronbError, HostError, RequestError
from duronb.quoting import quoted

_LLD_TARGET = "x86_64-unknown-linux-gnu"
_LLD_SINCE = (1, 90)
_ERROR_LINES = 40
_ERROR_CHARACTERS = 4000
_SEPARATOR = "\x1f"
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")

_DISK_FULL = re.compile(r"no space left on device|os error 28\b|disk quota exceeded|os error 122\b", re.IGNORECASE)
_UNREACHABLE = re.compile(
    r"could not resolve host|couldn't resolve host|could not connect|failed to connect|spurious network error"
    r"|failed to download|download of .{1,200} failed|failed to get successful http response|network failure"
    r"|unable to update registry|unable to update .{0,20}crates|--offline was specified",
    re.IGNORECASE,
)


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


def error_tail(output: str) -> str:
    """Return the part of cargo's output that describes the error.

    It starts at the first line that begins with ``error``; without such a line it is the end of the output. It has at
    most 40 lines and 4,000 characters, and no escape sequences.
    """
    lines = _ESCAPE.sub("", output).replace("\r", "\n").splitlines()
    # A build script may print hundreds of instructions to cargo, which do not help a reader.
    lines = [line for line in lines if not line.lstrip().startswith(("cargo:", "cargo::"))]
    lines = ["".join(character for character in line if character.isprintable() or character == "\t") for line in lines]
    first = next((number for number, line in enumerate(lines) if re.match(r"error(\[|:|\b)", line.lstrip())), None)
    chosen = lines[-_ERROR_LINES:] if first is None else lines[first : first + _ERROR_LINES]
    return "\n".join(chosen).strip()[:_ERROR_CHARACTERS]


def build_failure(output: str, what: str = "The workload") -> DuronbError:
    """Return the error to raise for the output of a failed cargo command.

    Parameters
    ----------
    output
        Everything that cargo printed.
    what
        Name of what was built, the subject of the message.

    Returns
    -------
    HostError for a full disk, an unreachable registry or missing tools; RequestError for an unpublished release;
    otherwise BuildError with the compiler's messages.
    """
    if is_disk_full(output):
        return HostError("The disk is full: cargo could not finish the build.", "Free some space and try again.")
    unknown = unknown_release(output)
    if unknown is not None:
        version, candidates = unknown
        known = f" Published versions: {', '.join(candidates)}." if candidates else ""
        return RequestError(
            f"Duroxide {quoted(version)} is not a published release.{known}", "Give a published version, or 'latest'."
        )
    if registry_unreachable(output):
        return HostError("cargo could not reach the crates registry.", "Check the network or cargo's proxy settings.")
    if "openssl-sys" in output and re.search(
        r"Could not find (?:directory of )?OpenSSL|openssl\.pc", output, re.IGNORECASE
    ):
        return HostError(
            "This Duroxide links to OpenSSL, whose headers are missing.",
            "Install them (on Debian: apt-get install libssl-dev pkg-config).",
        )
    if re.search(r"error: linker `[^`]*` not found", output):
        return HostError(
            "Rust found no C linker.", "Install a C compiler (on Debian: apt-get install build-essential)."
        )
    return BuildError(f"{what} does not compile.", "Fix the errors below and try again.", error_tail(output))


def is_disk_full(output: str) -> bool:
    """Return whether a tool reported a full disk or an exhausted quota."""
    return _DISK_FULL.search(output) is not None


def registry_unreachable(output: str) -> bool:
    """Return whether cargo failed because it could not reach the crates registry."""
    return _UNREACHABLE.search(output) is not None


def unknown_release(output: str, package: str = "duroxide") -> tuple[str, tuple[str, ...]] | None:
    """Find cargo's message about a version that is not published.

    Returns
    -------
    The requested version, and the published versions that cargo listed, newest first; ``None`` without such a
    message.
    """
    requirement = re.search(
        rf"failed to select a version for the requirement `{re.escape(package)} = \"=?([^\"`]+)\"", output
    )
    if requirement is None:
        return None
    named = re.search(r"candidate versions found which didn't match: ([^\n]+)", output)
    versions = re.findall(r"\d+\.\d+\.\d+[0-9A-Za-z.+-]*", named[1]) if named else []
    return requirement[1], tuple(version.rstrip(".") for version in versions)


def unfit_requirement(output: str, package: str = "duroxide") -> bool:
    """Return whether cargo reported that no published version fits a requirement."""
    return f"failed to select a version for the requirement `{package} = " in output


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
