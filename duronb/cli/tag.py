"""``duronb tag``: permanent names of single runs."""

from __future__ import annotations

from argparse import Namespace

from duronb.cli.command import Command, write, write_json
from duronb.options import STORE
from duronb.options.keeping import TAG, tag_action


def tag(parsed: Namespace) -> int:
    """Tag a run, ``{"run": id, "tag": name}``; delete a tag, ``{"deleted": name}``; or list, ``{"tags": […]}``."""
    action, arguments = tag_action(parsed)
    from duronb.api import retention

    answer = getattr(retention, action)(**arguments)
    if action == "tags":
        facts, text = answer.to_json(), str(answer)
    elif action == "untag":
        facts, text = {"deleted": parsed.delete}, f"The tag {parsed.delete} is deleted; its run stays."
    else:
        facts, text = {"run": answer, "tag": parsed.name}, f"{answer} is tagged {parsed.name}."
    if parsed.json:
        write_json(facts)
    else:
        write(text)
    return 0


COMMANDS = {"tag": Command("Give a run a permanent name, or list the tags.", (*TAG, *STORE), tag)}
