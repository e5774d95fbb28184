"""The options of ``tag`` and ``clean``, each of which has several forms."""

from __future__ import annotations

from duronb.errors import RequestError
from duronb.option import Option
from duronb.options.places import LABEL_FILTER, RUN, STORE
from duronb.options.table import Form, Given, Table
from duronb.values import Days, Integer, Switch, Text


def _switch(name: str, text: str) -> Option:
    return Option(name=name, type=Switch(), flags=(f"--{name.replace('_', '-')}",), default=False, help=text)


def check_tag(given: Given) -> None:
    """Raise RequestError if the name of a new tag is missing, or if ``--delete`` is combined with a new tag."""
    if "delete" in given:
        if "run" in given or "force" in given:
            raise RequestError("--delete takes only the tag.", "Give --delete NAME alone.")
    elif "run" in given and "name" not in given:
        raise RequestError("The name of the tag is missing.", "Give RUN and NAME.")


TAG = Table(
    command="tag",
    magic="durotag",
    summary="Give a run a permanent name, which protects it from cleaning, or list the tags.",
    group="Keep runs",
    options=(
        RUN.but(name="run", required=False),
        Option(name="name", type=Text(), metavar="NAME", help="the tag; without RUN and NAME, all tags are listed"),
        Option(
            name="delete",
            type=Text(),
            flags=("--delete",),
            metavar="NAME",
            help="delete this tag; its run stays",
            completes="tag",
        ),
        _switch("force", "move the tag to RUN if another run has it"),
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
    """Raise RequestError if options contradict each other, or if none of them says what to clean."""
    if sum(name in given for name in ("undo", "empty_trash", "docker", "keep")) > 1:
        raise RequestError("--keep, --undo, --empty-trash and --docker exclude each other.", "Give one of them.")
    if "older_than_days" in given and "empty_trash" not in given:
        raise RequestError("--older-than applies only to --empty-trash.", "Give both, or neither.")
    about_runs = [name for name in ("label", "permanently") if name in given]
    if about_runs and ("undo" in given or "empty_trash" in given):
        raise RequestError(
            "--undo and --empty-trash apply to the runs of all labels.", "Drop the label and --permanently."
        )
    if about_runs and "docker" in given:
        raise RequestError("--docker does not clean runs.", "Drop the label and --permanently.")
    if "undo" in given and "dry_run" in given:
        raise RequestError("--undo cannot be combined with --dry-run.", "List the trash with --empty-trash --dry-run.")
    if not {"undo", "empty_trash", "docker", "keep"} & given.keys():
        raise RequestError("The number of runs to keep is missing.", "Give it, such as --keep 5.")


CLEAN = Table(
    command="clean",
    magic="duroclean",
    summary="Move old runs to the trash of the store; --undo moves them back.",
    group="Keep runs",
    options=(
        LABEL_FILTER,
        Option(
            name="keep",
            type=Integer(0, 9_999_999),
            flags=("--keep",),
            metavar="N",
            help="number of runs of each label that stay; tagged runs always stay",
        ),
        _switch("dry_run", "report what would be removed, and remove nothing"),
        _switch("undo", "move the runs of the latest cleaning back from the trash"),
        _switch("empty_trash", "delete the runs in the trash permanently"),
        Option(
            name="older_than_days",
            type=Days(),
            flags=("--older-than",),
            metavar="DAYS",
            default=0,
            help="with --empty-trash: only runs that were moved to the trash more than DAYS ago",
        ),
        _switch("permanently", "delete runs at once; only for an object store, which has no trash"),
        _switch("docker", "remove duronb's Docker images, volumes and containers, and no runs"),
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
            refusal="{} cannot be combined with --docker, which does not clean runs.",
        ),
        Form(function="retention.clean", options=("keep", "label", "dry_run", "permanently", "store")),
    ),
    check=check_clean,
)
