"""``FORMAT.md`` of the workload crate, checked against the reader and the crate's source."""

from __future__ import annotations

import re
from importlib.resources import files

from duronb.engine.protocol import PROGRESS_MARK
from duronb.ingest.embedded import DEEPEST_STACK, LARGEST_COUNT, LONGEST_LINE, VERSION, read_embedded

CRATE = files("duronb.subject") / "workload"


def page() -> str:
    return (CRATE / "FORMAT.md").read_text(encoding="utf-8")


def fenced(title: str) -> str:
    match = re.search(rf"^## {re.escape(title)}.*?^```\n(.*?)^```", page(), re.MULTILINE | re.DOTALL)
    assert match is not None, title
    return match[1]


def source(name: str) -> str:
    return (CRATE / "src" / name).read_text(encoding="utf-8")


def test_the_example_is_read_as_documented() -> None:
    read = read_embedded([fenced("Samples").encode()])
    assert (read.samples, read.frequency_hz, read.event, read.lost) == (1, 249.871, "cpu-time:u", 0)
    assert (read.not_understood, read.truncated) == (0, False)
    profile = read.builder.build([], 1.0)
    assert [profile.tree.name(node) for node in range(len(profile.tree))] == [
        "all",
        "start_thread",
        "duroxide::runtime::poll",
    ]
    assert list(profile.threads) == ["tokio-rt-worker"]


def test_the_example_has_the_keys_that_the_sampler_writes() -> None:
    written = re.findall(r'\\"(\w+)\\":', source("sampler.rs").split("#[cfg(test)]")[0])
    assert list(dict.fromkeys(re.findall(r'"(\w+)":', fenced("Samples")))) == written
    described = re.findall(r"^\| `(\w+)` \|", page(), re.MULTILINE)
    assert described == written
    assert '"{MARK}{{\\"stage\\": \\"{name}\\", \\"completed\\": {completed}, \\"elapsed\\"' in source("progress.rs")
    assert re.findall(r'"(\w+)":', fenced("Progress")) == ["stage", "completed", "elapsed"]
    assert PROGRESS_MARK == b"\x1e"


def test_the_page_states_the_limits_of_the_reader() -> None:
    assert (VERSION, LARGEST_COUNT, LONGEST_LINE, DEEPEST_STACK) == (1, 2**40, 16 * 2**20, 65_536)
    for limit in ("2^40", "16 MiB per line", "65,536"):
        assert limit in " ".join(page().split())
    table = source("sampler/table.rs")
    assert "const SLOTS: usize = 2048;" in table
    assert "const DEEPEST: usize = 192;" in table
