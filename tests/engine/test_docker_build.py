from __future__ import annotations

import pytest

from duronb.engine.docker_build import cargo_error
from duronb.engine.docker_builder import Finished, _Lines
from duronb.errors import BuildError, HostError


@pytest.mark.parametrize(
    ("exit_code", "output", "kind", "says"),
    [
        (101, b"error[E0425]: cannot find function", BuildError, "does not compile"),
        (101, b"error: write failed: No space left on device (os error 28)", HostError, "docker system df"),
        (101, b"error: download of config.json failed\nCould not resolve host: x", HostError, "DURONB_BUILD_NETWORK"),
        (137, b"   Compiling x", HostError, "memory"),
    ],
)
def test_a_failed_cargo_is_told_by_its_cause(exit_code: int, output: bytes, kind: type[Exception], says: str) -> None:
    error = cargo_error(Finished(exit_code, output))
    assert type(error) is kind
    assert says in str(error)


def test_output_is_cut_into_lines_at_newlines_and_carriage_returns() -> None:
    lines: list[str] = []
    cutter = _Lines(lines.append)
    for chunk in (b"one\r\ntw", b"o\rthree\n\n", b"\xffour"):
        cutter.feed(chunk)
    cutter.end()
    assert lines == ["one", "two", "three", "\ufffdour"]
