"""Parser of the tables of results of a stress test: printed in columns, or written in Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from duronb.ingest.stress_test.patterns import number

PROVIDERS = {"In-Memory SQLite": "In-Memory SQLite", "File-Based SQLite": "File SQLite"}
"""Name of each provider in tables, by its name in headings of the log."""

_CONFIG = re.compile(r"(\d{1,4})[/:](\d{1,4})")
_NUMBER = r"(?:\d[\d,]{0,20}(?:\.\d{1,9})?|NaN|inf)"
_ROW = re.compile(
    r"(?P<provider>[A-Za-z][\w .()-]{0,59}?)\s+(?P<config>\d{1,4}[/:]\d{1,4})\s+(?P<completed>\d{1,15})\s+"
    r"(?P<failed>\d{1,15})\s+(?:(?P<infra>\d{1,15})\s+(?P<failed_config>\d{1,15})\s+(?P<app>\d{1,15})\s+)?"
    rf"(?P<success>{_NUMBER})%?\s+(?P<orch>{_NUMBER})\s+(?P<activity>{_NUMBER})(?:\s+(?P<latency>{_NUMBER})\s*ms)?$"
)
_OLD_ROW = re.compile(
    r"(?P<config>\d{1,4}\s+\d{1,4})\s+(?P<launched>\d{1,15})\s+(?P<completed>\d{1,15})\s+"
    rf"(?P<failed>\d{{1,15}})\s+(?P<orch>{_NUMBER})\s+(?P<activity>{_NUMBER})$"
)
_HEADER = re.compile(r"Provider {1,40}Config |Orch {1,10}Worker ")
_HEADINGS = {
    "provider": "provider",
    "config": "config",
    "configuration": "config",
    "launched": "launched",
    "completed": "completed",
    "failed": "failed",
    "infra": "infra",
    "infrastructure": "infra",
    "app": "app",
    "application": "app",
    "success": "success",
    "successrate": "success",
    "orchsec": "orch",
    "orchs": "orch",
    "throughput": "orch",
    "activitysec": "activity",
    "activitiessec": "activity",
    "activitythroughput": "activity",
    "avglatency": "latency",
    "avglatencyms": "latency",
    "averagelatency": "latency",
    "latency": "latency",
}
_MOST_CELLS = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the configuration of its stage, and its values by the names of the fields of ``StageResult``."""

    provider: str | None
    orchestration_dispatchers: int
    worker_dispatchers: int
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the stage."""
        return stage_name(self.provider, self.orchestration_dispatchers, self.worker_dispatchers)


class TableReader:
    """Parser of rows. The columns of a Markdown table are recognised by its headings."""

    def __init__(self) -> None:
        self._headings: list[str | None] = []
        self._old = False

    def row(self, message: str) -> Row | bool:
        """Return a row; ``True`` for any other line of a table, ``False`` for a line outside tables."""
        if message.startswith("|"):
            return self._piped(message)
        if message[0] in "PO" and _HEADER.match(message):
            self._old = message.startswith("Orch")
            return True
        match = _ROW.match(message) if _CONFIG.search(message[:100]) else None
        if match is None and self._old:
            match = _OLD_ROW.match(message)
        return False if match is None else _row({key: text for key, text in match.groupdict().items() if text})

    def _piped(self, message: str) -> Row | bool:
        cells = [cell.strip() for cell in message.strip("|").split("|")[:_MOST_CELLS]]
        names = [_HEADINGS.get(re.sub(r"[^a-z]", "", cell.lower())) for cell in cells]
        if "config" in names and "completed" in names:
            second = False
            for column, name in enumerate(names):
                if name == "config":
                    names[column] = "failed_config" if second else "config"
                    second = True
            self._headings = names
            return True
        if not self._headings or not message.strip("|-: \t"):
            return True
        found = {name: cell for name, cell in zip(self._headings, cells, strict=False) if name and cell}
        if len(cells) != len(self._headings):
            self._headings = []
            return True
        return _row(found) if _CONFIG.fullmatch(found.get("config", "")) else False


def stage_name(provider: str | None, orchestration: int | None, worker: int | None) -> str:
    """Return the name of a stage, such as ``File SQLite 2/2``."""
    config = None if orchestration is None else f"{orchestration}/{worker}"
    return " ".join(part for part in (provider, config) if part) or "stress test"


def _row(cells: dict[str, str]) -> Row | bool:
    orchestration, worker = (int(part) for part in re.split(r"[/:\s]+", cells["config"]))
    provider = cells.get("provider")
    figures: dict[str, Any] = {}
    for cell, name in (
        ("launched", "launched"),
        ("completed", "completed"),
        ("failed", "failed"),
        ("infra", "failed_infrastructure"),
        ("failed_config", "failed_configuration"),
        ("app", "failed_application"),
    ):
        value = number(cells[cell]) if cell in cells else None
        if value is not None:
            figures[name] = int(value)
    if "completed" not in figures:
        return False
    for cell, name in (
        ("success", "success_percent"),
        ("orch", "throughput"),
        ("activity", "activity_throughput"),
        ("latency", "ms_per_orchestration"),
    ):
        if cell in cells:
            figures[name] = number(cells[cell])
    return Row(None if provider is None else PROVIDERS.get(provider, provider), orchestration, worker, figures)
