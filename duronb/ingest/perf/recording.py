"""Reader of a binary recording of perf, ``perf.data``, through ``perf script``."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from duronb.errors import StoreError
from duronb.quoting import one_line
from duronb.sampling.perf import Perf, find_perf

SIGNATURES = (b"PERFILE2", b"2ELIFREP")
"""First bytes of a recording, in both orders of bytes."""

_CHUNK = 2**20
_KEPT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
_ELSEWHERE = "Run `perf script --header > samples.txt` on the machine that recorded it, and import the text."


def script_text(recording: Path) -> Iterator[bytes]:
    """Yield the text that ``perf script`` prints of a recording.

    The recording is not trusted. perf expands no inlined functions and decodes no instruction traces, for which it
    would start other programs, reads no configuration, and asks no server for symbols.

    Parameters
    ----------
    recording
        The file; it must be seekable.

    Raises
    ------
    StoreError
        perf is not installed, or cannot read the recording.
    """
    perf = find_perf()
    if perf is None:
        raise StoreError("The file is a binary recording, and perf is not installed here.", _ELSEWHERE)
    command = Perf(perf).read_command(str(recording.absolute()))
    assert command is not None
    with tempfile.TemporaryDirectory(prefix="duronb-") as home, (Path(home) / "errors").open("w+b") as errors:
        process = subprocess.Popen(
            [*command, "--no-itrace"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=home,
            env=_environment(home),
        )
        try:
            assert process.stdout is not None
            with process.stdout as output:
                while chunk := output.read(_CHUNK):
                    yield chunk
            status = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if status:
            raise StoreError(f"perf cannot read the recording: {_last_line(errors.fileno())}.", _ELSEWHERE)


@contextmanager
def copied(chunks: Iterable[bytes]) -> Iterator[Path]:
    """Yield the path of a temporary copy of a stream: perf reads only files."""
    with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
        path = Path(directory) / "perf.data"
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        yield path


def _environment(home: str) -> dict[str, str]:
    """Return perf's environment: no user configuration, no cache of binaries, no symbol server, no pager."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": home, "PERF_CONFIG": os.devnull, "LC_ALL": "C", "PAGER": "cat", "TERM": "dumb"}


def _last_line(errors: int) -> str:
    size = os.fstat(errors).st_size
    text = os.pread(errors, 2**14, max(0, size - 2**14)).decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return one_line(lines[-1]) if lines else "it gives no reason"
