"""``duronb tag``: permanent names of single runs."""

from __future__ import annotations

from typing import Any

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.keeping import TAG


def tag(asked: Asked) -> int:
    """Tag a run, ``{"run": id, "tag": name}``; delete a tag, ``{"deleted": name}``; or list, ``{"tags": […]}``."""
    facts, text = _done(asked)
    if asked.json:
        write_json(facts)
    else:
        write(text)
    return exit_codes.OK


def _done(asked: Asked) -> tuple[dict[str, Any], str]:
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
