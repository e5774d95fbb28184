"""For the command line: a fake ``duronb.api``, or the real one with an engine that pretends."""

from __future__ import annotations

import sys

import pytest

import duronb
from tests.capture.pretended import pretended_engine
from tests.fake_api import FakeApi

__all__ = ["api", "pretended_engine"]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    fake = FakeApi()
    monkeypatch.setitem(sys.modules, "duronb.api", fake)
    monkeypatch.setattr(duronb, "api", fake, raising=False)
    return fake
