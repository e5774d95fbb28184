"""The words of history, tag and clean: one table for magics and command line, and what they ask for."""

from __future__ import annotations

from argparse import Namespace
from typing import Any, Literal

from duronb.errors import RequestError
from duronb.options.words import Words
from duronb.quoting import quoted

CleanAction = Literal["clean", "undo_clean", "empty_trash", "clean_docker"]

HISTORY: Words = (
    (("--stage",), {"metavar": "NAME", "help": "such as 'File SQLite 2/2'; the one that most runs have"}),
    (("--metric",), {"metavar": "NAME", "help": "window_rate when left out; also bucket:NAME of a bottleneck"}),
    (("--label",), {"metavar": "LABEL", "help": "only runs with this label"}),
    (("--by",), {"metavar": "time|subject", "help": "order; by subject where those are interleaved in time"}),
)

TAG: Words = (
    (
        ("run",),
        {"nargs": "?", "metavar": "RUN", "help": "a label (its newest run), a tag, an id or its prefix, a path"},
    ),
    (("name",), {"nargs": "?", "metavar": "NAME", "help": "the tag; without RUN and NAME all tags are listed"}),
    (("--delete",), {"metavar": "NAME", "help": "take this tag away; its run stays"}),
    (("--force",), {"action": "store_true", "help": "take the tag from the run that has it"}),
)

CLEAN: Words = (
    (("label",), {"nargs": "?", "metavar": "LABEL", "help": "only runs with this label"}),
    (("--keep",), {"metavar": "N", "help": "runs of each label that stay; tagged runs stay in any case"}),
    (("--dry-run",), {"action": "store_true", "help": "only say what would go"}),
    (("--undo",), {"action": "store_true", "help": "bring the runs of the last cleaning back"}),
    (("--empty-trash",), {"action": "store_true", "help": "delete what was cleaned away, for good"}),
    (("--older-than",), {"metavar": "DAYS", "help": "with --empty-trash: only what was cleaned away longer ago"}),
    (("--permanently",), {"action": "store_true", "help": "delete at once, in a store of objects: it has no trash"}),
    (("--docker",), {"action": "store_true", "help": "remove duronb's images, volumes and containers instead"}),
)


def history_arguments(parsed: Namespace) -> dict[str, Any]:
    """Return keywords of ``duronb.history``; what was not given is left to its defaults."""
    given = {name: getattr(parsed, name) for name in ("stage", "metric", "label", "by", "store")}
    return {name: value for name, value in given.items() if value is not None}


def tag_action(parsed: Namespace) -> tuple[Literal["tag", "untag", "tags"], dict[str, Any]]:
    """Return the function of ``duronb.api.retention`` that is asked for, and its keywords.

    Raises
    ------
    RequestError
        Words are missing or contradict each other.
    """
    store = {"store": parsed.store}
    if parsed.delete is not None:
        if parsed.run is not None or parsed.force:
            raise RequestError("--delete takes only the tag.", "Write: tag --delete NAME")
        return "untag", {"name": parsed.delete, **store}
    if parsed.run is None:
        return "tags", store
    if parsed.name is None:
        raise RequestError("The name is missing.", "Write: tag RUN NAME")
    return "tag", {"run": parsed.run, "name": parsed.name, "force": parsed.force, **store}


def clean_action(parsed: Namespace) -> tuple[CleanAction, dict[str, Any]]:
    """Return the function of ``duronb.api.retention`` that is asked for, and its keywords.

    Raises
    ------
    RequestError
        Words are missing or contradict each other.
    """
    if sum((parsed.undo, parsed.empty_trash, parsed.docker, parsed.keep is not None)) > 1:
        raise RequestError("--keep, --undo, --empty-trash and --docker exclude each other.", "Give one of them.")
    if parsed.older_than is not None and not parsed.empty_trash:
        raise RequestError("--older-than belongs to --empty-trash.", "Give both, or neither.")
    if (parsed.undo or parsed.empty_trash) and (parsed.label is not None or parsed.permanently):
        raise RequestError("The trash is undone and emptied as a whole.", "Drop the label and --permanently.")
    if parsed.docker:
        if parsed.label is not None or parsed.permanently:
            raise RequestError("--docker concerns no runs.", "Drop the label and --permanently.")
        return "clean_docker", {"dry_run": parsed.dry_run}
    if parsed.undo:
        if parsed.dry_run:
            raise RequestError("--undo has no --dry-run.", "Look with --empty-trash --dry-run, which lists the trash.")
        return "undo_clean", {"store": parsed.store}
    dry_run = {"dry_run": parsed.dry_run, "store": parsed.store}
    if parsed.empty_trash:
        return "empty_trash", {"older_than_days": _days(parsed.older_than), **dry_run}
    if parsed.keep is None:
        raise RequestError("How many runs of each label are to stay?", "Say it: clean --keep 5")
    keep = _count(parsed.keep)
    return "clean", {"keep": keep, "label": parsed.label, "permanently": parsed.permanently, **dry_run}


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 7:
        raise RequestError(f"--keep cannot be {quoted(text)}.", "Give a whole number such as 5.")
    return int(text)


def _days(text: str | None) -> float:
    if text is None:
        return 0
    try:
        return float(text)
    except ValueError:
        raise RequestError(f"--older-than cannot be {quoted(text)}.", "Give a number of days such as 30.") from None
