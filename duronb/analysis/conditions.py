"""Conditions that two runs must have in common to be comparable, and their differences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from duronb.model.events.names import event_condition
from duronb.model.run import RunRecord
from duronb.request import PROFILE_OPTIONS
from duronb.subject.compiled import packages_of_build

LOCK = "Cargo.lock"
"""Name of the condition that all packages are compiled at the same versions."""
_SHOWN = 4
_NUMBER = re.compile(r"\d+")
_WEIGHTY = ("libsqlite3-sys", "serde", "sqlx", "tokio", "tracing")
"""Beginnings of the names of packages that take most of the time of the workload; they are listed first."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A condition that differs between the sides, with its values on each side."""

    condition: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.condition}: {self.before} before, {self.after} after"


def _request(name: str) -> Callable[[RunRecord], object]:
    return attrgetter(f"parts.request.{name}")


def _environment(name: str) -> Callable[[RunRecord], object]:
    return attrgetter(f"parts.environment.{name}")


CONDITIONS: dict[str, Callable[[RunRecord], object]] = {
    "seconds per stage": lambda run: run.request.seconds if run.engine != "import" else _stage_seconds(run),
    "workload": attrgetter("parts.subject.workload"),
    "workload arguments": lambda run: None if run.engine == "import" else " ".join(run.request.args) or "none",
    "engine": lambda run: run.engine or None,
    "image": _environment("image_id"),
    "sampler": _environment("sampler"),
    "event": lambda run: None if run.environment.event is None else event_condition(run.environment.event),
    **{option.condition: _request(name) for name, option in PROFILE_OPTIONS.items() if option.condition},
    "host": _environment("host"),
    "processor": _environment("cpu"),
    "cores": _environment("cores"),
    "architecture": lambda run: run.environment.architecture,
    "kernel": _environment("kernel"),
    "file system of the database": _environment("database"),
    "toolchain": _environment("toolchain"),
    "compiler flags": lambda run: _flags(run.environment.flags),
    # Runs of earlier versions do not state them. They stay comparable with runs that set nothing.
    "build settings": lambda run: (
        None if run.engine == "import" else _flags(run.environment.build_settings) or "defaults"
    ),
}
"""Name of each condition, and the function that reads it from a run; ``None`` for an unknown value."""

LOOSE = ("kernel", "toolchain", "image")
"""Conditions that may change within a history, because a year has several updates of each. A history marks where one
changes and calls a level change there ``differs``: ``mismatches`` decides both, as in a comparison."""
_LASTING = {name: read for name, read in CONDITIONS.items() if name not in LOOSE}
HISTORY_CONDITIONS = (*_LASTING, "kernel")
"""Names of the conditions that all runs of a host history share. The last is the first number of the kernel."""

HOST = ("host", "processor", "cores", "architecture", "kernel", "file system of the database")
"""The conditions that identify a host."""


def condition_texts(run: RunRecord) -> dict[str, str]:
    """Return every condition of a run as text, by name; ``unknown`` for a value that the run does not state."""
    return {name: _text(read(run)) for name, read in CONDITIONS.items()}


def condition_key(run: RunRecord) -> tuple[str, ...]:
    """Return the conditions of a run as a key: equal for runs that ``compare``, ``check`` and ``history`` may compare.

    A history also joins runs that differ in ``LOOSE``, without a verdict where they differ: ``history_key``.
    The locked packages are no part of it, because they are compared between two groups of runs: see ``mismatches``.
    """
    return tuple(condition_texts(run).values())


def history_key(run: RunRecord) -> tuple[str, ...]:
    """Return the values of ``HISTORY_CONDITIONS``: equal for the runs of one host history."""
    major = _NUMBER.match(run.environment.kernel or "")
    return (*[_text(read(run)) for read in _LASTING.values()], f"kernel {major[0] if major else '?'}")


def binary_text(run: RunRecord) -> str:
    """Return the identity of the binary that ran: its build id, or its SHA-256; ``unknown`` if the run states neither.

    It is no condition of a comparison, since the sides of a comparison have different binaries.
    """
    environment = run.environment
    if environment.build_id is not None:
        return f"build id {environment.build_id}"
    return "unknown" if environment.binary_sha256 is None else f"SHA-256 {environment.binary_sha256}"


