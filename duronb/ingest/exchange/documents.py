"""Reader of profiles in JSON, which recognises their format by their keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from duronb.errors import StoreError
from duronb.ingest.exchange.firefox import is_firefox, read_firefox
from duronb.ingest.exchange.json_values import read_json
from duronb.ingest.exchange.speedscope import is_speedscope, read_speedscope
from duronb.ingest.samples import Samples

JsonFormat = Literal["speedscope", "firefox"]

_ACCEPTED = "Give a JSON file of speedscope or of the Firefox Profiler."
_CONVERT = "Open it in speedscope, which can save it as a file that duronb imports."


def read_json_profile(chunks: Iterable[bytes]) -> tuple[JsonFormat, Samples]:
    """Read a profile of speedscope or of the Firefox Profiler.

    Parameters
    ----------
    chunks
        The text, split at any positions.

    Returns
    -------
    The format and the samples.

    Raises
    ------
    StoreError
        The text has another format, is damaged or is too large.
    """
    document = read_json(chunks)
    if is_speedscope(document):
        return "speedscope", read_speedscope(document)
    if is_firefox(document):
        return "firefox", read_firefox(document)
    looks_like, remedy = _refusal(document)
    raise StoreError(f"The JSON text is {looks_like}, which cannot be imported.", remedy)


def _refusal(document: dict[str, Any]) -> tuple[str, str]:
    """Return what a document looks like, and what to do with it."""
    if isinstance(document.get("traceEvents"), list):
        return "a trace of Chrome", _CONVERT
    if "nodes" in document and ("samples" in document or "timeDeltas" in document):
        return "a CPU profile of V8", _CONVERT
    if "resourceProfiles" in document:
        return "an OTLP profile", "Import the file that it was made from."
    if "frames" in document and "groups" in document:
        return "a flamegraph of duronb", "Import the run's .pb.gz, .firefox.json or .speedscope.json."
    return "no profile that is known", _ACCEPTED
