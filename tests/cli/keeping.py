"""A store for the commands that keep order in one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from duronb.store import open_store
from tests.store.runs import CREATED, run_of

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def stored(path: Path, labels: str) -> list[str]:
    """Save a run per letter, an hour apart; return their ids, oldest first."""
    store = open_store(str(path / "store"))
    return [
        store.save(
            run_of(label, CREATED + timedelta(hours=number)), None, log=path / "none", cargo_lock=b"", svg=SVG
        ).id
        for number, label in enumerate(labels)
    ]
