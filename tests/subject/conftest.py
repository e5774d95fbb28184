from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

MANIFEST = """
[package]
name = "duroxide"
version = "0.1.26"
edition = "2024"

[features]
default = []
sqlite = []
provider-test = ["sqlite"]

[workspace]
members = [".", "sqlite-stress", "tools/*"]
exclude = ["tools/left-out"]
"""
STRESS = """
[package]
name = "duroxide-sqlite-stress"
version = "0.1.0"

[[bin]]
name = "sqlite-stress"
path = "src/bin/sqlite-stress.rs"
"""


def write(root: Path, name: str, content: str | bytes = "") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def run_git(root: Path, *arguments: str) -> str:
    identity = {f"GIT_{who}_{what}": "t@e" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    return done.stdout.strip()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A checkout without git."""
    root = tmp_path / "duroxide"
    write(root, "Cargo.toml", MANIFEST)
    write(root, "src/lib.rs", "pub fn run() {}\n")
    write(root, "examples/hello_world.rs", "fn main() {}\n")
    write(root, "examples/large/main.rs", "fn main() {}\n")
    write(root, "sqlite-stress/Cargo.toml", STRESS)
    write(root, "sqlite-stress/src/bin/sqlite-stress.rs", "fn main() {}\n")
    write(root, "sqlite-stress/src/bin/large-payload-stress.rs", "fn main() {}\n")
    write(root, "target/release/sqlite-stress", b"\x7fELF")
    write(root, ".gitignore", "target/\nCargo.lock\nsecret.txt\n")
    return root


@pytest.fixture
def checkout(plain: Path) -> Path:
    """The same, committed."""
    run_git(plain, "init", "--quiet", "--initial-branch", "main")
    run_git(plain, "add", "--all")
    run_git(plain, "commit", "--quiet", "--message", "first")
    return plain


@pytest.fixture
def git_in(checkout: Path) -> Callable[..., str]:
    return lambda *arguments: run_git(checkout, *arguments)
