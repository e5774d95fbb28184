"""Texts of lines that are refused. They have no signature, so the share of the lines that a format explains decides."""

from __future__ import annotations

from duronb.ingest.folded.counts import TWO_COUNTS
from duronb.ingest.format import Beginning, Format, explains

_COLLAPSE = "Convert it: inferno-collapse-{} FILE > stacks.folded"
_NUMBER = rb"[-+]?\d+(?:\.\d*)?"


def _dtrace(beginning: Beginning) -> float:
    """Return the share of lines of DTrace: frames such as ``genunix`read+0x1``, and the number below each stack."""
    share = explains(rb"\s*[^\s;`]+`[^;]+|\s*\d+|\s*0x[0-9a-f]+|CPU\s+ID\s.*|\s*\d+\s+\d+\s+:\S+\s*")(beginning)
    return share if explains(rb"\s*[^\s;`]+`[^;]+")(beginning) > 0.3 else 0.0


def _pmcstat(beginning: Beginning) -> float:
    """Return the share of lines of pmcstat: ``@ CYCLES [12 samples]``, and functions with percentages."""
    if explains(rb"@ \S+ \[\d+ samples\]")(beginning) == 0:
        return 0.0
    return explains(rb"@ \S+ \[\d+ samples\]|\s*[\d.]+%\s+(?:\[\d+\])?\s*\S.*")(beginning)


def _indented_tree(beginning: Beginning) -> float:
    """Return the share of lines of a tree of names that are indented by tabs, with or without costs."""
    share = explains(rb"\t+[^\s;].*|[^\s;]\S*")(beginning)
    return (
        share if explains(rb"\t\t+.*")(beginning) > 0.5 and explains(rb"\s*[0-9a-f]{2,16} .*")(beginning) < 0.1 else 0.0
    )


VOTED: tuple[Format, ...] = (
    Format(
        name="two-columns",
        title="folded stacks with two counts a line, as difffolded.pl and inferno-diff-folded write them",
        vote=explains(TWO_COUNTS),
        remedy="Import the two profiles one by one, and compare the two runs.",
    ),
    Format(
        name="dtrace",
        title="stacks of DTrace",
        vote=_dtrace,
        remedy=_COLLAPSE.format("dtrace"),
    ),
    Format(
        name="pmcstat",
        title="call graphs of pmcstat",
        vote=_pmcstat,
        remedy="Convert it: stackcollapse-pmc.pl FILE > stacks.folded",
    ),
    Format(
        name="disassembly",
        title="a disassembly, such as a table of hotspot or objdump",
        vote=explains(rb"(?:\d+\s+)?\s*[0-9a-f]{4,16}(?::\s+.*| <.*>:)"),
        remedy="Give the samples: perf script > samples.txt",
    ),
    Format(
        name="tree",
        title="a tree of names, such as a table of hotspot",
        vote=_indented_tree,
        remedy="Give the samples: perf script > samples.txt",
    ),
    Format(
        name="csv",
        title="a table with separated columns, such as one of VTune or Visual Studio",
        vote=explains(rb'(?:(?:"[^"]*"|[^",;\t]*),){2,}(?:"[^"]*"|[^",]*)'),
        remedy="Convert it to folded stacks, and import those.",
    ),
    Format(
        name="names",
        title="text with numbers at the ends of lines, and without stacks",
        vote=explains(rb"[^;]*\S[ \t]+" + _NUMBER),
        remedy="In folded stacks `;` separates the frames: main;work 12",
    ),
)
"""Refused formats without a signature."""
