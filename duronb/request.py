"""What to profile and how: validated once, here, and stored with the run."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from duronb.errors import RequestError
from duronb.quoting import quoted

EngineName = Literal["auto", "docker", "native", "embedded"]
CallGraph = Literal["fp", "dwarf"]

LONGEST_SECONDS = 24 * 60 * 60
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,127}")
_RELEASE = re.compile(r"latest|\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_STAGE = re.compile(r"(?:memory|file):\d{1,3}/\d{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRequest:
    """One request for one run.

    Parameters
    ----------
    seconds
        Length of each stage in whole seconds, 1 to 86,400. Four stages take four times as long.
    label
        The user's name for a series of runs: letters, digits, ``.``, ``_`` and ``-``, at most 64.
    repo, ref
        A checkout's path, and a git ref of it to profile in place of the working tree.
    release
        A published version such as ``0.1.32``, or ``latest``. Excludes ``repo`` and ``ref``.
    bin, example
        Another workload of the checkout than its stress test.
    args
        Extra arguments for the workload; with ``bin`` or ``example`` they replace the seconds.
    stages
        Stages of the bundled workload, such as ``file:2/2``; all four when empty.
    frequency_hz
        Samples per second of CPU time and thread.
    call_graph
        ``fp`` (frame pointers) or ``dwarf``.
    engine
        ``docker``, ``native``, ``embedded`` or ``auto``: the first of these that can work.
    rebuild
        Build from scratch and make the image anew.

    Raises
    ------
    RequestError
        A value is out of its range, or two options contradict each other.
    """

    seconds: int = 30
    label: str = "profile"
    repo: str | None = None
    ref: str | None = None
    release: str | None = None
    bin: str | None = None
    example: str | None = None
    args: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    frequency_hz: int = 999
    call_graph: CallGraph = "fp"
    engine: EngineName = "auto"
    rebuild: bool = False

    def __post_init__(self) -> None:
        """Check every field; the message names the field, the value and what is accepted."""
        object.__setattr__(self, "seconds", _whole_number("seconds", self.seconds, 1, LONGEST_SECONDS))
        object.__setattr__(self, "frequency_hz", _whole_number("frequency_hz", self.frequency_hz, 1, 50_000))
        object.__setattr__(self, "args", tuple(self.args))
        object.__setattr__(self, "stages", tuple(self.stages))
        validate_label(self.label)
        _one_of("engine", self.engine, get_args(EngineName))
        _one_of("call_graph", self.call_graph, get_args(CallGraph))
        if self.release is not None and not _RELEASE.fullmatch(self.release):
            raise RequestError(
                f"{quoted(self.release)} is not a release.", "Give a version such as 0.1.32, or 'latest'."
            )
        for option, name in (("bin", self.bin), ("example", self.example)):
            if name is not None and not _NAME.fullmatch(name):
                raise RequestError(f"{quoted(name)} cannot be the name of a cargo target.", f"Check --{option}.")
        for stage in self.stages:
            if not _STAGE.fullmatch(stage):
                raise RequestError(f"{quoted(stage)} is not a stage.", "Write it like memory:1/1 or file:2/2.")
        if any("\0" in argument for argument in self.args):
            raise RequestError("An argument of the workload contains a NUL byte.", "Check --args.")
        if self.ref is not None and (self.ref.startswith("-") or "\0" in self.ref or not self.ref.strip()):
            raise RequestError(f"{quoted(self.ref)} is not a git ref.", "Give a branch, a tag or a commit.")
        self._check_combinations()

    def _check_combinations(self) -> None:
        if self.release is not None and (self.repo is not None or self.ref is not None):
            raise RequestError("A release and a checkout exclude each other.", "Drop --release, or --repo and --ref.")
        if self.bin is not None and self.example is not None:
            raise RequestError("--bin and --example exclude each other.", "Give one of them.")
        if self.release is not None and (self.bin is not None or self.example is not None):
            raise RequestError(
                "A published release ships no binaries or examples.", "Use --repo for --bin and --example."
            )
        if self.stages and (self.bin is not None or self.example is not None):
            raise RequestError("--stages belongs to the bundled workload.", "Drop --bin and --example.")

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
        return asdict(self) | {"args": list(self.args), "stages": list(self.stages)}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> ProfileRequest:
        """Rebuild a stored request; fields that a newer version added are left aside."""
        return cls(**{name: fields[name] for name in cls.__dataclass_fields__ if name in fields})

    @property
    def repo_path(self) -> Path | None:
        """The checkout's path, ``~`` expanded."""
        return None if self.repo is None else Path(self.repo).expanduser()


def is_release(name: str) -> bool:
    """Tell whether a word looks like a published version, or is ``latest``."""
    return _RELEASE.fullmatch(name) is not None


def validate_label(label: object) -> str:
    """Return ``label``, or raise RequestError saying what a label may contain."""
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise RequestError(
            f"{quoted(label)} cannot be a label.",
            "Use 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit.",
        )
    return label


def _whole_number(name: str, value: object, low: int, high: int) -> int:
    number: int | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,9}\s*", value, re.ASCII):
        number = int(value)
    if number is None or not low <= number <= high:
        raise RequestError(f"{name} cannot be {quoted(value)}.", f"Give a whole number from {low} to {high}.")
    return number


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise RequestError(f"{name} cannot be {quoted(value)}.", f"Choose {', '.join(allowed)}.")
