"""The options of tag and clean, each of which has several forms."""

from __future__ import annotations

from duronb.errors import RequestError
from duronb.option import Option
from duronb.options.places import LABEL_FILTER, RUN, STORE
from duronb.options.table import Form, Given, Table
from duronb.values import Days, Integer, Switch, Text


def _switch(name: str, text: str) -> Option:
    return Option(name=name, type=Switch(), flags=(f"--{name.replace('_', '-')}",), default=False, help=text)


def check_tag(given: Given) -> None:
    """Raise RequestError where a name is missing, or a deletion is mixed with a new tag."""
    if "delete" in given:
        if "run" in given or "force" in given:
            raise RequestError("--delete takes only the tag.", "Give --delete NAME alone.")
    elif "run" in given and "name" not in given:
        raise RequestError("The name is missing.", "Give RUN and NAME.")


TAG = Table(
    command="tag",
    magic="durotag",
    summary="Give a run a permanent name, which protects it from cleaning, or list the tags.",
    group="Keep runs",
    options=(
        RUN.but(name="run", required=False),
        Option(name="name", type=Text(), metavar="NAME", help="the tag; without RUN and NAME all tags are listed"),
        Option(
            name="delete",
            type=Text(),
            flags=("--delete",),
            metavar="NAME",
            help="delete this tag; its run stays",
            completes="tag",
        ),
        _switch("force", "take the tag from the run that has it"),
        STORE,
    ),
    forms=(
        Form(function="retention.untag", options=("delete", "store"), when="delete", renames={"delete": "name"}),
        Form(function="retention.tags", options=("store",), without="run", refusal="{} needs a run and a name."),
        Form(function="retention.tag", options=("run", "name", "force", "store")),
    ),
    check=check_tag,
)


def check_clean(given: Given) -> None:
    """Raise RequestError where it is not clear what is to be cleaned."""
    if sum(name in given for name in ("undo", "empty_trash", "docker", "keep")) > 1:
        raise RequestError("--keep, --undo, --empty-trash and --docker exclude each other.", "Give one of them.")
    if "older_than_days" in given and "empty_trash" not in given:
        raise RequestError("--older-than belongs to --empty-trash.", "Give both, or neither.")
    concerns = [name for name in ("label", "permanently") if name in given]
    if concerns and ("undo" in given or "empty_trash" in given):
        raise RequestError("The trash is undone and emptied as a whole.", "Drop the label and --permanently.")
    if concerns and "docker" in given:
        raise RequestError("--docker concerns no runs.", "Drop the label and --permanently.")
    if "undo" in given and "dry_run" in given:
        raise RequestError("--undo has no --dry-run.", "Look with --empty-trash --dry-run, which lists the trash.")
    if not {"undo", "empty_trash", "docker", "keep"} & given.keys():
        raise RequestError("How many runs of each label are to stay?", "Give a number, such as --keep 5.")


CLEAN = Table(
    command="clean",
    magic="duroclean",
    summary="Move old runs to the trash of the store; --undo brings them back.",
    group="Keep runs",
    options=(
        LABEL_FILTER,
        Option(
            name="keep",
            type=Integer(0, 9_999_999),
            flags=("--keep",),
            metavar="N",
            help="runs of each label that stay; tagged runs stay in any case",
        ),
        _switch("dry_run", "only say what would go"),
        _switch("undo", "bring the runs of the last cleaning back"),
        _switch("empty_trash", "delete what was cleaned away, for good"),
        Option(
            name="older_than_days",
            type=Days(),
            flags=("--older-than",),
            metavar="DAYS",
            default=0,
            help="with --empty-trash: only what was cleaned away longer ago",
        ),
        _switch("permanently", "delete at once, in a store of objects: it has no trash"),
        _switch("docker", "remove duronb's images, volumes and containers instead"),
        STORE,
    ),
    forms=(
        Form(function="retention.undo_clean", options=("store",), when="undo"),
        Form(function="retention.empty_trash", options=("older_than_days", "dry_run", "store"), when="empty_trash"),
        Form(
            function="retention.clean_docker",
            options=("dry_run",),
            when="docker",
            ignores=("store",),
            refusal="{} does not go with --docker, which concerns no runs.",
        ),
        Form(function="retention.clean", options=("keep", "label", "dry_run", "permanently", "store")),
    ),
    check=check_clean,
)
