from __future__ import annotations

from pathlib import Path

import pytest

from duronb.subject.checkout import find_checkout
from duronb.subject.workspace import is_member, member_named, workspace_root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def package(name: str) -> str:
    return f'[package]\nname = "{name}"\nversion = "1.0.0"\n'


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ('["crates/*"]', True),
        ('["./crates/duroxide/"]', True),
        ('["crates/dur?xide"]', True),
        ('["*"]', False),
        ('["../other/crates/*", "/etc/*", "**"]', False),
        ('"crates/*"', False),
        ('["crates/*"]\nexclude = ["crates/duroxide"]', False),
    ],
)
def test_the_root_is_the_workspace_that_lists_the_package(tmp_path: Path, members: str, found: bool) -> None:
    member = tmp_path / "crates" / "duroxide"
    write(tmp_path, {"Cargo.toml": f"[workspace]\nmembers = {members}\n"})
    write(member, {"Cargo.toml": package("duroxide"), "src/lib.rs": ""})
    assert workspace_root(member) == (tmp_path if found else member)
    checkout = find_checkout(member / "src")
    assert checkout is not None
    assert (checkout.root, checkout.package) == ((tmp_path, "crates/duroxide") if found else (member, ""))
    assert checkout.version == "1.0.0"


def test_a_package_with_a_workspace_of_its_own_is_its_root(tmp_path: Path) -> None:
    write(tmp_path, {"Cargo.toml": '[workspace]\nmembers = ["duroxide"]\n'})
    write(tmp_path / "duroxide", {"Cargo.toml": package("duroxide") + "[workspace]\n"})
    assert workspace_root(tmp_path / "duroxide") == tmp_path / "duroxide"


def test_a_member_is_found_from_the_root_and_from_other_members(tmp_path: Path) -> None:
    write(tmp_path, {"Cargo.toml": '[workspace]\nmembers = ["a", "b/*"]\n'})
    write(tmp_path, {"a/Cargo.toml": package("other"), "b/c/Cargo.toml": package("duroxide"), "b/d/Cargo.toml": "["})
    assert member_named(tmp_path, "duroxide") == "b/c"
    assert member_named(tmp_path, "missing") is None
    found = [find_checkout(tmp_path / name) for name in ("a", ".", "b/d", "b/c")]
    assert [(one.root, one.package) for one in found if one is not None] == [(tmp_path, "b/c")] * 4


def test_patterns_match_whole_parts_of_a_path() -> None:
    assert is_member("a/b", ["a/*"])
    assert not is_member("a/b/c", ["a/*"])
    assert not is_member("ab", ["a"])
