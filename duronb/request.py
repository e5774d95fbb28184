"""What to profile and how: declared, checked and stored with the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from duronb.errors import RequestError
from duronb.option import declared, options_of
from duronb.values import Choice, Integer, Switch, Text, TextList

EngineName = Literal["auto", "docker", "native", "embedded"]
CallGraph = Literal["fp", "dwarf"]

LONGEST_SECONDS = 24 * 60 * 60

LABEL = Text(
    "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "cannot be a label",
    "Use 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit.",
)
RELEASE = Text(
    r"latest|[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?",
    "is not a release",
    "Give a version such as 0.1.32, or 'latest'.",
)
REF = Text(r"(?!-)(?=[^\0]*\S)[^\0]+", "is not a git ref", "Give a branch, a tag or a commit.")
STAGES = TextList(
    Text(r"(?:memory|file):[0-9]{1,3}/[0-9]{1,3}", "is not a stage", "Write it like memory:1/1 or file:2/2.")
)
ARGUMENTS = TextList(Text(r"[^\0]*", "contains a NUL byte", "Check --args."), as_shell=True)
FREQUENCY = Integer(1, 50_000)


def _target(flag: str) -> Text:
    return Text("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}", "cannot be the name of a cargo target", f"Check {flag}.")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Options that exclude each other: none of ``one`` may be given together with any of ``others``."""

    one: tuple[str, ...]
    others: tuple[str, ...]
    message: str
    remedy: str


EXCLUSIONS = (
    Exclusion(
        ("release",),
        ("repo", "ref"),
        "A release and a checkout exclude each other.",
        "Drop --release, or --repo and --ref.",
    ),
    Exclusion(("bin",), ("example",), "--bin and --example exclude each other.", "Give one of them."),
    Exclusion(
        ("release",),
        ("bin", "example"),
        "A published release ships no binaries or examples.",
        "Use --repo for --bin and --example.",
    ),
    Exclusion(
        ("stages",), ("bin", "example"), "--stages belongs to the bundled workload.", "Drop --bin and --example."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRequest:
    """One request for one run.

    Each field is declared here with its type, limits and help. Magics, commands, completion, the documentation and the
    JSON Schema of a launch form are made from these declarations (``duronb.options``).

    Raises
    ------
    RequestError
        A value has another type than its field, or is out of range; or two options exclude each other. Text is not
        accepted for a number: ``duronb.options`` reads command lines.
    """

    seconds: int = declared(
        30, Integer(1, LONGEST_SECONDS), "length of each stage in seconds, 1 to 86400", flags=(), metavar="SECONDS"
    )
    label: str = declared(
        "profile", LABEL, "name of the runs that belong together", flags=(), metavar="LABEL", completes="label"
    )
    repo: str | None = declared(
        None, Text(), "a Duroxide checkout; the working directory when it is one", metavar="PATH", completes="path"
    )
    ref: str | None = declared(
        None,
        REF,
        "a git branch, tag or commit of the checkout, without touching its files",
        metavar="REF",
        completes="ref",
    )
    release: str | None = declared(
        None, RELEASE, "a published version such as 0.1.32, or 'latest'", metavar="VERSION", completes="release"
    )
    bin: str | None = declared(
        None, _target("--bin"), "another binary of the checkout than its stress test", metavar="NAME", completes="bin"
    )
    example: str | None = declared(
        None,
        _target("--example"),
        "an example of the checkout, run again and again for SECONDS",
        metavar="NAME",
        completes="example",
    )
    args: tuple[str, ...] = declared((), ARGUMENTS, "arguments for the workload, quoted as one word", metavar='"ARGS"')
    stages: tuple[str, ...] = declared(
        (),
        STAGES,
        "stages of the bundled workload, such as memory:1/1,file:2/2",
        metavar="A,B",
        completes="stage",
    )
    frequency_hz: int = declared(
        999,
        FREQUENCY,
        "samples per second of CPU time and thread",
        flags=("--frequency",),
        metavar="HZ",
        condition="frequency",
    )
    call_graph: CallGraph = declared(
        "fp",
        Choice(get_args(CallGraph)),
        "how stacks are walked: frame pointers, or DWARF (large)",
        condition="call graph",
    )
    warmup_seconds: int = declared(
        0,
        Integer(0, LONGEST_SECONDS),
        "run the workload for SECONDS per stage first, which is not counted",
        flags=("--warmup",),
        metavar="SECONDS",
        condition="warm-up per stage",
    )
    engine: EngineName = declared("auto", Choice(get_args(EngineName)), "where the workload runs")
    rebuild: bool = declared(False, Switch(), "build from scratch, image included")

    def __post_init__(self) -> None:
        """Check every field against its declaration, then what excludes each other."""
        for name, option in PROFILE_OPTIONS.items():
            value = getattr(self, name)
            if value is not None or option.default is not None:
                object.__setattr__(self, name, option.type.check(value, name))
        check_exclusions({name: getattr(self, name) for name in PROFILE_OPTIONS})

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
        return asdict(self) | {"args": list(self.args), "stages": list(self.stages)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> ProfileRequest:
        """Rebuild a stored request; fields that a newer version added are left aside, and numbers may be text."""
        read = {name: fields[name] for name in PROFILE_OPTIONS if name in fields}
        for name, value in read.items():
            if isinstance(value, str) and isinstance(PROFILE_OPTIONS[name].type, Integer):
                read[name] = PROFILE_OPTIONS[name].type.read(value, name)
        return cls(**read)

    @property
    def repo_path(self) -> Path | None:
        """The checkout's path, ``~`` expanded."""
        return None if self.repo is None else Path(self.repo).expanduser()


PROFILE_OPTIONS = options_of(ProfileRequest)
"""The option of each field, by name."""


def check_exclusions(values: Mapping[str, object]) -> None:
    """Raise RequestError where two values exclude each other; a default counts as not given."""
    given = {name for name, value in values.items() if value not in (None, (), False)}
    for rule in EXCLUSIONS:
        if given & set(rule.one) and given & set(rule.others):
            raise RequestError(rule.message, rule.remedy)


def is_release(name: str) -> bool:
    """Tell whether a word looks like a published version, or is ``latest``."""
    return re.fullmatch(RELEASE.pattern or "", name) is not None


def validate_label(label: object) -> str:
    """Return ``label``, or raise RequestError saying what a label may contain."""
    return LABEL.check(label, "label")
