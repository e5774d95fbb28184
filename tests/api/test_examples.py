"""Every example in the docstring of a public function runs, on an engine that pretends."""

from __future__ import annotations

import builtins
import doctest
from collections.abc import Callable
from pathlib import Path

import pytest

import duronb
from duronb import api
from duronb.api.doctor import diagnose
from duronb.request import ProfileRequest
from duronb.sampling.perf import Perf
from duronb.subject.plan import find_subject
from tests.capture.pretended import PretendedEngine
from tests.conftest import git

pytestmark = pytest.mark.long


FUNCTIONS: dict[str, Callable[..., object]] = {name: getattr(api, name) for name in api.__all__} | {
    "diagnose": diagnose
}
MANIFEST_FEATURES = '\n[features]\nprovider-test = ["sqlite"]\nsqlite = []\n'


@pytest.fixture
def duroxide(engine: PretendedEngine, make_checkout: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Change to a checkout with the tags v1 to v3, of which v3 is 40 % slower, and with stored runs of two labels."""
    path = make_checkout()
    manifest = path / "Cargo.toml"
    manifest.write_text(manifest.read_text() + MANIFEST_FEATURES)
    for tag, title in (("v1", "Add features"), ("v2", "Write a file"), ("v3", "Drop the index")):
        (path / "title").write_text(title)
        git(path, "add", ".")
        git(path, "commit", "-q", "-m", title)
        git(path, "tag", tag)
    monkeypatch.chdir(path)
    monkeypatch.delenv("DURONB_STORE", raising=False)
    slow = ProfileRequest(repo=".", ref="v3", stages=("file:2/2",))
    slow_hash = find_subject(slow).plan(slow, Perf(), str).build.source.source_hash
    engine.rate = lambda binary, number: (300 if binary.endswith(slow_hash) else 500) * (1 + 0.01 * (number % 3))
    for label in ("baseline", "candidate"):
        for _ in range(3):
            duronb.profile(2, label, release="0.1.1", stages=["file:2/2"])


@pytest.mark.usefixtures("duroxide")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_of_a_public_function_run(name: str) -> None:
    (found,) = doctest.DocTestFinder(recurse=False).find(FUNCTIONS[name], name)
    assert found.examples, f"{name} has no example"
    printed: list[str] = []
    try:
        results = doctest.DocTestRunner(verbose=False).run(found, out=printed.append)
    finally:
        vars(builtins).pop("_", None)  # doctest's display hook sets it, and IPython respects it
    assert results.failed == 0, "".join(printed)
