from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.engine.machine.native import NativeEngine
from duronb.engine.protocol import RecordPlan
from duronb.engine.recording import Recording
from duronb.errors import DuronbError, HostError
from duronb.events import silent
from duronb.request import CallGraph, ProfileRequest
from duronb.sampling.perf import find_perf
from duronb.sampling.perf_probe import probe
from duronb.subject.plan import find_subject


@pytest.fixture(scope="module")
def working_perf() -> None:
    """Skip where perf or cargo is missing, or perf may not record. Asked late: the probe of perf takes a second."""
    perf = find_perf()
    try:
        works = perf is not None and shutil.which("cargo") is not None and bool(probe(perf, 99))
    except DuronbError:
        works = False
    if not works:
        pytest.skip("needs perf and cargo")


def test_without_perf_the_remedy_is_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(HostError, match=r"perf is not installed\. Install it"):
        NativeEngine().prepare(silent, rebuild=False, frequency_hz=99, call_graph="fp")


def test_the_native_engine_is_refused_on_other_systems_than_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(HostError, match="needs Linux"):
        NativeEngine().prepare(silent, rebuild=False, frequency_hz=99, call_graph="fp")


def test_a_recording_without_samples_is_an_error() -> None:
    if find_perf() is None:
        pytest.skip("no perf")
    with pytest.raises(HostError, match="no samples"):
        list(NativeEngine().samples(Recording.create("empty")))


@pytest.mark.long
@pytest.mark.usefixtures("working_perf")
@pytest.mark.parametrize("call_graph", ["fp", "dwarf"])
def test_a_checkout_is_built_and_sampled_without_touching_it(
    make_checkout: Callable[..., Path], call_graph: CallGraph
) -> None:
    checkout = make_checkout()
    before = sorted(checkout.rglob("*"))
    request = ProfileRequest(seconds=1, repo=str(checkout), engine="native", frequency_hz=499, call_graph=call_graph)
    engine = NativeEngine()
    engine.prepare(silent, rebuild=False, frequency_hz=499, call_graph=call_graph)
    plan = find_subject(request).plan(request, engine.sampler, engine.builder.resolve_release)
    build = engine.builder.build(plan.build, silent, rebuild=False)
    recording = Recording.create("native")
    lines: list[bytes] = []
    ended = engine.record(
        recording,
        RecordPlan(command=(build.binary, *plan.arguments), frequency_hz=499, call_graph=request.call_graph),
        lines.append,
        lambda: None,
    )
    assert ended.exit_code == 0
    assert recording.log.read_bytes() == b"".join(line + b"\n" for line in lines if not line.startswith(b"\x1e"))
    text = b"".join(engine.samples(recording)).decode()
    assert "# cmdline" in text
    assert "reference time" in text
    # Root first, a sample reaches from the program's main function to its own code: the frame pointers are there.
    stacks = [re.findall(r"^\s+[0-9a-f]+ (.+) \(", block, re.MULTILINE) for block in text.split("\n\n")]
    assert any(any("main" in name for name in stack[2:]) for stack in stacks)
    assert sorted(checkout.rglob("*")) == before
    engine.discard(recording)
    assert engine.environment().rung
