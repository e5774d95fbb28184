"""The one place a run is made: prepare, build, record, collect, store."""

from __future__ import annotations

from duronb.capture.collect import Picture
from duronb.capture.recover import recover_recordings
from duronb.capture.steps import capture

__all__ = ["Picture", "capture", "recover_recordings"]
