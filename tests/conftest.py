"""Fixtures that every test may use: directories of its own, and a checkout that builds in a second."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes on a busy machine is no property of the code. `--hypothesis-profile=fast` tries fewer.
settings.register_profile("usual", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=10)
settings.load_profile("usual")

# A job that a shell put into the background inherits a SIGINT that is ignored, and so would all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

NUMBERS = itertools.count()
TINY_CHECKOUT = Path(__file__).parent / "data" / "checkout"


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's store, cache and width of terminal out of the tests, and do not wait for disks."""
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("DURONB_STORE", raising=False)
    # IPython warns of another virtual environment that is active in the shell.
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    # Most tests need no cache, so its directory is left to those that write to it.
    own_cache = tmp_path_factory.getbasetemp() / "caches" / str(next(NUMBERS))
    monkeypatch.setenv("DURONB_CACHE", os.environ.get("DURONB_TEST_CACHE") or str(own_cache))


@pytest.fixture
def make_checkout(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a git checkout which speaks like Duroxide; ``behaviour`` makes it misbehave."""

    def make(name: str = "duroxide", behaviour: str = "well") -> Path:
        path = tmp_path / name
        shutil.copytree(TINY_CHECKOUT, path)
        source = path / "sqlite-stress" / "src" / "behaviour.rs"
        source.write_text(f'pub const BEHAVIOUR: &str = "{behaviour}";\n', encoding="utf-8")
        (path / ".gitignore").write_text("target/\nCargo.lock\n", encoding="utf-8")
        git(path, "init", "-q", "-b", "main")
        git(path, "add", ".")
        git(path, "commit", "-q", "-m", "A checkout for a test")
        return path

    return make


def git(path: Path, *arguments: str) -> str:
    """Run git in a directory, with an author of its own, and return what it prints."""
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *author, *arguments], cwd=path, check=True, capture_output=True, text=True).stdout
