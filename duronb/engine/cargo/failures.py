"""The meaning of cargo's error messages, in every engine."""

from __future__ import annotations

import re

from duronb.errors import BuildError, DuronbError, HostError, RequestError
from duronb.quoting import quoted

_ERROR_LINES = 40
_ERROR_CHARACTERS = 4000
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")

_DISK_FULL = re.compile(r"no space left on device|os error 28\b|disk quota exceeded|os error 122\b", re.IGNORECASE)
_UNREACHABLE = re.compile(
    r"could not resolve host|couldn't resolve host|could not connect|failed to connect|spurious network error"
    r"|failed to download|download of .{1,200} failed|failed to get successful http response|network failure"
    r"|unable to update registry|unable to update .{0,20}crates|--offline was specified",
    re.IGNORECASE,
)


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
    otherwise BuildError, for files that the snapshot lacks or with the compiler's messages.
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
    missing = _missing_tool(output) or _outside_snapshot(output)
    if missing is not None:
        return missing
    if registry_unreachable(output):
        return HostError("cargo could not reach the crates registry.", "Check the network or cargo's proxy settings.")
    if "openssl-sys" in output and re.search(
        r"Could not find (?:directory of )?OpenSSL|openssl\.pc", output, re.IGNORECASE
    ):
        return HostError(
            "This Duroxide links to OpenSSL, whose headers are missing.",
            "Install them (on Debian: apt-get install libssl-dev pkg-config).",
        )
    return BuildError(f"{what} does not compile.", "Fix the errors below and try again.", error_tail(output))


def _missing_tool(output: str) -> HostError | None:
    """Return the error for a program or toolchain that cargo's configuration names and that is not installed."""
    toolchain = re.search(r"error: toolchain '([^'\n]+)' is not installed", output)
    if toolchain is not None:
        return HostError(
            f"The Rust toolchain {quoted(toolchain[1])} of this source is not installed.",
            f"Run: rustup toolchain install {toolchain[1]}"
            if re.fullmatch(r"[\w.-]+", toolchain[1])
            else "Install it with rustup.",
        )
    program = re.search(r"could not execute process `(\S+)[^`\n]*` \(never executed\)", output) or re.search(
        r"process didn't exit successfully: `\S*/rustc (\S+) -vV` \(exit status: 12[67]\)", output
    )
    if program is not None:
        return HostError(
            f"cargo cannot start {quoted(program[1])}, which a variable or its configuration names.",
            "Install it, or change RUSTC, RUSTC_WRAPPER or 'build.rustc-wrapper'.",
        )
    target = re.search(r"the `([\w.-]+)` target may not be installed", output)
    if target is not None:
        return HostError(
            f"The target {target[1]}, which cargo's configuration names, is not installed.",
            f"Run: rustup target add {target[1]}, or change 'build.target'.",
        )
    linker = re.search(
        r"error: linker `([^`\n]*)` not found|cannot find 'ld\.?([\w.-]*)'"
        r"|invalid linker name in argument '-fuse-ld=([^'\n]+)'",
        output,
    )
    if linker is None:
        return None
    name = next(filter(None, linker.groups()), "cc")
    if name == "cc":
        return HostError(
            "Rust found no C linker.", "Install a C compiler (on Debian: apt-get install build-essential)."
        )
    return HostError(
        f"The linker {quoted(name)}, which cargo's configuration names, is not installed.",
        "Install it, or change 'linker' or 'rustflags' in cargo's configuration.",
    )


def _outside_snapshot(output: str) -> BuildError | None:
    """Return the error for files outside the checkout, or ignored by git, that the build needs."""
    tail = error_tail(output)
    if re.search(r"failed to find a workspace root|believes it's in a workspace when it's not", output):
        return BuildError(
            "This checkout belongs to a workspace above it, which its build needs but its snapshot does not contain.",
            "List the package in 'workspace.members', or give it a [workspace] table.",
            tail,
        )
    vendored = re.search(r"failed to read root of directory source: [`\"]?(?:[^`\"\n]*/)?([^/`\"\n]+)", output)
    if vendored is not None:
        return BuildError(
            f"cargo's configuration takes packages from {quoted(vendored[1])}, which the snapshot does not contain.",
            "Commit this directory, or profile the files on disk without --ref.",
            tail,
        )
    dependency = re.search(r"failed to (?:get|load source for dependency) `([\w-]+)`", output)
    if dependency is not None and re.search(r"failed to read `[^`\n]+/Cargo\.toml`", output):
        return BuildError(
            f"The dependency {quoted(dependency[1])} has a path outside the checkout, so the snapshot lacks it.",
            "Move it into the checkout, or use its published version.",
            tail,
        )
    return None


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
