"""Reader of files of samples in any format."""

from __future__ import annotations

from duronb.errors import StoreError
from duronb.ingest.format import Beginning, Format
from duronb.ingest.formats.table import detect
from duronb.ingest.sample_file import ReadOptions, SampleFile
from duronb.ingest.source import Source
from duronb.ingest.understood import check_understood
from duronb.model.building.sizes import check_sizes

LONGEST_NAME = 2**16
"""Largest number of characters of a name in a stored run."""

ACCEPTED = (
    "Give text of `perf script`, perf.data, pprof, speedscope or Firefox JSON, folded stacks, or a flame graph's SVG."
)
_AS_TEXT = ReadOptions()


def read_source(source: Source, options: ReadOptions = _AS_TEXT) -> tuple[Format, SampleFile]:
    """Read an input of samples as a stream.

    Parameters
    ----------
    source
        The input.
    options
        Choices of the user.

    Returns
    -------
    The format of the input and its content.

    Raises
    ------
    RequestError
        The input cannot be read.
    StoreError
        The input has a format that cannot be imported, is damaged, has too many lines that are not understood, or
        contains no samples.
    """
    data = source.beginning
    found = detect(Beginning(data, complete=source.is_complete))
    if found is None:
        what = "is text of an unknown format" if data.strip() else "is empty"
        raise StoreError(f"{source.shown} {what}.", ACCEPTED)
    if found.read is None:
        raise StoreError(f"{source.shown} looks like {found.title}, which cannot be imported.", found.remedy)
    try:
        read = found.read(source, options)
    except StoreError as error:
        # Readers know the format, but not where the text comes from.
        if source.shown in error.message:
            raise
        raise StoreError(
            f"{source.shown} cannot be imported as {found.title}. {error.message}", error.remedy
        ) from error
    check_understood(read, shown=source.shown, title=found.title)
    if not read.profile.samples:
        raise StoreError(f"{source.shown} contains no samples.", ACCEPTED)
    if any(len(name) > LONGEST_NAME for name in (*read.profile.tree.frames.names, *read.profile.threads)):
        raise StoreError(f"A name in {source.shown} is longer than {LONGEST_NAME} characters.", "Check the file.")
    check_sizes(read.profile, f"{source.shown} is")
    return found, read
