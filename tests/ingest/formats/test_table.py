"""Which format a file is taken for, by its content."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.format import Beginning
from duronb.ingest.formats.table import FORMATS, detect

DTRACE = """\
CPU     ID                    FUNCTION:NAME
  0  64091                        :tick-60s

              genunix`alloc+0x20
              unix`trap+0x1f5
              19

              libc.so.1`__read+0xa
              0x4f21
              7
"""
PMCSTAT = """\
@ CPU_CLK_UNHALTED_CORE [43 samples]

60.47%  [26]       lock_delay @ /boot/kernel/kernel
 100.0%  [26]        __mtx_lock_sleep
16.28%  [7]        cpu_idle
"""
CALLGRIND = "# callgrind format\nversion: 1\nevents: Ir\n\nfl=a.c\nfn=main\n16 400\ncfn=sub\ncalls=1 50\n16 400\n"
SAMPLE = """\
Analysis of sampling rg (pid 64751) every 1 millisecond
Process:         rg [64751]
Report Version:  7
----
Call graph:
    42 Thread_1   DispatchQueue_1: com.apple.main-thread  (serial)
      42 start  (in libdyld.dylib) + 1  [0x7fff6f0c73d5]
        42 main  (in rg) + 52  [0x103747434]
"""
DISASSEMBLY = "4294544  418790:\t f3 0f 1e fa   \tendbr64\n4294548  418794:\t 55   \tpush   %rbp\n" * 5
TREE = "\n\t__schedule\n\t\tschedule\n\t\t\tfutex_wait\n\t\t\t\tdo_futex\n\t\t\t\t\tmain\n"
TABLE = "Function Stack,CPU Time:Self,Module\nTotal,0.0,[Unknown]\n main,1.5,a.dll\n  f,2.5,b.dll\n"
PPROF = b"\x0a\x04\x08\x01\x10\x02\x12\x06\x0a\x01\x01\x12\x01\x07\x32\x00\x32\x03cpu"

TEXTS: dict[str, str] = {
    "perf": "x 1/1 1.5: cycles:\n\t4f0 f (/bin/x)\n\n",
    "folded": "main;a 1\nmain;b 2\n",
    "svg": "<?xml version='1.0'?>\n<svg></svg>",
    "embedded": '{"duronb": "embedded samples", "version": 1}\n',
    "speedscope": '{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[]}}',
    "firefox": '{"meta":{"interval":1,"processType":0},"libs":[],"threads":[]}',
    "chrome-trace": '{"traceEvents":[{"ph":"X","name":"a","ts":1,"dur":2}]}',
    "v8-profile": '{"nodes":[{"id":1,"callFrame":{"functionName":"main"}}],"timeDeltas":[1]}',
    "duronb-json": '{"format":"duronb.flamegraph","version":2}',
    "json": '{"a": 1}',
    "duronb-page": "<!DOCTYPE html>\n<html><svg></svg><script>duronb</script></html>",
    "page": "<html><body><svg></svg></body></html>",
    "xml": '<?xml version="1.0"?>\n<trace-query-result><node/></trace-query-result>',
    "callgrind": CALLGRIND,
    "sample": SAMPLE,
    "v8-log": "v8-version,8,4,371,19,0\nshared-library,/usr/bin/node,1,2\ntick,0x1,2\n",
    "ghc": "\tTue Jul  7 2020 Time and Allocation Profiling Report  (Final)\n\n\t   main +RTS -p\n",
    "perf-report": "# Samples: 1K of event 'cycles'\n# Overhead  Command  Shared Object\n  42.17%  app  app  main\n",
    "two-columns": "a;b;c 10 20\na;b 5 5\na;d 0 7\n",
    "dtrace": DTRACE,
    "pmcstat": PMCSTAT,
    "disassembly": DISASSEMBLY,
    "tree": TREE,
    "csv": TABLE,
    "names": "requests 12\nerrors 0\nThe cache was raised to 64\n",
}
BYTES: dict[str, bytes] = {
    "perf-data": b"PERFILE2\x68\0\0\0",
    "old-perf-data": b"PERFFILE\x68\0\0\0",
    "jfr": b"FLR\0\0\2\0\0",
    "lz4": b"\x04\x22\x4d\x18\x64",
    "zip": b"PK\3\4\x14\0",
    "7z": b"7z\xbc\xaf\x27\x1c\0\4",
    "tar": b"stacks.folded".ljust(257, b"\0") + b"ustar\x0000",
    "parquet": b"PAR1\x15\4",
    "program": b"\x7fELF\2\1\1",
    "picture": b"\x89PNG\r\n\x1a\n",
    "utf16": "main;a 1\nmain;b 2\n".encode("utf-16"),
    "pprof": PPROF,
    "binary": bytes(range(256)),
}


def name_of(data: bytes) -> str | None:
    found = detect(Beginning(data, complete=True))
    return None if found is None else found.name


def test_every_format_has_an_example() -> None:
    assert {each.name for each in FORMATS} == {*TEXTS, *BYTES}
    assert len({each.name for each in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_recognised(name: str) -> None:
    assert name_of(TEXTS[name].encode()) == name
    assert name_of(TEXTS[name].replace("\n", "\r\n").encode()) == name
    assert name_of(b"\n\n" + TEXTS[name].encode()) == name


@pytest.mark.parametrize("name", BYTES)
def test_binary_files_are_recognised(name: str) -> None:
    assert name_of(BYTES[name]) == name


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_a_format_is_read_or_says_what_to_do(each: object) -> None:
    assert each in FORMATS
    found = next(found for found in FORMATS if found is each)
    assert (found.read is None) == bool(found.remedy)
    assert found.signature is not None or found.vote is not None
    assert found.title


@pytest.mark.parametrize("byte_order", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_byte_order_mark_is_recognised(byte_order: str) -> None:
    assert name_of("main;a 1\nmain;b 2\n".encode(byte_order)) == "utf16"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "words that say nothing\n",
        "# Notes\n\nWe tried a cache size of 64 today\nand then something else\n",
        "Connected to host db1\nelapsed: 1.5 s\nretries\n",
        "int main(void) {\n  return 0;\n}\n",
        "2026-03-01T10:00:00Z  INFO started\n2026-03-01T10:00:01Z  INFO took 5 s\n",
    ],
)
def test_other_texts_have_no_format(text: str) -> None:
    assert name_of(text.encode()) is None


@pytest.mark.parametrize(("good", "bad", "found"), [(6, 4, "folded"), (5, 5, "folded"), (4, 6, None)])
def test_lines_that_a_format_does_not_explain_count_against_it(good: int, bad: int, found: str | None) -> None:
    lines = [f"main;f{number} {number}" for number in range(good)] + ["a line of words"] * bad
    random.Random(7).shuffle(lines)
    assert name_of("\n".join(lines).encode()) == found


def test_names_with_a_backtick_are_no_stacks_of_dtrace() -> None:
    assert name_of(b"t;genunix`read+0x1;unix`write 5\nt;genunix`read 4\n") == "folded"


def test_heads_and_frames_may_be_indented_or_not() -> None:
    assert name_of(b"        false 39654 19115.489713:          1 cycles:u:  ffffffff9b201293 f (/bin/x)\n") == "perf"
    assert name_of(b"java 19983 cycles:\nffffffff8103d0ca f ([kernel.kallsyms])\nffffffff8103d0cb g (/x)\n") == "perf"


def test_a_perf_text_without_samples_is_recognised_by_its_header() -> None:
    assert name_of(b"# ========\n# event : name = cycles\n") == "perf"


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at_without_an_error(data: bytes) -> None:
    assert detect(Beginning(data, complete=True)) in {*FORMATS, None}
