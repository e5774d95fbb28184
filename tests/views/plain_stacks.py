"""Independent computation of the views, with dictionaries and lists of stacks, from the description of each view."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

Frame = tuple[str, str, str]
"""Name, module, kind."""
Path = tuple[Frame, ...]
Place = tuple[str, Path]
"""A part of the picture (``tree``, ``callees`` or ``callers``) and the frames that lead there from its root."""

INITIAL: dict[str, Any] = {
    "view": "flame", "function": "", "stage": None, "thread": None, "seconds": None, "search": "", "literal": False,
    "zoom": [], "selected": [], "icicle": False, "recursion": False, "generics": False, "runtime": "shown",
    "focus": "", "ignore": "", "color": "kind", "table": False, "bucket": "",
}  # fmt: skip
RUNTIME: Frame = ("[runtime]", "", "tokio")
CALLERS = "\u2191"
PAUSE = 5
"""Seconds without a sample after which the time order goes on as if there had been none."""


class Sample(NamedTuple):
    """Equal samples: stage, thread, second, stack, and their number."""

    stage: str
    thread: str
    second: int
    stack: Path
    count: int  # type: ignore[assignment]


def has_match(frames: Sequence[Frame], text: str, literal: bool = False) -> bool:
    """Whether a frame's name matches; lower case finds both cases."""
    letters = text if literal else re.sub(r"\\.", "", text)
    flags = re.ASCII if letters != letters.lower() else re.ASCII | re.IGNORECASE
    pattern = re.compile(re.escape(text) if literal else text, flags)
    return any(pattern.search(name) for name, _, _ in frames)


def rewritten(stack: Path, state: Mapping[str, Any], folds: Mapping[str, str]) -> Path:
    """Return a stack as the state shows it. ``folds`` contains names that have a form without generics."""
    frames: list[Frame] = []
    for frame in stack:
        if state["runtime"] != "shown" and frame[2] in ("tokio", "std"):
            if state["runtime"] == "folded" and frames[-1:] != [RUNTIME]:
                frames.append(RUNTIME)
        else:
            name, module, kind = frame
            frames.append((folds.get(name, name) if state["generics"] else name, module, kind))
    return tuple(dict.fromkeys(frames)) if state["recursion"] else tuple(frames)


@dataclass
class Part:
    """A tree of one part of the picture: samples by path, and the order of siblings."""

    totals: Counter[Path] = field(default_factory=Counter)
    own: Counter[Path] = field(default_factory=Counter)
    children: defaultdict[Path, list[Path]] = field(default_factory=lambda: defaultdict(list))

    def add(self, path: Path, count: int) -> None:
        self.own[path] += count
        for depth in range(len(path) + 1):
            if path[:depth] not in self.totals and depth:
                self.children[path[: depth - 1]].append(path[:depth])
            self.totals[path[:depth]] += count


