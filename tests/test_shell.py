from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import duronb
from duronb.shell import shell_command

ROOT = Path(duronb.__file__).parent
SCRIPTS = sorted(ROOT.rglob("scripts/*.sh"))


def test_a_script_gets_its_parameters_as_they_are() -> None:
    hostile = "$(exit 1) `x` ' \" \\ *"
    done = subprocess.run(
        shell_command("duronb.engine.docker", "run_both", "2", "printf", "%s", "printf", "[%s]", hostile),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == f"[{hostile}]"


def test_the_second_command_runs_only_after_the_first_has_succeeded() -> None:
    command = shell_command(
        "duronb.engine.docker", "run_both", "3", "sh", "-c", "echo bad >&2; exit 7", "echo", "never"
    )
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"bad\n", b"")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_says_what_its_parameters_are_and_names_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    comment = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    stated = re.search(r"^# (?:No parameters\.|Parameters: ([A-Z].*))$", comment, re.MULTILINE)
    assert stated is not None
    names = re.findall(r"(?<!\[)\b[A-Z_]{2,}\b", (stated[1] or "").partition(",")[0])
    for position, name in enumerate(names, start=1):
        if f"{name}..." not in comment and name != "COMMAND":
            assert f"{name.lower()}=${position}" in text
    # After the names nothing reads a bare position.
    body = text.partition(f"${len(names)}")[2] if names else text
    assert not re.search(r"\$[2-9]", body)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing() -> None:
    assert len(SCRIPTS) > 8
    done = subprocess.run(["shellcheck", *SCRIPTS], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout
