"""``duronb tag``: tag a run, delete a tag, or list the tags."""

from __future__ import annotations

from typing import Any

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.keeping import TAG


def tag(asked: Asked) -> int:
    """Run one form of the command.

    JSON: ``{"run": id, "tag": name}`` for a new tag, ``{"deleted": name}`` for a deletion, ``{"tags": […]}`` for a
    list.
    """
    facts, text = _run_form(asked)
    if asked.json:
        write_json(facts)
    else:
        write(text)
    return exit_codes.OK


def _run_form(asked: Asked) -> tuple[dict[str, Any], str]:
    """Run the form of the command that the options select, and return the result as JSON values and as text."""
    from duronb import api

    name = asked.call.arguments.get("name")
    if asked.call.function == "retention.tags":
        tags = asked.call.of(api.tags)
        return tags.to_json(), str(tags)
    if asked.call.function == "retention.untag":
        asked.call.of(api.untag)
        return {"deleted": name}, f"The tag {name} is deleted; its run stays."
    run = asked.call.of(api.tag)
    return {"run": run, "tag": name}, f"{run} is tagged {name}."


COMMAND = Command(TAG, tag)
