"""What every engine tells cargo, and what cargo's complaints mean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

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


def build_environment(
    rustc_verbose_version: str,
    call_graph: str,  # noqa: ARG001 - see Notes
    inherited: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the variables under which cargo builds a workload that perf can read.

    Parameters
    ----------
    rustc_verbose_version
        What ``rustc -vV`` prints, for the compiler that will be used.
    call_graph
        ``fp`` or ``dwarf``.
    inherited
        The environment that cargo would otherwise see; its flags are kept and ours come after them.

    Notes
    -----
    C code (the bundled SQLite) needs its own flag, or its callers are lost from every stack. DWARF call graphs need
    nothing more: every Linux target of Rust has unwind tables. So one build serves both kinds, and both measure the
    same code.
    """
    inherited = inherited or {}
    rust_flags = _inherited_rust_flags(inherited)
    if uses_lld(rustc_verbose_version):
        # perf finds symbols by file offset, and in lld's default layout offsets differ from addresses. This option
        # makes them equal, as --no-rosegment does; but where lld is not the linker after all, GNU ld only warns.
        rust_flags += ["-C", "link-arg=-Wl,-z,separate-loadable-segments"]
    rust_flags += ["-C", "force-frame-pointers=yes"]
    c_flags = {name: f"{inherited.get(name, '')} -fno-omit-frame-pointer".strip() for name in ("CFLAGS", "CXXFLAGS")}
    return c_flags | {
        # The encoded form wins over RUSTFLAGS and over every configuration file, so it is the only one that counts.
        "CARGO_ENCODED_RUSTFLAGS": _SEPARATOR.join(rust_flags),
        "CARGO_PROFILE_RELEASE_DEBUG": "line-tables-only",
        "CARGO_PROFILE_RELEASE_STRIP": "none",
        "CARGO_TERM_COLOR": "never",
    }


def recorded_flags(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the flags of ``build_environment`` as a run keeps them, readable."""
    return {
        "RUSTFLAGS": environment.get("CARGO_ENCODED_RUSTFLAGS", "").replace(_SEPARATOR, " "),
        "CFLAGS": environment.get("CFLAGS", ""),
    }


def _inherited_rust_flags(inherited: Mapping[str, str]) -> list[str]:
    encoded = inherited.get("CARGO_ENCODED_RUSTFLAGS")
    if encoded is not None:
        return [flag for flag in encoded.split(_SEPARATOR) if flag]
    return inherited.get("RUSTFLAGS", "").split()


def uses_lld(rustc_verbose_version: str) -> bool:
    """Tell whether this compiler links with lld when nobody says otherwise."""
    host = re.search(r"^host: (\S+)", rustc_verbose_version, re.MULTILINE)
    release = re.search(r"^release: (\d+)\.(\d+)\.", rustc_verbose_version, re.MULTILINE)
    if host is None or release is None:
        return False
    return host[1] == _LLD_TARGET and (int(release[1]), int(release[2])) >= _LLD_SINCE


def error_tail(output: str) -> str:
    """Return the part of cargo's output that says what is wrong.

    From the first line that begins with ``error``; the last lines where there is none. At most 40 lines and 4,000
    characters, without escape sequences.
    """
    lines = _ESCAPE.sub("", output).replace("\r", "\n").splitlines()
    # A build script's instructions to cargo come by the hundred and say nothing to a reader.
    lines = [line for line in lines if not line.lstrip().startswith(("cargo:", "cargo::"))]
    lines = ["".join(character for character in line if character.isprintable() or character == "\t") for line in lines]
    first = next((number for number, line in enumerate(lines) if re.match(r"error(\[|:|\b)", line.lstrip())), None)
    chosen = lines[-_ERROR_LINES:] if first is None else lines[first : first + _ERROR_LINES]
    return "\n".join(chosen).strip()[:_ERROR_CHARACTERS]


def build_failure(output: str, what: str = "The workload") -> DuronbError:
    """Turn the output of a failed ``cargo build`` or ``cargo update`` into the error to raise.

    Parameters
    ----------
    output
        Everything that cargo printed.
    what
        What was being built, as the subject of the sentence.

    Returns
    -------
    HostError for a full disk or an unreachable registry, RequestError for an unpublished release, else BuildError with
    the compiler's words.
    """
    if is_disk_full(output):
        return HostError("The disk is full: cargo could not finish the build.", "Free some space and try again.")
    unknown = unknown_release(output)
    if unknown is not None:
        version, candidates = unknown
        known = f" Published are {', '.join(candidates)}." if candidates else ""
        return RequestError(
            f"Duroxide {quoted(version)} is not a published release.{known}", "Give one that is, or 'latest'."
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
            "Rust finds no C linker.", "Install a C compiler (on Debian: apt-get install build-essential)."
        )
    return BuildError(f"{what} does not compile.", "Mend the errors below and try again.", error_tail(output))


def is_disk_full(output: str) -> bool:
    """Tell whether a tool complained about a full disk or an exhausted quota."""
    return _DISK_FULL.search(output) is not None


def registry_unreachable(output: str) -> bool:
    """Tell whether cargo failed because it could not talk to the crates registry."""
    return _UNREACHABLE.search(output) is not None


def unknown_release(output: str, package: str = "duroxide") -> tuple[str, tuple[str, ...]] | None:
    """Find cargo's words for a version that is not published.

    Returns
    -------
    The version that was asked for, and the published versions that cargo named, newest first; ``None`` where the
    output is about something else.
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
    """Tell whether cargo complained that no published version fits what was required."""
    return f"failed to select a version for the requirement `{package} = " in output


def newest_release_probe(package: str = "duroxide", requirement: str = "*") -> dict[str, bytes]:
    """Return a crate, as files by name, whose lock file will name the newest release: see ``locked_version``."""
    lines = ("[package]", 'name = "probe"', 'version = "0.0.0"', 'edition = "2021"', "", "[workspace]", "")
    manifest = "\n".join((*lines, "[dependencies]", f'{package} = "{requirement}"', ""))
    return {"Cargo.toml": manifest.encode(), "src/lib.rs": b""}


def locked_version(lock: bytes, package: str = "duroxide") -> str | None:
    """Return the version that a ``Cargo.lock`` has of a package; ``None`` where it has none."""
    try:
        packages = tomllib.loads(lock.decode("utf-8", "replace")).get("package", [])
    except tomllib.TOMLDecodeError:
        return None
    return next((str(entry["version"]) for entry in packages if entry.get("name") == package), None)
