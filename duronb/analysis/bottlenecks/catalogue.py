"""Reading of the bottleneck catalogue, with an optional file of the user merged into it.

The user's file is the argument ``catalogue``, else the value of the environment variable ``DURONB_BOTTLENECKS``, else
``.duronb/bottlenecks.toml`` in the working directory or one of its parents up to the root of the git checkout. Buckets
are merged by id and patterns by name. An invalid file raises an error that names the file and the key. The files are
untrusted: nothing in them is executed, and the cost of their regular expressions is bounded.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from duronb.analysis.bottlenecks.bucket import PRIORITIES, UNKNOWN, Bucket, Catalogue, Evidence, Fix, Pattern
from duronb.analysis.bottlenecks.safe_pattern import compiled
from duronb.errors import RequestError
from duronb.model.kinds import CODE_KINDS
from duronb.model.stage import StageResult
from duronb.quoting import quoted

VARIABLE = "DURONB_BOTTLENECKS"
OWN_FILE = Path(".duronb", "bottlenecks.toml")
BUNDLED = Path(__file__).with_name("bottlenecks.toml")

LARGEST = 1 << 18
"""Largest size of a catalogue file, in bytes."""
MOST_BUCKETS = 60
MOST_PATTERNS = 400
LONGEST_TEXT = 2000

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


def load_catalogue(catalogue: str | os.PathLike[str] | Catalogue | None = None) -> Catalogue:
    """Return the catalogue, with the user's file merged into it if there is one.

    Parameters
    ----------
    catalogue
        Path of the user's file, which must exist; or a catalogue, which is returned unchanged. By default the file is
        searched for as the module describes.

    Raises
    ------
    RequestError
        The file cannot be read or is not a catalogue; the message names file, bucket and key.
    """
    if isinstance(catalogue, Catalogue):
        return catalogue
    path = _own_file(catalogue)
    if path is None:
        return bundled_catalogue()
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    return _merged(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def bundled_catalogue() -> Catalogue:
    """Return the catalogue without a file of the user."""
    return _catalogue(_read(BUNDLED), {}, BUNDLED, None)


@lru_cache(maxsize=8)
def _merged(path: Path, _changed: int, _size: int) -> Catalogue:
    return _catalogue(_read(BUNDLED), _read(path), path, path)


def _own_file(given: str | os.PathLike[str] | None) -> Path | None:
    if given is not None:
        return Path(given).expanduser()
    if named := os.environ.get(VARIABLE, ""):
        return Path(named).expanduser()
    here = Path.cwd()
    for directory in (here, *here.parents):
        if (directory / OWN_FILE).is_file():
            return directory / OWN_FILE
        if (directory / ".git").exists():
            break
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    if len(data) > LARGEST:
        raise RequestError(f"The catalogue {quoted(str(path), 200)} is larger than {LARGEST >> 10} kB.")
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise RequestError(
            f"The catalogue {quoted(str(path), 200)} is not valid TOML: {error}.", "Correct the file."
        ) from None


def _unreadable(path: Path, error: OSError) -> RequestError:
    reason = (error.strerror or "it is not readable").lower()
    return RequestError(f"The catalogue {quoted(str(path), 200)} cannot be read: {reason}.")


class _KeyPath:
    """A key in a file. Its methods check the value and raise an error that names file and key."""

    def __init__(self, path: Path, *keys: str) -> None:
        self.path = path
        self.keys = keys

    def __truediv__(self, key: str) -> _KeyPath:
        return _KeyPath(self.path, *self.keys, key)

    def wrong(self, what: str) -> RequestError:
        where = f" at {quoted('.'.join(self.keys), 120)}" if self.keys else ""
        return RequestError(
            f"The catalogue {quoted(str(self.path), 200)} is wrong{where}: it {what}.", "Correct the file."
        )

    def table(self, value: Any, keys: set[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong("is not a table")
        for key in value:
            if keys is not None and key not in keys:
                raise (self / key).wrong(f"is not one of {', '.join(sorted(keys))}")
        return value

    def text(self, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.wrong("is not text")
        if len(value) > LONGEST_TEXT:
            raise self.wrong(f"is longer than {LONGEST_TEXT} characters")
        return " ".join(value.split())

    def texts(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self.wrong("is not a list of texts")
        return tuple(self.text(each) for each in value)

    def regex(self, value: Any) -> re.Pattern[str]:
        if not isinstance(value, str) or not value:
            raise self.wrong("is not text")
        try:
            return compiled(value)
        except ValueError as error:
            raise self.wrong(str(error)) from None


_BUCKET_KEYS = {"title", "symptom", "fixes", "evidence", "references", "patterns"}
_PATTERN_KEYS = {"name", "module", "kind", "within", "priority"}
_FIGURES = {each.name for each in fields(StageResult)} | {"drain_seconds", "window_rate"}


def _catalogue(base: dict[str, Any], own: dict[str, Any], path: Path, source: Path | None) -> Catalogue:
    """Merge the user's file into the bundled one: its texts replace those of a bucket, its patterns those of a name."""
    tables: dict[str, dict[str, Any]] = {}
    patterns: dict[tuple[str, str], tuple[Any, _KeyPath]] = {}
    added: list[tuple[str, str]] = []
    for file, content in ((BUNDLED, base), (path, own)):
        top = _KeyPath(file)
        top.table(content, {"buckets"})
        for bucket, value in (top / "buckets").table(content.get("buckets", {})).items():
            key_path = top / "buckets" / bucket
            if not _ID.fullmatch(bucket):
                raise key_path.wrong("is not an id: use lower case letters, digits and underscores")
            table = key_path.table(value, _BUCKET_KEYS)
            before = tables.setdefault(bucket, {})
            before |= {key: (each, key_path / key) for key, each in table.items() if key != "patterns"}
            for name, pattern in (key_path / "patterns").table(table.get("patterns", {})).items():
                patterns[bucket, name] = (pattern, key_path / "patterns" / name)
                if content is own:
                    added.append((bucket, name))
    if len(tables) > MOST_BUCKETS or len(patterns) > MOST_PATTERNS:
        raise _KeyPath(path).wrong(f"has more than {MOST_BUCKETS} buckets or {MOST_PATTERNS} patterns")
    # The bucket "unknown" stays the last one even if the user's file changes it.
    ids = [*(bucket for bucket in tables if bucket != UNKNOWN), UNKNOWN]
    order = list(dict.fromkeys([*added, *sorted(patterns, key=lambda key: ids.index(key[0]))]))
    return Catalogue(
        buckets=tuple(_bucket(bucket, tables.get(bucket, {}), path) for bucket in ids),
        patterns=tuple(
            _pattern(ids, bucket, *patterns[bucket, name])
            for bucket, name in order
            if patterns[bucket, name][0] is not False
        ),
        source=source,
    )


