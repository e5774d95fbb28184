"""The table of formats. The format of a file is chosen here; a new reader is one more row."""

from __future__ import annotations

from duronb.ingest.format import Beginning, Format
from duronb.ingest.formats.binary import BINARY, UNKNOWN_BINARY
from duronb.ingest.formats.documents import DOCUMENTS
from duronb.ingest.formats.others import FIREFOX, PERF_DATA, PPROF, SPEEDSCOPE
from duronb.ingest.formats.ours import EMBEDDED, FOLDED, PERF, SVG
from duronb.ingest.formats.votes import VOTED

FORMATS: tuple[Format, ...] = (
    PERF_DATA,
    *BINARY,
    SVG,
    EMBEDDED,
    PPROF,
    SPEEDSCOPE,
    FIREFOX,
    *DOCUMENTS,
    UNKNOWN_BINARY,
    *VOTED,
    PERF,
    FOLDED,
)
"""Every format that is recognised. Signatures are tried in this order; of equal votes the first one wins."""

LEAST_VOTE = 0.5
"""Smallest share of the first lines that a format without a signature has to explain."""


def detect(beginning: Beginning) -> Format | None:
    """Return the format of a file from its beginning; ``None`` for text of an unknown format and for an empty file."""
    for each in FORMATS:
        if each.signature is not None and each.signature(beginning):
            return each
    votes = [(each.vote(beginning), each) for each in FORMATS if each.vote is not None]
    best, found = max(votes, key=lambda vote: vote[0])
    return found if best >= LEAST_VOTE else None
