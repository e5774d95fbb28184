"""Completion of the magics: their options, and values such as labels, ids, refs, binaries, releases and stages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from duronb.option import Completes, Option
from duronb.options.table import Table
from duronb.options.tables import MAGICS
from duronb.subject.workload import ALL_STAGES
from duronb.values import Choice, TextList

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from duronb.results.run import Run

IDENTIFIER = "duronb.magics"
_LINE = re.compile(rf"(?:^|[\s=(,;])%(?P<magic>{'|'.join(MAGICS)})\s(?P<words>.*)$")
_Runs: TypeAlias = "Callable[[str | None], Iterable[Run]]"
"""A function that lists the runs of a store; ``None`` is the default store."""
_STORE_FRESH_SECONDS = 10.0
_MOST = 500
"""The maximum number of completions, and of git refs that are listed."""


class _Line(NamedTuple):
    """The line of a magic up to the cursor."""

    table: Table
    words: list[str]
    """The complete words before the word that is being typed."""
    partial: str
    """The part of the word being typed that is before the cursor."""

    def value(self, option: str) -> str | None:
        """Return the value of an option on the line; ``None`` if the option is not given."""
        for position, word in enumerate(self.words):
            if word == option and position + 1 < len(self.words):
                return self.words[position + 1].strip("'\"")
            if word.startswith(f"{option}="):
                return word.partition("=")[2].strip("'\"")
        return None

    @property
    def repo(self) -> Path:
        """The directory in which the checkout is sought: ``--repo``, or the working directory."""
        return Path(self.value("--repo") or ".").expanduser()


def add_matcher(shell: InteractiveShell) -> None:
    """Add the matcher to the completer of the shell. An earlier matcher is replaced."""
    remove_matcher(shell)
    shell.Completer.custom_matchers.append(_matcher())


def remove_matcher(shell: InteractiveShell) -> None:
    """Remove the matcher from the completer of the shell."""
    matchers = shell.Completer.custom_matchers
    matchers[:] = [each for each in matchers if getattr(each, "matcher_identifier", None) != IDENTIFIER]


def _matcher() -> Any:
    store = _StoredRuns()

    @context_matcher(identifier=IDENTIFIER)
    def complete(context: CompletionContext) -> SimpleMatcherResult:
        try:
            found = candidates(context.text_until_cursor, store)
        except Exception:  # noqa: BLE001  a broken store or checkout must not break typing
            found = None
        if found is None:
            return {"completions": [], "suppress": False}
        partial, values = found
        # IPython's token may begin in the middle of a word, such as `2` in `file:2`.
        begun = len(partial) - len(context.token) if partial.endswith(context.token) else 0
        matching = sorted({value for value in values if value.startswith(partial)})[:_MOST]
        return {"completions": [SimpleCompletion(value[begun:], type="duronb") for value in matching], "suppress": True}

    return complete


def candidates(text: str, runs: _Runs) -> tuple[str, Iterable[str]] | None:
    """Return the word being typed and the values that may complete it; ``None`` if IPython should complete the line.

    Parameters
    ----------
    text
        The line up to the cursor.
    runs
        A function that lists the runs of a store; ``None`` is the default store.
    """
    match = _LINE.search(text)
    if match is None:
        return None
    *words, partial = re.split(r"\s+", match["words"].lstrip())
    line = _Line(MAGICS[match["magic"]], words, partial)
    flags = {flag: option for option in line.table.options for flag in option.flags}
    flag, equals, typed = partial.partition("=")
    if equals and flag in flags:
        line, partial = line._replace(partial=typed), typed
    else:
        flag = words[-1] if words else ""
    option = flags.get(flag)
    if option is not None and not option.is_switch:
        if isinstance(option.type, TextList):
            partial = partial.rpartition(",")[2]
        values = _values(option, line, runs)
        return None if values is None else (partial, values)
    if partial.startswith("-"):
        return partial, [*flags, "--help"]
    positional = _positional_option(line, flags)
    values = [] if positional is None else _values(positional, line, runs)
    return None if values is None else (partial, values)


def _positional_option(line: _Line, flags: Mapping[str, Option]) -> Option | None:
    """Return the positional argument that is being typed; ``None`` after the last one."""
    given, skip = 0, False
    for word in line.words:
        if skip or word.startswith("--"):
            skip = not skip and word in flags and not flags[word].is_switch
        elif word:
            given += 1
    positional = [option for option in line.table.options if not option.flags]
    return positional[given] if given < len(positional) else None


def _values(option: Option, line: _Line, runs: _Runs) -> Iterable[str] | None:
    """Return the possible values of an option; ``None`` if IPython should complete it."""
    if isinstance(option.type, Choice):
        return option.type.choices
    if option.completes in ("path", "file"):
        return None
    source = _SOURCES.get(option.completes)
    return [] if source is None else source(line, runs)


def _labels(line: _Line, runs: _Runs) -> Iterable[str]:
    return [run.label for run in runs(line.value("--store"))]


def _runs(line: _Line, runs: _Runs) -> Iterable[str]:
    stored = runs(line.value("--store"))
    return [*(run.label for run in stored), *_tags(line, runs), *(run.id for run in stored)]


def _tags(line: _Line, runs: _Runs) -> Iterable[str]:
    from duronb import api

    del runs
    return [str(tag["tag"]) for tag in api.tags(store=line.value("--store")).to_json()["tags"]]


def _releases(line: _Line, runs: _Runs) -> Iterable[str]:
    stored = (run.request.release for run in runs(line.value("--store")))
    return ["latest", *(release for release in stored if release)]


def _metrics(line: _Line, runs: _Runs) -> Iterable[str]:
    from duronb.analysis.metrics import METRICS

    del line, runs
    return METRICS


def _targets(line: _Line, kind: Literal["bin", "example"]) -> Iterable[str]:
    from duronb.subject.checkout import open_checkout
    from duronb.subject.targets import bins, examples

    checkout = open_checkout(line.repo, line.value("--ref"))
    return [target.name for target in (bins if kind == "bin" else examples)(checkout)]


_SOURCES: dict[Completes, Callable[[_Line, _Runs], Iterable[str]]] = {
    "label": _labels,
    "run": _runs,
    "tag": _tags,
    "side": lambda line, _: [".", "latest", *_refs(line.repo)],
    "ref": lambda line, _: _refs(line.repo),
    "release": _releases,
    "metric": _metrics,
    "stage": lambda *_: ALL_STAGES,
    "bin": lambda line, _: _targets(line, "bin"),
    "example": lambda line, _: _targets(line, "example"),
}


def _refs(repo: Path) -> list[str]:
    from duronb.subject.git.commands import git_text

    listed = git_text(
        repo,
        "for-each-ref",
        f"--count={_MOST}",
        "--sort=-committerdate",
        "--format=%(refname:short)",
        "refs/heads",
        "refs/tags",
        "refs/remotes",
    )
    return (listed or "").split()


class _StoredRuns:
    """Lists the runs of a store. A list is cached for ``_STORE_FRESH_SECONDS``, so that typing stays fast."""

    def __init__(self) -> None:
        self._listed: dict[str | None, tuple[float, list[Run]]] = {}

    def __call__(self, store: str | None) -> list[Run]:
        from duronb import api

        when, runs = self._listed.get(store, (float("-inf"), []))
        if time.monotonic() - when > _STORE_FRESH_SECONDS:
            runs = list(api.runs(store=store))
            self._listed = {store: (time.monotonic(), runs)}
        return runs
