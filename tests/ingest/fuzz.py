"""Mutations of real inputs: no error but a DuronbError, and no run from noise.

``python -m tests.ingest.fuzz --count 200000`` prints what happened to each kind of input; ``--seed`` repeats a run, and
``--only N`` repeats one input of it.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import duronb
from duronb.errors import DuronbError
from duronb.ingest.files import read_source
from duronb.ingest.sample_file import SampleFile
from duronb.ingest.source import Source
from duronb.model.profile import Profile
from duronb.views.formats.export import export

DATA = Path(__file__).parents[1] / "data"
_PROGRESS = 5000
SIZES = (*[2**12] * 9, 2**16)
"""Sizes to which inputs are cut, so that many can be tried."""

TOKENS = (
    *(b";", b" ", b"\n", b"\n\n", b"\t", b"\r\n", b"\0", b"#", b"# ", b"0", b"-1", b"1.5", b"1e999", b"nan", b"."),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f\x8b", b"PERFILE2", b"<svg>", b"</g>", b"&lt;", b"{", b"}", b"[", b'"', b"'"),
    *(b"18446744073709551616", b"9" * 40, b"ffffffffffffffff", b"+0x", b" (", b")", b"[unknown]", b"_[k]", b"cycles:"),
    *(
        b"PERF_RECORD_LOST lost 9",
        b"\xc3\x28",
        "\u202e\u2028".encode(),
        b"\x1b[31m",
        b" 1.000000: ",
        b"\xf0\x9f\x92\xa9",
    ),
)
WORDS = [
    *[
        "the",
        "run",
        "took",
        "longer",
        "than",
        "a",
        "sample",
        "of",
        "all",
        "dispatchers",
        "when",
        "we",
        "tried",
        "pool",
        "size",
        "cache",
        "to",
        "raise",
        "it",
        "from",
    ],
    *[
        "lock",
        "waits",
        "File",
        "SQLite",
        "2/2",
        "completed;",
        "failed,",
        "throughput:",
        "latency",
        "(avg)",
        "p99",
        "ms",
        "INFO",
        "worker-1",
        "retry",
        "in",
    ],
    *[
        "main.rs",
        "[1/4]",
        "|",
        "->",
        "=",
        "https://example.org/a;b",
        "#",
        "*",
        "-",
        "`cargo",
        "run`",
        "12%",
        "1,024",
        "3.5",
        "s",
        "about",
        "`fn",
        "main()`",
        "&",
    ],
    *["src/lib.rs:12", "a::b"],
]


def recordings() -> dict[str, bytes]:
    """Return the inputs: small ones of every kind, and exports of a run that an earlier version recorded."""
    inputs = {path.name: path.read_bytes() for path in sorted((DATA / "readers").iterdir())}
    (path,) = (DATA / "saved_earlier").glob("native_*")
    run = duronb.load(str(path))
    with tempfile.TemporaryDirectory() as directory:
        for ending in (".folded", ".svg", ".html", ".json", ".speedscope.json", ".firefox.json", ".pb.gz"):
            inputs[f"saved{ending}"] = export(run, Path(directory, f"saved{ending}")).read_bytes()
    inputs["saved.perf"] = as_perf_script(run.profile)
    inputs["saved.json-lines"] = as_embedded(run.profile)
    return inputs


def as_perf_script(profile: Profile) -> bytes:
    """Return up to 300 rows of a profile as ``perf script`` prints samples."""
    lines = ["# ========", "# perf version : 6.1.100", "# ========", "#"]
    for thread, second, node in list(zip(profile.thread, profile.second, profile.node, strict=True))[:300]:
        lines.append(f"{profile.threads[thread]:16} 7/{thread + 7} {second}.{node:06d}: cpu-clock: ")
        for frame in reversed(profile.tree.stack(int(node))):
            name, module = profile.tree.frames.names[frame], profile.tree.frames.modules[frame]
            lines.append(f"\t{4096 + frame:16x} {name}+0x4 ({module or '[unknown]'})")
        lines.append("")
    return "\n".join([*lines, ""]).encode()


def as_embedded(profile: Profile) -> bytes:
    """Return up to 300 rows of a profile in the format of the embedded sampler."""
    import json

    lines = [json.dumps({"duronb": "embedded samples", "version": 1, "frequency_hz": 250})]
    lines += [json.dumps({"frame": number, "name": name}) for number, name in enumerate(profile.tree.frames.names)]
    for thread, second, node in list(zip(profile.thread, profile.second, profile.node, strict=True))[:300]:
        stack = profile.tree.stack(int(node))
        lines.append(json.dumps({"time": int(second), "thread": profile.threads[thread], "count": 1, "stack": stack}))
    return "\n".join([*lines, ""]).encode()


def _flip(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    for _number in range(random.choice((1, 1, 2, 8, 64))):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def _insert(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    for _number in range(random.choice((1, 1, 3, 20))):
        at = random.randrange(len(data) + 1)
        data[at:at] = random.choice(TOKENS)
    return bytes(data)


def _delete(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    del data[at : at + random.choice((1, 5, 50, 1000))]
    return bytes(data)


def _cut(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    return bytes(data[: random.randrange(len(data) + 1)])


def _tail(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    return bytes(data[random.randrange(len(data) + 1) :])


def _repeat(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    at, size = random.randrange(len(data) + 1), random.choice((3, 30, 300))
    return bytes(data[:at] + data[at : at + size] * random.choice((2, 10, 100)) + data[at:])


def _splice(data: bytearray, random: Random, inputs: list[bytes]) -> bytes:
    other = random.choice(inputs)
    return bytes(data[: random.randrange(len(data) + 1)]) + other[random.randrange(len(other) + 1) :]


def _lines(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    lines = bytes(data).split(b"\n")
    for _number in range(random.choice((1, 3, 10))):
        at = random.randrange(len(lines))
        change = random.randrange(3)
        if change == 0:
            lines.insert(at, lines[random.randrange(len(lines))])
        elif change == 1 and len(lines) > 1:
            del lines[at]
        else:
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _numbers(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    while at < len(data) and not 48 <= data[at] <= 57:
        at += 1
    end = at
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    number = random.choice((b"0", b"-7", b"00", b"1099511627777", b"9" * 19, b"9" * 30, b"0.5", b".5", b"7.", b"1e9"))
    return bytes(data[:at] + number + data[end:])


def _compress(data: bytearray, random: Random, _: list[bytes]) -> bytes:
    packed = bytearray(gzip.compress(bytes(data), 1))
    return _flip(packed, random, []) if random.random() < 0.5 else _cut(packed, random, [])


MUTATIONS: tuple[Callable[[bytearray, Random, list[bytes]], bytes], ...] = (
    *(_flip, _insert, _delete, _cut, _tail, _repeat, _splice, _lines, _numbers, _compress),
)


def mutated(inputs: list[bytes], random: Random) -> bytes:
    """Return an input with one to three mutations."""
    data, size = random.choice(inputs), random.choice(SIZES)
    for _number in range(random.choice((1, 1, 2, 3))):
        data = random.choice(MUTATIONS)(bytearray(data[:size]), random, inputs)
    return data


def noise(inputs: dict[str, bytes], random: Random) -> tuple[str, bytes]:
    """Return the kind of noise, and noise: random bytes, prose, or the lines of a recording in random order."""
    kind = random.choice(("bytes", "letters", "prose", "log", "shuffled perf script"))
    if kind == "bytes":
        return kind, random.randbytes(random.choice((1, 20, 300, 5000)))
    if kind == "letters":
        return kind, bytes(random.choices(b"abc 0123456789;:.()[]\n\t#", k=random.choice((300, 3000))))
    if kind == "shuffled perf script":
        lines = inputs["saved.perf"].split(b"\n")[: random.choice((200, 200, 200, 3000))]
        random.shuffle(lines)
        return kind, b"\n".join(lines)
    return kind, "\n".join(_sentence(random, kind) for _number in range(random.choice((1, 5, 60)))).encode()


def _sentence(random: Random, kind: str) -> str:
    text = " ".join(random.choices(WORDS, k=random.randrange(2, 14)))
    if random.random() < 0.4:
        text += f" {random.randrange(1000)}"
    if kind == "log":
        return f"2026-03-01T10:00:{random.randrange(60):02d}.{random.randrange(10**6):06d}Z  INFO {text}"
    return random.choice(("", "", "- ", "# ", "    ", "| ")) + text + random.choice(("", "", ".", ":", "\n"))


def read(data: bytes) -> SampleFile | None:
    """Return what a file with these bytes is read as; ``None`` if it is refused."""
    try:
        return read_source(Source(io.BytesIO(data), "fuzz"))[1]
    except DuronbError as error:
        message = str(error)
    assert message.count("\n") == 0 < len(message)
    return None


def check(found: SampleFile) -> None:
    """Raise AssertionError for a run that contradicts itself."""
    quality, profile = found.quality, found.profile
    assert profile.samples > 0
    assert int(profile.count.min()) > 0
    assert quality.sample_lines is not None
    assert quality.sample_lines_not_understood is not None
    assert 20 * quality.sample_lines_not_understood <= quality.sample_lines
    assert int(profile.tree.totals(profile.self_counts())[0]) == profile.samples
    assert (profile.tree.parent[1:] >= 0).all()


def fuzz(count: int, seed: int, only: int | None = None) -> Iterator[tuple[str, bool]]:
    """Yield for each input its kind and whether it became a run. One in four is noise, which never does.

    Raises
    ------
    AssertionError
        Noise became a run, or a run contradicts itself. The message has the number of the input.
    """
    inputs = recordings()
    all_inputs = list(inputs.values())
    for number in range(count) if only is None else [only]:
        random = Random(f"{seed} {number}")
        kind, data = noise(inputs, random) if number % 4 == 0 else ("mutated", mutated(all_inputs, random))
        try:
            found = read(data)
            if found is not None:
                check(found)
            assert found is None or kind == "mutated", f"{kind} became a run of {found.profile.samples} samples"
        except Exception as error:
            raise AssertionError(f"Input {number} of seed {seed}, {kind}: {data[:300]!r}") from error
        yield kind, found is not None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.ingest.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    given = parser.parse_args()
    began = time.perf_counter()
    tried: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    try:
        for kind, accepted in fuzz(given.count, given.seed, given.only):
            tried[kind] += 1
            runs[kind] += accepted
            if tried.total() % _PROGRESS == 0:
                print(f"{tried.total():,} inputs in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted")
    for kind, number in sorted(tried.items()):
        print(f"{kind:22}{number:>9,} inputs  {runs[kind]:>9,} runs  {number - runs[kind]:>9,} refused")
    print(f"{sum(tried.values()):,} inputs in {time.perf_counter() - began:.0f} s, no error but DuronbError")
    return 0


if __name__ == "__main__":
    sys.exit(main())
