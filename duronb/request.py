"""A request for a run: what to profile and how. Each of its fields is declared as an option."""

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
DATABASE_ON = Text(
    r"volume|overlay|tmpfs|~?/[^\0]*",
    "is no place for the database",
    "Give volume, overlay, tmpfs, or the absolute path of a directory.",
)
STAGES = TextList(
    Text(r"(?:memory|file):[0-9]{1,3}/[0-9]{1,3}", "is not a stage", "Write it like memory:1/1 or file:2/2.")
)
ARGUMENTS = TextList(Text(r"[^\0]*", "contains a NUL byte", "Check --args."), as_shell=True)
FREQUENCY = Integer(1, 50_000)


def _target(flag: str) -> Text:
    return Text("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}", "cannot be the name of a cargo target", f"Check {flag}.")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two groups of options that exclude each other: an option of ``one`` rules out all options of ``others``."""

    one: tuple[str, ...]
    others: tuple[str, ...]
    message: str
    remedy: str


EXCLUSIONS = (
    Exclusion(
        ("release",),
        ("repo", "ref"),
        "A release and a checkout exclude each other.",
        "Drop --release, or drop --repo and --ref.",
    ),
    Exclusion(("bin",), ("example",), "--bin and --example exclude each other.", "Give one of them."),
    Exclusion(
        ("release",),
        ("bin", "example"),
        "A published release contains no binaries or examples.",
        "Use --repo for --bin and --example.",
    ),
    Exclusion(
        ("stages",), ("bin", "example"), "--stages applies only to the bundled workload.", "Drop --bin and --example."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRequest:
    """A request for one run.

    Each field is declared here with its type, limits and help. Magics, commands, completion, the documentation and the
    JSON Schema of a launch form are generated from these declarations; see ``duronb.options``.

    Raises
    ------
    RequestError
        A value has the wrong type or is out of range, or two options exclude each other. Text is not accepted for a
        number; ``duronb.options.parser`` converts the text of a command line.
    """

    seconds: int = declared(
        30, Integer(1, LONGEST_SECONDS), "length of each stage in seconds, 1 to 86400", flags=(), metavar="SECONDS"
    )
    label: str = declared(
        "profile", LABEL, "name shared by runs that belong together", flags=(), metavar="LABEL", completes="label"
    )
    repo: str | None = declared(
        None,
        Text(),
        "a Duroxide checkout; default: the one in the working directory",
        metavar="PATH",
        completes="path",
    )
    ref: str | None = declared(
        None,
        REF,
        "a git branch, tag or commit of the checkout, whose files are not touched",
        metavar="REF",
        completes="ref",
    )
    release: str | None = declared(
        None, RELEASE, "a published version such as 0.1.32, or 'latest'", metavar="VERSION", completes="release"
    )
    bin: str | None = declared(
        None,
        _target("--bin"),
        "a binary of the checkout to run in place of its stress test",
        metavar="NAME",
        completes="bin",
    )
    example: str | None = declared(
        None,
        _target("--example"),
        "an example of the checkout, run repeatedly for SECONDS",
        metavar="NAME",
        completes="example",
    )
    args: tuple[str, ...] = declared(
        (), ARGUMENTS, "arguments for the workload, quoted as one argument", metavar='"ARGS"'
    )
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
        "samples per second of CPU time of each thread, 1 to 50000",
        flags=("--frequency",),
        metavar="HZ",
        condition="frequency",
    )
    call_graph: CallGraph = declared(
        "fp",
        Choice(get_args(CallGraph)),
        "how stacks are walked: by frame pointers, or by DWARF (large recordings)",
        condition="call graph",
    )
    warmup_seconds: int = declared(
        0,
        Integer(0, LONGEST_SECONDS),
        "first run the workload for SECONDS per stage as a warm-up, which is not counted",
        flags=("--warmup",),
        metavar="SECONDS",
        condition="warm-up per stage",
    )
    database_on: str | None = declared(
        None,
        DATABASE_ON,
        "what the database of the workload is on; default: a volume with Docker, else the temporary directory",
        metavar="volume|overlay|tmpfs|PATH",
        completes="path",
    )
    engine: EngineName = declared("auto", Choice(get_args(EngineName)), "where the workload is built and run")
    rebuild: bool = declared(False, Switch(), "build from scratch, including the Docker image")

    def __post_init__(self) -> None:
        """Check every field against its declaration, and then which options exclude each other."""
        given = {}
        for name, option in PROFILE_OPTIONS.items():
            value = getattr(self, name)
            if type(value) is type(option.default) and value == option.default:
                continue  # a default is valid, and a history reads thousands of requests that are mostly defaults
            given[name] = checked = option.type.check(value, name)
            if checked is not value:
                object.__setattr__(self, name, checked)
        check_exclusions(given)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return asdict(self) | {"args": list(self.args), "stages": list(self.stages)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> ProfileRequest:
        """Return a stored request. Unknown fields, from a newer version, are ignored; numbers may be stored as text."""
        read = {name: fields[name] for name in PROFILE_OPTIONS if name in fields}
        for name in _NUMBERS:
            if isinstance(value := read.get(name), str):
                read[name] = PROFILE_OPTIONS[name].type.read(value, name)
        return cls(**read)

    @property
    def repo_path(self) -> Path | None:
        """The path of the checkout with ``~`` expanded."""
        return None if self.repo is None else Path(self.repo).expanduser()

    @property
    def database_place(self) -> str | None:
        """What the database is on, with ``~`` expanded if it is a path."""
        on = self.database_on
        return str(Path(on).expanduser()) if on is not None and on.startswith("~") else on


PROFILE_OPTIONS = options_of(ProfileRequest)
"""The option of each field, by name."""
_NUMBERS = tuple(name for name, option in PROFILE_OPTIONS.items() if isinstance(option.type, Integer))


def check_exclusions(values: Mapping[str, object]) -> None:
    """Raise RequestError if two values exclude each other. ``None``, ``False`` and an empty list count as not given."""
    given = {name for name, value in values.items() if value not in (None, (), False)}
    for rule in EXCLUSIONS:
        if not given.isdisjoint(rule.one) and not given.isdisjoint(rule.others):
            raise RequestError(rule.message, rule.remedy)


def is_release(name: str) -> bool:
    """Return whether a name has the form of a published version, or is ``latest``."""
    return re.fullmatch(RELEASE.pattern or "", name) is not None


def validate_label(label: object) -> str:
    """Return ``label`` unchanged. Raise RequestError if it cannot be a label."""
    return LABEL.check(label, "label")
