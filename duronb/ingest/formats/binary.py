"""Binary formats that are refused: recordings of other profilers, compressed files and archives, and others."""

from __future__ import annotations

from duronb.ingest.format import Beginning, Format, begins_with

_TEXT = "Convert it to text: perf script -i FILE > samples.txt"
_DECOMPRESS = "Decompress it, and import the result."
_EXTRACT = "Extract the file with the samples, and import that."
_COLLAPSE = "Convert it to folded stacks, and import those."


def _is_tar(beginning: Beginning) -> bool:
    return beginning.data[257:262] == b"ustar"


def _is_utf16(beginning: Beginning) -> bool:
    """Return whether a file is UTF-16: by its byte order mark, or because every second byte of its first 200 is NUL."""
    data = beginning.data[:200]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = [data[start::2].count(0) for start in (0, 1)]
    return len(data) >= 8 and max(zeros) >= 0.4 * len(data) and min(zeros) == 0


BINARY: tuple[Format, ...] = (
    Format(
        name="old-perf-data",
        title="a binary perf.data file of Linux before 3.0",
        signature=begins_with(b"PERFFILE", b"ELIFFREP"),
        remedy=f"{_TEXT}, with the perf that recorded it.",
    ),
    Format(
        name="jfr",
        title="a recording of Java Flight Recorder",
        signature=begins_with(b"FLR\0"),
        remedy="Convert it with jfrconv of async-profiler: jfrconv -o collapsed FILE stacks.folded",
    ),
    Format(
        name="lz4", title="a file compressed by lz4", signature=begins_with(b"\x04\x22\x4d\x18"), remedy=_DECOMPRESS
    ),
    Format(name="zip", title="a zip archive", signature=begins_with(b"PK\3\4", b"PK\5\6"), remedy=_EXTRACT),
    Format(name="7z", title="a 7z archive", signature=begins_with(b"7z\xbc\xaf\x27\x1c"), remedy=_EXTRACT),
    Format(name="tar", title="a tar archive", signature=_is_tar, remedy=_EXTRACT),
    Format(
        name="parquet",
        title="a table in the Parquet format",
        signature=begins_with(b"PAR1"),
        remedy="A stored run is not imported: give the path of its directory in place of a label.",
    ),
    Format(
        name="program",
        title="a program or a library",
        signature=begins_with(b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"),
        remedy="A program is profiled, not imported.",
    ),
    Format(
        name="picture",
        title="a picture or a PDF, whose frames cannot be read",
        signature=begins_with(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF"),
        remedy="Give the SVG of the flame graph, or its folded stacks.",
    ),
    Format(
        name="utf16",
        title="text in UTF-16, as PowerShell writes it",
        signature=_is_utf16,
        remedy="Convert it: iconv -f UTF-16 -t UTF-8 FILE > samples.txt",
    ),
)
"""Refused formats with a binary signature."""


UNKNOWN_BINARY = Format(
    name="binary",
    title="binary data of an unknown format",
    signature=lambda beginning: not beginning.is_text,
    remedy=_COLLAPSE,
)
"""The last of the signatures: everything that is not text."""
