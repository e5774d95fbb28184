"""Completion for the magics: options, labels, ids, refs, binaries, examples, releases, engines, stages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from duronb.options import PROFILE, STORE, Words
from duronb.options.comparing import COMPARE, SIDES
from duronb.options.interleaving import AB
from duronb.options.keeping import CLEAN, HISTORY, TAG
from duronb.request import CallGraph, EngineName
from duronb.subject.workload import ALL_STAGES

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

IDENTIFIER = "duronb.magics"
_WORDS: dict[str, Words] = {
    "duroprof": (*PROFILE, *STORE),
    "duroruns": STORE,
    "duroshow": STORE,
    "durocompare": (*SIDES, *COMPARE, *STORE),
    "duroab": (*AB, *STORE),
    "durohistory": (*HISTORY, *STORE),
    "durotag": (*TAG, *STORE),
    "duroclean": (*CLEAN, *STORE),
}
_PLACES = {
    "duroprof": ("", "label"),
    "duroruns": ("label",),
    "duroshow": ("run",),
    "durocompare": ("run", "run"),
    "duroab": ("side", "side"),
    "durotag": ("run",),
    "duroclean": ("label",),
}
"""What stands at each place of a magic: a label, anything that names a run, or a side of an A/B."""
_LINE = re.compile(rf"(?:^|[\s=(,;])%(?P<magic>{'|'.join(_WORDS)})\s(?P<words>.*)$")
_STORE_FRESH_SECONDS = 10.0
_MOST = 500


class _Line(NamedTuple):
    magic: str
    words: list[str]
    """Complete words before the cursor."""
    partial: str
    """What stands before the cursor of the word that is typed."""

    def value(self, option: str) -> str | None:
        """Return the value given to an option, if any."""
        for position, word in enumerate(self.words):
            if word == option and position + 1 < len(self.words):
                return self.words[position + 1].strip("'\"")
            if word.startswith(f"{option}="):
                return word.partition("=")[2].strip("'\"")
        return None

    @property
    def repo(self) -> Path:
        """Where the checkout is looked for."""
        return Path(self.value("--repo") or ".").expanduser()


def add_matcher(shell: InteractiveShell) -> None:
    """Add the matcher to the shell's completer, once."""
    remove_matcher(shell)
    shell.Completer.custom_matchers.append(_matcher())


def remove_matcher(shell: InteractiveShell) -> None:
    """Take the matcher away."""
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
        # The completer's token may begin in the middle of our word: `2` of `file:2`.
        begun = len(partial) - len(context.token) if partial.endswith(context.token) else 0
        matching = sorted({value for value in values if value.startswith(partial)})[:_MOST]
        return {"completions": [SimpleCompletion(value[begun:], type="duronb") for value in matching], "suppress": True}

    return complete


def candidates(text: str, runs: Callable[[str | None], list[Any]]) -> tuple[str, Iterable[str]] | None:
    """Return the word being typed and what could stand there; ``None`` where it is not ours to say.

    Parameters
    ----------
    text
        The line up to the cursor.
    runs
        Lists the stored runs of a store.
    """
    match = _LINE.search(text)
    if match is None:
        return None
    *words, partial = re.split(r"\s+", match["words"].lstrip())
    line = _Line(match["magic"], words, partial)
    option, equals, typed = partial.partition("=")
    if equals and option in _OPTIONS_WITH_VALUE:
        line, partial = line._replace(partial=typed), typed
    else:
        option = words[-1] if words else ""
    if option in _OPTIONS_WITH_VALUE:
        values = _values(option, line, runs)
        if option == "--stages":
            partial = partial.rpartition(",")[2]
        return None if values is None else (partial, values)
    if partial.startswith("-"):
        return partial, _options(line.magic)
    return partial, _positional(line, runs)


_OPTIONS_WITH_VALUE = {
    names[0]
    for words in _WORDS.values()
    for names, keywords in words
    if "metavar" in keywords and names[0].startswith("-")
}


def _options(magic: str) -> list[str]:
    return [names[0] for names, _ in _WORDS[magic] if names[0].startswith("-")]


def _positional(line: _Line, runs: Callable[[str | None], list[Any]]) -> list[str]:
    given, skip = 0, False
    for word in line.words:
        if skip or word.startswith("--"):
            skip = not skip and word in _OPTIONS_WITH_VALUE
        elif word:
            given += 1
    places = _PLACES.get(line.magic, ())
    wanted = places[given] if given < len(places) else ""
    if not wanted:
        return []
    if wanted == "side":
        return [".", "latest", *_refs(line.repo)]
    store = line.value("--store")
    stored = runs(store)
    labels = [run.label for run in stored]
    return [*labels, *_tags(store), *(run.id for run in stored)] if wanted == "run" else labels


def _tags(store: str | None) -> list[str]:
    from duronb import api

    return [str(tag["tag"]) for tag in api.tags(store=store).to_json()["tags"]]


def _values(option: str, line: _Line, runs: Callable[[str | None], list[Any]]) -> Iterable[str] | None:
    if option == "--engine":
        return get_args(EngineName)
    if option == "--call-graph":
        return get_args(CallGraph)
    if option == "--stages":
        return ALL_STAGES
    if option == "--by":
        return ("time", "subject")
    if option == "--label":
        return [run.label for run in runs(line.value("--store"))]
    if option == "--metric":
        from duronb.analysis.metrics import METRICS

        return METRICS
    if option == "--ref":
        return _refs(line.repo)
    if option in ("--bin", "--example"):
        from duronb.subject.checkout import open_checkout
        from duronb.subject.targets import bins, examples

        checkout = open_checkout(line.repo, line.value("--ref"))
        return [target.name for target in (bins if option == "--bin" else examples)(checkout)]
    if option == "--release":
        stored = (run.request.release for run in runs(line.value("--store")))
        return ["latest", *(release for release in stored if release)]
    if option in ("--repo", "--store"):
        return None  # paths: IPython completes them
    return []


def _refs(repo: Path) -> list[str]:
    from duronb.subject.git import git_text

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
    """Runs of a store, listed again when the last list is some seconds old."""

    def __init__(self) -> None:
        self._listed: dict[str | None, tuple[float, list[Any]]] = {}

    def __call__(self, store: str | None) -> list[Any]:
        from duronb import api

        when, runs = self._listed.get(store, (float("-inf"), []))
        if time.monotonic() - when > _STORE_FRESH_SECONDS:
            runs = list(api.runs(store=store))
            self._listed = {store: (time.monotonic(), runs)}
        return runs
