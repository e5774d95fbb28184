"""Capture: prepare, build, record, collect and store a run."""

from __future__ import annotations

from duronb.capture.collect import Picture
from duronb.capture.one_run import capture
from duronb.capture.recover import recover_recordings

__all__ = ["Picture", "capture", "recover_recordings"]
