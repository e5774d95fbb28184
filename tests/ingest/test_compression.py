"""Every compression of every kind of file, also several after and inside one another, and damaged."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from duronb.errors import DuronbError, StoreError
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.firefox import firefox
from duronb.views.formats.pprof import pprof_message
from duronb.views.formats.speedscope import speedscope
from tests.ingest.reading import read_file
from tests.views.profiles import make_profile, small_cells

Compress = Callable[[bytes], bytes]


def zstd(data: bytes) -> bytes:
    compressed: bytes = pa.compress(data, codec="zstd", asbytes=True)
    return compressed


COMPRESSIONS: dict[str, Compress] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstd": zstd,
}
SHOWN = display_tree(make_profile(small_cells()))
FILES = {
    "folded": b"main;f 40\nmain;g 6\n",
    "perf": b"x 1/1 1.5: cycles: \n\t4f0 f (/bin/x)\n\n" * 46,
    "svg": b'<svg><g><title>all (46 samples, 100%)</title><rect x="0" y="9" width="9"/></g></svg>',
    "pprof": pprof_message(SHOWN.profile, "t"),
    "speedscope": json.dumps(speedscope(SHOWN.profile, "t")).encode(),
    "firefox": json.dumps(firefox(SHOWN, "t")).encode(),
}


def read(directory: Path, content: bytes) -> tuple[str, int]:
    path = directory / "file"
    path.write_bytes(content)
    found, file = read_file(path)
    return found.name, file.profile.samples


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
@pytest.mark.parametrize("name", FILES)
def test_every_format_may_be_compressed(tmp_path: Path, name: str, compress: Compress) -> None:
    content = FILES[name]
    assert read(tmp_path, compress(content)) == (name, 46)
    # Several compressed files after one another, as parallel programs write them.
    cut = len(content) // 3
    assert read(tmp_path, compress(content[:cut]) + compress(content[cut:])) == (name, 46)
    # A compressed file inside another one, such as a .pb.gz in a .zst.
    for outer in COMPRESSIONS.values():
        assert read(tmp_path, outer(compress(content))) == (name, 46)


@pytest.mark.long
def test_large_files_are_read_as_streams(tmp_path: Path) -> None:
    content = b"main;f 3\nmain;g 4\n" * 30_000
    for compress in COMPRESSIONS.values():
        assert read(tmp_path, compress(content)) == ("folded", 7 * 30_000)


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_damage_is_said_with_the_name_of_the_compression(tmp_path: Path, name: str) -> None:
    content = COMPRESSIONS[name](b"".join(b"main;f%d %d\n" % (n * 7919 % 1000, n + 1) for n in range(2000)))
    # zstd data of Arrow have no checksum, so only damage to their structure can be seen.
    at = 4 if name == "zstd" else len(content) // 2
    for damaged in (
        content[:-3],
        content[:12],
        content[:at] + bytes(byte ^ 0xA5 for byte in content[at : at + 9]) + content[at + 9 :],
    ):
        with pytest.raises(StoreError, match=f"The {name} data of .*file.* are damaged"):
            read(tmp_path, damaged)


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_every_damage_is_an_error_for_the_user(tmp_path: Path, name: str) -> None:
    content = COMPRESSIONS[name](FILES["folded"])
    for at in range(len(content)):
        for damaged in (content[:at], content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]):
            try:
                read(tmp_path, damaged)
            except DuronbError:
                continue
