"""A stand-in for ``duronb.api`` that records what it was asked and answers at once; also used inside a real kernel."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duronb
from duronb import api as real_api
from duronb.errors import StoreError
from duronb.events import Emit, Event
from duronb.model.record.quality import Quality
from duronb.model.stage import StageResult
from duronb.options.remedy import command
from duronb.request import ProfileRequest

EVENTS = (
    Event(kind="output", text="docker: Docker engine 20.10 answers."),
    Event(kind="start", step="prepare"),
    Event(kind="done", step="prepare", elapsed_seconds=1.0),
    Event(kind="plan", text="duroxide 0.1.32: 4 stages of 5 s, about 30 s, after the build."),
    Event(kind="start", step="build"),
    Event(kind="output", step="build", text="   Compiling duroxide v0.1.32 <b>"),
    Event(kind="done", step="build", elapsed_seconds=42.0),
    Event(kind="start", step="record", expected_seconds=30.0),
    Event(
        kind="tick",
        step="record",
        elapsed_seconds=10.0,
        expected_seconds=30.0,
        stage="File SQLite 1/1",
        stage_number=3,
        stages=4,
        completed=1234,
        throughput=81.25,
        lock_warnings=2,
    ),
    Event(kind="notice", step="record", text="The host was busy."),
    Event(kind="done", step="record", elapsed_seconds=31.0),
)


@dataclass
class FakeFindings:
    """What is printed, or written as JSON."""

    said: str

    def __str__(self) -> str:
        return self.said

    def to_json(self) -> dict[str, str]:
        return {"said": self.said}

    def text(self, advised: int | None = 3) -> str:
        return f"{self.said}, advice on {'all' if advised is None else advised}"

    def bucket_text(self, bucket: str) -> str:
        return f"{self.said}, {bucket}"


@dataclass
class FakeRun:
    """What the front ends use of a Run; each display adds to ``shown``."""

    label: str = "profile"
    status: str = "complete"
    location: str | None = None
    request: ProfileRequest = field(default_factory=ProfileRequest)
    quality: Quality = field(default_factory=Quality)
    stages: tuple[StageResult, ...] = ()

    @property
    def id(self) -> str:
        return f"docker_{self.label}_20260314T150926Z"

    def __str__(self) -> str:
        return f"run {self.id}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": f"GRAPH {self.label}", "text/html": f"<b>GRAPH {self.label}</b>"}

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "status": self.status}

    def hot_frames(self, n: int = 20, *, stage: str | None = None) -> list[dict[str, Any]]:
        return [{"name": f"frame {number} of {stage}"} for number in range(n)]

    def bottlenecks(self, stage: str | None = None) -> FakeFindings:
        return FakeFindings(f"bottlenecks of {stage}")

    def time_budget(self) -> FakeFindings:
        return FakeFindings("time budget")

    def text(self, *, top: int = 12, stage: str | None = None) -> str:
        return f"{self}: {top} frames of {stage}"

    def export(self, path: Path, *, stage: str | None = None) -> Path:
        path.write_text(f"{self.id} {stage}", encoding="utf-8")
        return path


class FakeRuns(list[FakeRun]):
    def __str__(self) -> str:
        return "\n".join(run.id for run in self) or "no runs"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<table>{len(self)} RUNS</table>"


class FakeTags:
    def to_json(self) -> dict[str, Any]:
        return {"tags": [{"tag": "before-wal", "run": "docker_baseline_20260314T150926Z"}]}


class FakeApi(types.ModuleType):
    """The functions of ``duronb.api`` with their real signatures: a wrong keyword is a TypeError.

    ``fail`` is raised by the functions that make runs in place of an answer.
    """

    def __init__(self) -> None:
        super().__init__("duronb.api")
        self.asked: list[dict[str, Any]] = []
        self.stored: list[FakeRun] = [FakeRun("baseline"), FakeRun("optimized")]
        self.status = "complete"
        self.location: str | None = None
        self.fail: BaseException | None = None
        self.events: tuple[Event, ...] = EVENTS
        for name in ("profile", "ab", "compare", "history", "tag", "tags", "clean", "runs", "load"):
            real = getattr(real_api, name)
            setattr(self, name, self._answering(name, real))

    def _answering(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        """Return a function that answers for ``name`` with the arguments by name, as the real one would get them."""
        signature = inspect.signature(real)
        answer = getattr(self, f"_{name}")

        @functools.wraps(real)
        def called(*arguments: object, **keywords: object) -> object:
            return answer(**signature.bind(*arguments, **keywords).arguments)

        return called

    def _profile(self, *, on_event: Emit, **options: Any) -> FakeRun:
        self.asked.append(dict(options))
        ProfileRequest(**{name: value for name, value in options.items() if name != "store"})
        self._report(on_event, self.events if self.fail is None else self.events[:6])
        return FakeRun(options.get("label", "profile"), self.status, self.location)

    def _ab(self, *, on_event: Emit, **options: Any) -> FakeRun:
        self.asked.append({"ab": options})
        self._report(on_event, self.events)
        return FakeRun("ab")

    def _report(self, on_event: Emit, events: tuple[Event, ...]) -> None:
        for event in events:
            on_event(event)
        if self.fail is not None:
            raise self.fail

    def _runs(self, label: str | None = None, store: str | None = None) -> FakeRuns:
        return FakeRuns(run for run in self.stored if label in (None, run.label))

    def _compare(self, **options: Any) -> FakeRun:
        self.asked.append({"compare": options})
        return FakeRun("compared")

    def _history(self, **options: Any) -> FakeRun:
        self.asked.append({"history": options})
        return FakeRun("history")

    def _tag(self, **options: Any) -> str:
        self.asked.append({"tag": options})
        return "tagged"

    def _clean(self, **options: Any) -> str:
        self.asked.append({"clean": options})
        return "cleaned"

    def _tags(self, store: str | None = None) -> FakeTags:
        return FakeTags()

    def _load(
        self,
        selector: str | None = None,
        event: str | None = None,
        weight: str | None = None,
        store: str | None = None,
    ) -> FakeRun:
        if selector is None and self.stored:
            return self.stored[0]
        for run in self.stored:
            if selector in (run.label, run.id):
                return run
        raise StoreError(f"There is no run {selector!a}.", f"List the runs: {command('runs')}")


def install() -> FakeApi:
    """Put a fake in the place of ``duronb.api``, and of what draws flamegraphs in a notebook, in this process."""
    fake = FakeApi()
    sys.modules["duronb.api"] = fake
    duronb.api = fake
    views = types.ModuleType("duronb.views.live.loader")
    views.loader_html = lambda: "<i>LOADER</i>"  # type: ignore[attr-defined]
    sys.modules["duronb.views.live.loader"] = views
    return fake