@dataclass
class View:
    """What a view state shows of samples.

    Parameters
    ----------
    samples
        All samples of the profile.
    state
        Every field of the view's state, each of them valid.
    stages
        All stages in the order of the profile.
    folds
        Names that have another one without generics.
    """

    samples: Sequence[Sample]
    state: Mapping[str, Any]
    stages: Sequence[str]
    folds: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def selected(self) -> list[Sample]:
        """Samples of the chosen stage, thread and seconds."""
        low, high = self.state["seconds"] or (0, float("inf"))
        return [
            sample
            for sample in self.samples
            if self.state["stage"] in (None, sample.stage)
            and self.state["thread"] in (None, sample.thread)
            and low <= sample.second < high
        ]

    @cached_property
    def stacks(self) -> list[Sample]:
        """Samples that pass the filters, with their names as displayed."""
        focus, ignore = self.state["focus"], self.state["ignore"]
        return [
            sample._replace(stack=rewritten(sample.stack, self.state, self.folds))
            for sample in self.selected
            if (not focus or has_match(sample.stack, focus)) and not (ignore and has_match(sample.stack, ignore))
        ]

    @property
    def whole(self) -> int:
        return sum(sample.count for sample in self.stacks)

    @cached_property
    def columns(self) -> list[tuple[Frame, int, int]]:
        """Stages in order of time with their first and last second. A stage that resumes after a pause counts twice."""
        places = sorted({(self.stages.index(sample.stage), sample.second) for sample in self.selected})
        found: list[tuple[int, int, int]] = []
        for stage, second in places:
            if found and found[-1][1] == stage and second - found[-1][2] <= PAUSE:
                found[-1] = (found[-1][0], stage, second)
            else:
                found.append((second, stage, second))
        return [
            ((self.stages[stage], str(number), "label"), first, last)
            for number, (first, stage, last) in enumerate(sorted(found))
        ]

    def lines(self) -> Iterator[tuple[Sample, dict[str, Path]]]:
        """Each sample in the view, with its path in every part."""
        view = self.state["view"]
        for sample in self.stacks:
            stack = sample.stack
            if view == "flame":
                yield sample, {"tree": stack}
            elif view == "inverted":
                yield sample, {"tree": stack[::-1]}
            elif view == "time":
                label, first = next(
                    (label, first)
                    for label, first, last in self.columns
                    if label[0] == sample.stage and first <= sample.second <= last
                )
                yield sample, {"tree": (label, (f"+{sample.second - first} s", "", "label"), *stack)}
            else:
                names = [name for name, _, _ in stack]
                if self.state["function"] in names:
                    at = names.index(self.state["function"])
                    yield sample, {"callees": stack[at + 1 :], "callers": stack[:at][::-1]}

    @cached_property
    def parts(self) -> dict[str, Part]:
        names = ["callees", "callers"] if self.state["view"] == "sandwich" else ["tree"]
        parts = {name: Part() for name in names}
        if self.state["view"] == "time":
            # A stage keeps its place in time also where the filters leave none of its samples.
            for label, _, _ in self.columns:
                parts["tree"].add((label,), 0)
        for sample, paths in self.lines():
            for name, path in paths.items():
                parts[name].add(path, sample.count)
        for name, part in parts.items():
            for siblings in part.children.values():
                siblings.sort(key=lambda path: self._order(name, part, path))
        return parts

    def _order(self, name: str, part: Part, path: Path) -> tuple[int, int]:
        if self.state["view"] == "time" and len(path) < 3:
            return int(path[0][1]) if len(path) == 1 else int(path[1][0][1:-2]), 0
        most_first = self.state["view"] == "inverted" or name == "callers"
        return -part.totals[path] if most_first else 0, self._ranks[path[-1]]

    @cached_property
    def _ranks(self) -> dict[Frame, int]:
        frames = sorted({frame for sample in self.samples for frame in sample.stack})
        ranks = {RUNTIME: len(frames)}
        for rank, frame in enumerate(frames):
            ranks.setdefault(rewritten((frame,), {**self.state, "runtime": "shown"}, self.folds)[0], rank)
        return ranks

    @cached_property
    def zoom(self) -> Place:
        """Path of the zoomed frame: as far as its names match, the first of equal frames."""
        names = list(self.state["zoom"])
        first = next(iter(self.parts))
        name = first
        if first == "callees" and names[:1] == [CALLERS]:
            names, name = names[1:], "callers"
        part = self.parts[name]
        ways: list[Path] = [()]
        for wanted in names:
            further = [
                path for way in ways for path in part.children[way] if path[-1][0] == wanted and part.totals[path]
            ]
            if not further:
                break
            ways = further
        return (name, ways[0]) if ways[0] else (first, ())

    @property
    def scope(self) -> int:
        """Samples of the zoomed frame."""
        name, path = self.zoom
        return self.parts[name].totals[path]

    def in_view(self) -> Iterator[tuple[Sample, Sequence[Frame], dict[str, tuple[int, Path]]]]:
        """Each sample in view, its functions in view, and by part its path and where the view of it begins."""
        part, zoomed = self.zoom
        labels = 2 if self.state["view"] == "time" else 0
        for sample, paths in self.lines():
            if part == "callees" and not zoomed:
                yield sample, sample.stack, {name: (0, path) for name, path in paths.items()}
            elif paths[part][: len(zoomed)] == zoomed:
                begin = max(len(zoomed) - 1, labels)
                yield sample, paths[part][begin:], {part: (begin, paths[part])}

    def matched(self) -> tuple[int, set[Place]]:
        """Samples in view with a matching function, each once, and the outermost matching frames."""
        text, literal = self.state["search"], self.state["literal"]
        samples = 0
        places: set[Place] = set()
        if not text:
            return 0, places
        for sample, functions, paths in self.in_view():
            samples += sample.count * has_match(functions, text, literal)
            if (
                "callers" in paths
                and "callees" in paths
                and has_match([(self.state["function"], "", "")], text, literal)
            ):
                places.add(("callees", ()))
                continue
            for part, (begin, path) in paths.items():
                depth = next((d for d in range(begin, len(path)) if has_match(path[d : d + 1], text, literal)), None)
                if depth is not None:
                    places.add((part, path[: depth + 1]))
        return samples, places

    def per_second(self) -> list[int]:
        """Samples per second of the stage and thread, regardless of the selected seconds and stacks."""
        everything = View(self.samples, {**self.state, "seconds": None}, self.stages)
        counts: Counter[int] = Counter()
        for sample in everything.selected:
            counts[sample.second] += sample.count
        return [counts[second] for second in range(max(counts, default=-1) + 1)]

    def functions(self) -> dict[Frame, tuple[int, int]]:
        """Self and total of every function, those of the zoomed frame in the call tree."""
        own: Counter[Frame] = Counter()
        totals: Counter[Frame] = Counter()
        zoomed = self.zoom[1] if self.state["view"] == "flame" else ()
        for sample in self.stacks:
            if sample.stack and sample.stack[: len(zoomed)] == zoomed:
                own[sample.stack[-1]] += sample.count
                for frame in set(sample.stack[max(0, len(zoomed) - 1) :]):
                    totals[frame] += sample.count
        return {frame: (own[frame], total) for frame, total in totals.items() if total}
