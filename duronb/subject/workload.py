"""The bundled workload crate, written for one subject: its source is fixed, its manifest names the subject."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.subject.snapshot import RESERVED

BINARY = "duronb-workload"
ALL_STAGES = ("memory:1/1", "memory:2/2", "file:1/1", "file:2/2")
"""The stages of the bundled workload in their order, as its option ``--stages`` names them."""
_SQLITE_FEATURE_SINCE = (0, 1, 28)
"""From this release on ``provider-test`` no longer brings SQLite along; the first ones have no feature of that name."""
_SUBJECT_LINE = re.compile(r"^(description|duroxide) = .* # subject$", re.MULTILINE)


def release_crate(version: str) -> dict[str, bytes]:
    """Return the crate's files, by name, for a published release such as ``0.1.32``."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if numbers is None:
        raise RequestError(f"{quoted(version)} is not a release.", "Give a version such as 0.1.32.")
    features = ["provider-test"]
    if tuple(int(number) for number in numbers.groups()) >= _SQLITE_FEATURE_SINCE:
        features.append("sqlite")
    dependency = f"{{ version = {_toml(f'={version}')}, features = {json.dumps(features)} }}"
    return _crate("", f"duroxide {version}", dependency)


def checkout_crate(version: str | None, features: frozenset[str]) -> dict[str, bytes]:
    """Return the crate's files, by name, for a checkout that they are placed into.

    Parameters
    ----------
    version
        Of the checkout's package.
    features
        The features that its manifest declares.

    Raises
    ------
    RequestError
        The checkout is older than the stress test that the crate drives.
    """
    if "provider-test" not in features:
        raise RequestError(
            "This revision of Duroxide has no stress test for duronb to drive: no feature 'provider-test'.",
            "Profile one of its own programs with --bin or --example.",
        )
    chosen = [name for name in ("provider-test", "sqlite") if name in features]
    dependency = f'{{ path = "..", features = {json.dumps(chosen)} }}'
    return _crate(f"{RESERVED}/", f"duroxide {version or 'of no version'}", dependency)


def _crate(prefix: str, description: str, dependency: str) -> dict[str, bytes]:
    root = files("duronb.subject") / "workload"
    values = {"description": _toml(description), "duroxide": dependency}
    manifest, replaced = _SUBJECT_LINE.subn(
        lambda line: f"{line[1]} = {values[line[1]]}", (root / "Cargo.toml").read_text(encoding="utf-8")
    )
    assert replaced == len(values)
    sources = {f"{prefix}{name}": content for name, content in _sources(root / "src", "src/")}
    return sources | {f"{prefix}Cargo.toml": manifest.encode()}


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each Rust file in a folder and the folders in it."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".rs"):
            yield prefix + entry.name, entry.read_bytes()


def _toml(text: str) -> str:
    """Write a TOML string; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")