def _bucket(bucket: str, values: dict[str, tuple[Any, _KeyPath]], path: Path) -> Bucket:
    if "title" not in values:
        raise (_KeyPath(path) / "buckets" / bucket / "title").wrong("is missing: a new bucket needs one")
    value, key_path = values["title"]
    title = key_path.text(value)
    if len(title) > 60:
        raise key_path.wrong("is longer than 60 characters")
    symptom = "" if "symptom" not in values else values["symptom"][1].text(values["symptom"][0])
    value, key_path = values.get("references", ([], _KeyPath(path)))
    references = key_path.texts(value)
    return Bucket(bucket, title, symptom, _fixes(values), _evidence(values), references)


def _listed(values: dict[str, tuple[Any, _KeyPath]], key: str, keys: set[str]) -> list[tuple[dict[str, Any], _KeyPath]]:
    value, key_path = values.get(key, ([], None))
    if key_path is None:
        return []
    if not isinstance(value, list):
        raise key_path.wrong("is not a list of tables")
    return [((key_path / str(at)).table(each, keys), key_path / str(at)) for at, each in enumerate(value, start=1)]


def _fixes(values: dict[str, tuple[Any, _KeyPath]]) -> tuple[Fix, ...]:
    return tuple(
        Fix(
            (key_path / "try").text(table.get("try")),
            (key_path / "references").texts(table.get("references", [])),
            *_needs(table.get("needs"), key_path / "needs"),
        )
        for table, key_path in _listed(values, "fixes", {"try", "references", "needs"})
    )


def _needs(value: Any, key_path: _KeyPath) -> tuple[tuple[str, str] | None, str]:
    """Return package and version that a fix needs, and the package that limits the version."""
    if value is None:
        return None, ""
    table = key_path.table(value, {"package", "version", "together"})
    package, version = ((key_path / key).text(table.get(key)) for key in ("package", "version"))
    together = (key_path / "together").text(table["together"]) if "together" in table else ""
    return (package, version), together


def _evidence(values: dict[str, tuple[Any, _KeyPath]]) -> tuple[Evidence, ...]:
    found = []
    for table, key_path in _listed(values, "evidence", {"text", "figure", "log"}):
        text, figure = (key_path / "text").text(table.get("text")), table.get("figure")
        if (figure is None) == ("log" not in table):
            raise key_path.wrong("needs either figure or log")
        if figure is not None and figure not in _FIGURES:
            raise (key_path / "figure").wrong("is not the name of a stage's value")
        log = None if "log" not in table else (key_path / "log").regex(table["log"])
        found.append(Evidence(text, figure, log))
    return tuple(found)


def _pattern(ids: list[str], bucket: str, value: Any, key_path: _KeyPath) -> Pattern:
    if bucket == UNKNOWN:
        raise key_path.wrong(f"belongs to the bucket {UNKNOWN}, which cannot have patterns")
    table = key_path.table(value, _PATTERN_KEYS)
    if not {"name", "module", "kind"} & table.keys():
        raise key_path.wrong("has no name, module or kind")
    kind, priority = table.get("kind"), table.get("priority", "normal")
    if kind is not None and kind not in CODE_KINDS:
        raise (key_path / "kind").wrong(f"is not one of {', '.join(CODE_KINDS)}")
    if priority not in PRIORITIES:
        raise (key_path / "priority").wrong(f"is not one of {', '.join(PRIORITIES)}")
    within = (key_path / "within").texts(table.get("within", []))
    for other in within:
        if other not in ids:
            raise (key_path / "within").wrong(f"names {quoted(other)}, which is not a bucket")
    return Pattern(
        bucket=ids.index(bucket),
        name=(key_path / "name").regex(table["name"]) if "name" in table else None,
        module=(key_path / "module").regex(table["module"]) if "module" in table else None,
        kind=kind,
        within=frozenset(map(ids.index, within)),
        priority=priority,
    )
