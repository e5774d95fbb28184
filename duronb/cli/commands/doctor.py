"""``duronb doctor``: check what profiling needs on this machine."""

from __future__ import annotations

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.stored import DOCTOR


def doctor(asked: Asked) -> int:
    """Print the checks of this machine; JSON: ``{"checks": [check, …]}``. The exit status is 2 if a check fails."""
    from duronb.api.doctor import as_table, diagnose

    checks = asked.call.of(diagnose)
    if asked.json:
        write_json({"checks": [check.to_json() for check in checks]})
    else:
        write(as_table(checks))
    return exit_codes.USAGE if any(check.status == "fail" for check in checks) else exit_codes.OK


COMMAND = Command(DOCTOR, doctor)
