"""Two builds in one engine, from caches that do not know each other."""

from __future__ import annotations

import os
import platform
import re
import threading
from contextlib import closing

from duronb.engine.docker.engine import DockerEngine
from duronb.events import Event, silent
from tests.docker.conftest import tiny_plan

SLOW = """//! Compiles for some seconds: the constant is computed by the compiler.
const fn count(to: u64) -> u64 {
    let mut number = 0;
    while number < to {
        number += 1;
    }
    number
}
#[allow(long_running_const_eval)]
const COUNTED: u64 = count(10_000_000);
fn main() {
    println!("{version} {COUNTED}");
}
"""


def test_a_build_that_waits_says_whose_build_it_waits_for(engine: DockerEngine) -> None:
    compiling = threading.Event()

    def see(event: Event) -> None:
        if "Compiling" in event.text:
            compiling.set()

    plan = tiny_plan(f"slow {os.getpid()}", main=SLOW)
    first = threading.Thread(target=lambda: engine.builder.build(plan, see, rebuild=False))
    first.start()
    texts: list[str] = []
    with closing(DockerEngine()) as other:
        other.prepare(silent, rebuild=False, frequency_hz=499, call_graph="fp")
        assert compiling.wait(60)
        other.builder.build(tiny_plan(f"second {os.getpid()}"), lambda event: texts.append(event.text), rebuild=False)
    first.join(60)
    owner = rf"process {os.getpid()} on {re.escape(platform.node())}, since \d\d:\d\d:\d\dZ"
    (waiting,) = [text for text in texts if text.startswith("Waiting")]
    assert re.fullmatch(f"Waiting for another build in this engine: {owner}", waiting)
