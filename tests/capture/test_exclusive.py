from __future__ import annotations

import threading

import pytest

from duronb.capture import exclusive
from duronb.capture.exclusive import Disturbance, sole_build, sole_recording
from duronb.events import Event


@pytest.fixture(autouse=True)
def no_build_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count builds of any length."""
    monkeypatch.setattr(exclusive, "_SHORT_BUILD_SECONDS", 1e-6)


NOTICE = "Another duronb was building on this machine during the recording, which takes CPU time from it."


def test_a_recording_does_not_wait_for_a_build_but_both_say_so() -> None:
    events: list[Event] = []
    built = threading.Event()

    def build() -> None:
        with sole_build("other", events.append):
            built.set()

    with sole_recording("mine", events.append):
        disturbance = Disturbance()
        assert not disturbance.notices
        thread = threading.Thread(target=build)
        thread.start()
        assert built.wait(10)
        thread.join(10)
        assert disturbance.notices == (NOTICE,)
        assert Disturbance().notices == ()
    (event,) = events
    assert event.step == "build"
    assert "This build disturbs another run: process" in event.text
    assert "has been recording 'mine' since" in event.text


def test_a_build_that_still_runs_is_a_disturbance() -> None:
    with sole_build("other"):
        assert Disturbance().notices == (NOTICE,)
    with sole_recording("mine"):
        assert Disturbance().notices == ()


def test_builds_wait_for_each_other_and_say_for_what() -> None:
    texts: list[str] = []
    waits = threading.Event()

    def say(event: Event) -> None:
        texts.append(event.text)
        waits.set()

    def build() -> None:
        with sole_build("second", say):
            texts.append("built")

    with sole_build("first"):
        thread = threading.Thread(target=build)
        thread.start()
        assert waits.wait(10)
        assert "has been building for 'first' since" in texts[0]
        assert len(texts) == 1
    thread.join(10)
    assert texts[1:] == ["built"]
