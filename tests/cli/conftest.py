"""A fake ``duronb.api`` for the command line."""

from __future__ import annotations

import sys

import pytest

import duronb
from tests.fake_api import FakeApi


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    fake = FakeApi()
    monkeypatch.setitem(sys.modules, "duronb.api", fake)
    monkeypatch.setattr(duronb, "api", fake, raising=False)
    return fake
