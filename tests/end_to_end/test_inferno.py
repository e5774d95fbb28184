"""The same perf.data through duronb and through `perf script | inferno-collapse-perf`: the same stacks and counts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.ingest.samples import read_samples
from duronb.model.stage import StageResult
from duronb.views.formats.folded import folded

pytestmark = pytest.mark.slow

FIELDS = "comm,pid,tid,time,event,ip,sym,dso"


@pytest.fixture
def inferno() -> str:
    """Return inferno's collapser; CI installs it from the crates registry."""
    found = shutil.which("inferno-collapse-perf")
    if found is None:
        missing = pytest.fail if os.environ.get("DURONB_REQUIRE_INFERNO") else pytest.skip
        missing("inferno-collapse-perf is not installed (cargo install inferno)")
    return str(found)


def test_counts_the_same_stacks_as_inferno(inferno: str, make_checkout: Callable[..., Path], tmp_path: Path) -> None:
    if shutil.which("perf") is None:
        pytest.skip("perf is not installed")
    checkout = make_checkout()
    subprocess.run(
        ["cargo", "build", "--quiet", "--release", "--package", "duroxide-sqlite-stress"],
        cwd=checkout,
        env=os.environ | {"RUSTFLAGS": "-C force-frame-pointers=yes"},
        check=True,
    )
    data = tmp_path / "perf.data"
    workload = checkout / "target" / "release" / "sqlite-stress"
    subprocess.run(
        ["perf", "record", "-q", "-k", "mono", "-F", "999", "-g", "-o", str(data), "--", str(workload), "1"],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    script = subprocess.run(
        ["perf", "script", "--header", "--no-inline", "--show-lost-events", "-F", FIELDS, "-i", str(data)],
        capture_output=True,
        check=True,
    ).stdout

    samples = read_samples([script], "perf")
    assert samples.first is not None
    assert samples.last is not None
    whole = StageResult(name="whole", started=samples.first, ended=samples.last + 1)
    ours = counts(folded(samples.profile([whole], 999.0)))
    collapsed = subprocess.run([inferno], input=script, capture_output=True, check=True).stdout
    theirs = counts(collapsed.decode().splitlines())

    # inferno drops samples without a stack; duronb keeps them and says how many they are.
    assert sum(ours.values()) - (samples.quality.without_stack or 0) == sum(theirs.values()) > 200
    assert dict(theirs.most_common(10)) == {stack: ours[stack] for stack, _ in theirs.most_common(10)}


def counts(lines: object) -> Counter[str]:
    """Count stacks, with frame names reduced to what both tools agree on.

    inferno writes `[module]` for an unknown symbol of a known module and tidies generic arguments; neither changes
    which samples belong together.
    """
    stacks: Counter[str] = Counter()
    for line in lines:  # type: ignore[attr-defined]
        stack, _, count = line.rpartition(" ")
        stacks[";".join(_plain(frame) for frame in stack.split(";"))] += int(count)
    return stacks


def _plain(frame: str) -> str:
    return "[unknown]" if re.fullmatch(r"\[[^\]]+\]", frame) else re.sub(r"\(.*\)$", "", frame).replace("'", "")