def mismatches(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> list[Mismatch]:
    """Return the conditions that differ between two groups of runs.

    The versions of compiled packages are a condition of runs of one source, see ``unexplained_differences``.
    """
    found = []
    texts = [[condition_texts(run) for run in side] for side in (before, after)]
    for name in CONDITIONS:
        sides = [sorted({text[name] for text in side}) for side in texts]
        if sides[0] != sides[1]:
            found.append(Mismatch(name, " and ".join(sides[0]), " and ".join(sides[1])))
    if locks := unexplained_differences(before, after):
        sides_of_lock = [f"{name} {old}" for name, old, _new in locks], [f"{name} {new}" for name, _old, new in locks]
        found.append(Mismatch(LOCK, *(_some(each, _SHOWN) for each in sides_of_lock)))
    return found


def locked_differences(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> list[tuple[str, str, str]]:
    """Return the packages that both sides compiled at different versions: name, versions before, versions after.

    The packages of a build are those that cargo named, or what the walk of ``subject.compiled`` finds in the lock file
    of a run that does not state them. The subject is left out. Packages that only one side has are left out too: the
    subject of that side requires them, so they are not a difference of the lock files. The packages that matter most
    come first.
    """
    sides = [_compiled(side) for side in (before, after)]
    if sides[0] == sides[1]:
        return []
    return [
        (name, " and ".join(sorted(sides[0][name])), " and ".join(sorted(sides[1][name])))
        for name in sorted(sides[0].keys() & sides[1].keys(), key=lambda name: (not name.startswith(_WEIGHTY), name))
        # The walk finds versions that are not compiled, so a version that only one side has in addition says nothing.
        if sides[0][name] - sides[1][name] and sides[1][name] - sides[0][name]
    ]


def _packages_of_one_side(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> tuple[list[str], list[str]]:
    """Return the names of the packages that only one side compiled: before, and after.

    Both are empty if cargo named the packages of some runs only: a lock file has more than cargo compiles.
    """
    if len({run.environment.compiled_packages is None for run in (*before, *after)}) > 1:
        return [], []
    first, second = _compiled(before), _compiled(after)
    return sorted(first.keys() - second.keys()), sorted(second.keys() - first.keys())


def different_packages_text(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> str:
    """Return the packages that differ between the builds of both sides as a list; empty if none differ."""
    only = zip(("only before: ", "only after: "), _packages_of_one_side(before, after), strict=True)
    changed = [f"{name} {old} → {new}" for name, old, new in locked_differences(before, after)]
    return "; ".join(what + _some(names) for what, names in (("", changed), *only) if names)


def _some(names: Sequence[str], shown: int = 3) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def unexplained_differences(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> list[tuple[str, str, str]]:
    """Return the ``locked_differences`` that are no part of what is compared: those of runs of one source.

    Comparisons and histories share this rule. Builds that began with one lock file differ by what their subjects
    require, and so do commits and releases.
    """
    return [] if _one_seed(before, after) or sources_differ(before, after) else locked_differences(before, after)


def sources_differ(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> bool:
    """Return whether the runs before and after are known to have no source in common."""
    sides = [{source_of(run) for run in side} for side in (before, after)]
    return None not in sides[0] | sides[1] and not sides[0] & sides[1]


def comparable(runs: Iterable[RunRecord], like: RunRecord, *, most: int | None = None) -> list[RunRecord]:
    """Return the runs with the same conditions as the run ``like``, in their order; at most the first ``most``."""
    key = condition_key(like)
    return list(islice((run for run in runs if condition_key(run) == key), most))


def usual(runs: Iterable[RunRecord]) -> RunRecord | None:
    """Return the newest run with the most common conditions; ``None`` for no runs. A tie goes to the newest run."""
    newest_first = sorted(runs, key=lambda run: run.created, reverse=True)
    if not newest_first:
        return None
    keys = [condition_key(run) for run in newest_first]
    common = Counter(keys).most_common(1)[0][0]
    return newest_first[keys.index(common)]


def _one_seed(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> bool:
    """Return whether all builds began with the same lock file, so that only the subjects cause differences."""
    series = {run.series.id for run in (*before, *after)}
    return len(series) == 1 and None not in series


def source_of(run: RunRecord) -> Hashable | None:
    """Return the identity of the source of a run: its hash, its commit or its version; ``None`` if none is stated."""
    subject = run.subject
    commit = None if subject.git_sha is None else (subject.git_sha, subject.dirty_hash)
    return subject.source_hash or commit or subject.version


def _compiled(runs: Sequence[RunRecord]) -> dict[str, frozenset[str]]:
    """Return the versions of each package that the builds compiled; empty if neither packages nor locks are known."""
    versions: dict[str, set[str]] = {}
    for named, lock, system in {_build_of(run) for run in runs}:
        for name, found in packages_of_build(named, lock, system).items():
            versions.setdefault(name, set()).update(found)
    return {name: frozenset(found) for name, found in versions.items()}


def _build_of(run: RunRecord) -> tuple[str | None, bytes, str | None]:
    """Return what a run states about its packages. The lock file is read only if it is needed."""
    facts = run.environment
    return facts.compiled_packages, b"" if facts.compiled_packages is not None else run.cargo_lock, facts.system


def _stage_seconds(run: RunRecord) -> object:
    return next((stage.seconds for stage in run.stages if stage.seconds is not None), None)


def _flags(flags: Mapping[str, str] | None) -> str | None:
    return None if flags is None else " ".join([f"{name}={text}" for name, text in sorted(flags.items())])


def _text(value: object) -> str:
    if type(value) is str and value:
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "unknown" if value is None or value == "" else str(value)
