"""Files in any known format."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from duronb.errors import DuronbError, RequestError, StoreError
from duronb.ingest import source
from duronb.ingest.sample_file import DEFAULT_HZ
from duronb.views.formats.export import export
from tests.ingest.reading import read_file
from tests.views.profiles import make_run, small_cells

PERF = (
    "# event : name = cycles, { sample_period, sample_freq } = 199, freq = 1\n#\n"
    "x 1/1 1.500000: cycles: \n\t             4f0 f (/bin/x)\n\n"
)
OTHER_PERF = "swapper     0 [000] 12.000001:     250000 cycles: \n\t4f0 f (/bin/x)\n\n"
FOLDED = "main;f;g 3\nmain;a b;<T as U>::m 4\n"
SVG = (
    '<?xml version="1.0"?>\n<svg>\n<g><title>all (2 samples, 100%)</title><rect x="0" y="9" width="9"/></g>'
    '<g><title>t (2 samples, 100%)</title><rect x="0" y="0" width="9"/></g></svg>'
)
EMBEDDED = (
    '{"duronb": "embedded samples", "version": 1, "frequency_hz": 250}\n{"frame":0,"name":"f"}\n'
    '{"time":7.25,"thread":"t","count":2,"stack":[0]}\n'
)


@pytest.mark.parametrize(
    ("text", "found", "samples", "frequency"),
    [
        (PERF, "perf", 1, 199.0),
        (OTHER_PERF, "perf", 1, None),
        (FOLDED, "folded", 7, None),
        (FOLDED.replace("\n", "\r\n"), "folded", 7, None),
        ("\ufeff" + SVG, "svg", 2, None),
        (EMBEDDED, "embedded", 2, 250.0),
        (EMBEDDED.replace(": ", ":").replace(", ", ","), "embedded", 2, 250.0),  # as the sampler writes it
    ],
)
def test_reads_each_format(tmp_path: Path, text: str, found: str, samples: int, frequency: float | None) -> None:
    for content in (text.encode(), gzip.compress(text.encode())):
        path = tmp_path / "any name"
        path.write_bytes(content)
        form, read = read_file(path)
        assert (form.name, read.profile.samples) == (found, samples)
        assert read.frequency_known == (frequency is not None)
        assert read.profile.frequency_hz == (frequency or DEFAULT_HZ)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"PERFILE2 and more", "recording"),
        (b"\x1f\x8b broken", "gzip"),
        (gzip.compress(b"main;a 1\n" * 9, mtime=0)[:-9], "gzip"),
        (b"# event : name = cycles\n", "no samples"),
        (b"<svg></svg>", "no flame graph"),
        (b"t;" + b"a" * 70_000 + b" 1\n", "longer than 65536 characters"),
    ],
)
def test_unreadable_files_are_refused_in_one_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(DuronbError, match=reason) as refused:
        read_file(path)
    assert path.parent.name in str(refused.value)  # the end of a long path


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="No such file"):
        read_file(tmp_path / "nothing")
    with pytest.raises(RequestError, match="directory"):
        read_file(tmp_path)


def test_a_file_that_is_too_large_when_decompressed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST_TEXT", 2**19)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"main;a 1\n" * 2**17))
    with pytest.raises(StoreError, match="larger"):
        read_file(path)


def test_losses_are_reported_in_notices(tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_text("main;a 1\nmain;b\n" + "main;d 1\n" * 20 + "main;c 2", encoding="utf-8")
    notices = " ".join(read_file(path)[1].notices)
    assert "no times" in notices
    assert "1 line is not a folded stack and is left out" in notices
    assert "may be incomplete" in notices


@pytest.mark.parametrize(
    ("ending", "what"),
    [(".html", "a page that duronb exported"), (".json", "JSON that duronb printed or exported")],
)
def test_our_own_exports_are_named_and_say_what_to_import(tmp_path: Path, ending: str, what: str) -> None:
    path = export(make_run(small_cells()), tmp_path / f"own{ending}")
    with pytest.raises(StoreError, match=f"looks like {what}.*\\.folded"):
        read_file(path)
