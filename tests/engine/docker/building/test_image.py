from __future__ import annotations

import re
from importlib.resources import files

import pytest

from duronb.engine.docker.building.image import _emit_messages, default_base, looks_offline, network_hint
from duronb.events import Event

DOCKERFILE = files("duronb.engine.docker").joinpath("Dockerfile").read_text(encoding="utf-8")


def test_the_base_image_is_pinned() -> None:
    assert re.fullmatch(r"rust:\d+\.\d+-\w+", default_base(DOCKERFILE))


def test_the_legacy_builder_understands_the_dockerfile() -> None:
    instructions = re.sub(r"^#.*$", "", DOCKERFILE, flags=re.MULTILINE)
    assert "--mount" not in instructions
    assert "<<" not in instructions


def test_messages_become_lines_without_escapes_and_progress_bars() -> None:
    events: list[Event] = []
    failure, lines = _emit_messages(
        [
            {"stream": "Step 1/2 : FROM x\n"},
            {"stream": "\n"},
            {"stream": "one\r\ntwo\x1b[31m red\x1b[0m\n"},
            {"status": "Pulling fs layer", "id": "abc", "progressDetail": {}},
            {"status": "Downloading", "id": "abc", "progressDetail": {"current": 1, "total": 2}},
            {"aux": {"ID": "sha256:1"}},
        ],
        events.append,
    )
    assert failure is None
    assert lines == ["Step 1/2 : FROM x", "one", "two red", "abc Pulling fs layer"]
    assert [event.text for event in events] == lines
    assert {event.step for event in events} == {"prepare"}


def test_the_failure_of_a_build_is_found() -> None:
    failure, _ = _emit_messages([{"error": "short", "errorDetail": {"message": "long"}}], lambda event: None)
    assert failure == "long"


@pytest.mark.parametrize(
    "text", ["Temporary failure resolving 'host'", "dial tcp: lookup x: no such host", "Could not resolve host: x"]
)
def test_missing_network_access_is_recognised(text: str) -> None:
    assert looks_offline(text)
    assert not looks_offline("E: Unable to locate package linux-perf")


def test_the_hint_names_the_other_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DURONB_BUILD_NETWORK", raising=False)
    assert "DURONB_BUILD_NETWORK=host" in network_hint()
    monkeypatch.setenv("DURONB_BUILD_NETWORK", "ho\nst")
    assert "'ho\\nst'" in network_hint()
