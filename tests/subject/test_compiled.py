"""The packages of a build: what cargo named, and what a walk of a lock file reaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.subject.cargo_lock import Versions
from duronb.subject.compiled import differing_packages, named_packages, packages_of_build, reached_packages
from tests import ROOT


def lock(**packages: list[str]) -> bytes:
    """Return a lock file from the dependencies of each package, named NAME or NAME__VERSION; ``app`` is the root."""
    text = ""
    for key, dependencies in packages.items():
        name, _, version = key.partition("__")
        source = "" if name == "app" else 'source = "registry"\n'
        version = version.replace("_", ".") or "1.0.0"
        text += f'[[package]]\nname = "{name.replace("_", "-")}"\nversion = "{version}"\n{source}'
        text += f"dependencies = {dependencies}\n"
    return text.encode()


def reached(text: bytes, system: str | None = "Linux") -> Versions:
    found = reached_packages(text, system)
    assert found is not None
    return found


def test_what_only_packages_for_other_systems_require_is_not_reached() -> None:
    text = lock(
        app=["tokio", "schannel"],
        tokio=["shared"],
        schannel=["shared", "only-there", "windows-sys"],
        shared=[],
        only_there=["deeper"],
        deeper=[],
        windows_sys=[],
    )
    assert reached(text) == {"shared": ("1.0.0",), "tokio": ("1.0.0",)}


@pytest.mark.parametrize(("system", "there"), [("Linux", False), ("Darwin", True), (None, True)])
def test_packages_for_macos_are_reached_unless_the_build_is_for_linux(system: str, there: bool) -> None:
    text = lock(app=["security-framework"], security_framework=["beside"], beside=[])
    assert bool(reached(text, system)) is there


def test_drivers_of_other_databases_are_not_reached_unless_another_package_requires_them() -> None:
    packages: dict[str, list[str]] = {"sqlx": ["sqlx-mysql", "sqlx-sqlite"], "sqlx_mysql": ["rsa"], "rsa": []}
    packages["sqlx_sqlite"] = []
    assert set(reached(lock(app=["sqlx"], **packages))) == {"sqlx", "sqlx-sqlite"}
    assert set(reached(lock(app=["sqlx", "sqlx-mysql"], **packages))) == {"rsa", "sqlx", "sqlx-mysql", "sqlx-sqlite"}


def test_an_entry_with_a_version_names_one_of_several() -> None:
    text = lock(app=["base64 0.22.1", "schannel"], schannel=["base64 0.21.7"], base64__0_21_7=[], base64__0_22_1=[])
    assert reached(text) == {"base64": ("0.22.1",)}
    both = lock(app=["base64 0.22.1 (registry)", "base64 0.21.7"], base64__0_21_7=[], base64__0_22_1=[])
    assert reached(both) == {"base64": ("0.21.7", "0.22.1")}


@pytest.mark.parametrize("version", ["0.1.24", "0.1.32"])
def test_of_recorded_releases_everything_that_cargo_compiles_is_reached_and_little_more(version: str) -> None:
    text = (ROOT / "tests" / "data" / "compiled" / f"{version}.txt").read_text(encoding="utf-8")
    compiled = named_packages(", ".join(text.splitlines()))
    path = next((ROOT / "notebooks" / "data" / "releases").glob(f"native_{version}_*")) / "Cargo.lock"
    found = {(name, each) for name, versions in reached(path.read_bytes()).items() for each in versions}
    wanted = {(name, each) for name, versions in compiled.items() for each in versions}
    assert wanted - found == set()
    # Dependencies of optional features that nothing enables.
    assert len(found - wanted) <= 12
    assert len(wanted) > 140


def test_packages_that_require_each_other_are_reached_from_the_root_only() -> None:
    circle = lock(app=["a"], a=["b"], b=["a"], c=["d"], d=["c"])
    assert set(reached(circle)) == {"a", "b"}


def test_what_cargo_named_counts_and_otherwise_the_lock_file() -> None:
    text = lock(app=["tokio"], tokio=[])
    assert packages_of_build("serde 1.0.1, serde 1.0.0", text) == {"serde": ("1.0.0", "1.0.1")}
    assert packages_of_build("", text) == {}
    assert packages_of_build(None, text) == {"tokio": ("1.0.0",)}
    assert packages_of_build(None, b"\xff") == {}
    assert named_packages("no-version, ,  x, ") == {}


def test_differing_versions_include_missing_and_multiple_ones() -> None:
    before = {"a": ("1.0.0",), "b": ("1.0.0",), "c": ("1.0.0",), "same": ("1.0.0",)}
    after = {"a": ("1.0.1",), "c": ("1.0.0", "2.0.0"), "same": ("1.0.0",)}
    assert differing_packages(before, after) == {
        "a": (("1.0.0",), ("1.0.1",)),
        "b": (("1.0.0",), ()),
        "c": (("1.0.0",), ("1.0.0", "2.0.0")),
    }


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_accepted(text: bytes) -> None:
    assert isinstance(packages_of_build(None, text), dict)
    assert isinstance(named_packages(text.decode("utf-8", "replace")), dict)
