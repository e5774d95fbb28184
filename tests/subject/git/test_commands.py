from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.subject.checkout import open_checkout
from duronb.subject.git.commands import git, without_credentials
from tests.conftest import git as plain_git


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("https://user:secret@host.invalid/o/r.git", "https://host.invalid/o/r.git"),
        ("https://secret@host.invalid:8443/o/r", "https://host.invalid:8443/o/r"),
        ("https://host.invalid/o/r?token=secret#secret", "https://host.invalid/o/r"),
        ("ssh://git@host.invalid/o/r", "ssh://host.invalid/o/r"),
        ("git@host.invalid:o/r.git", "host.invalid:o/r.git"),
        ("/srv/mirrors/r@2", "/srv/mirrors/r@2"),
        ("https://[secret@bad", ""),
    ],
)
def test_a_remote_is_shown_without_credentials(remote: str, shown: str) -> None:
    assert without_credentials(remote) == shown


HOSTILE = """[core]
	pager = touch {mark}/pager
	fsmonitor = touch {mark}/fsmonitor
	hooksPath = {mark}/hooks
[diff]
	external = touch {mark}/external
	noprefix = true
	mnemonicPrefix = true
	context = 0
	algorithm = patience
	renames = copies
	interHunkContext = 9
	orderFile = {mark}/order
[color]
	ui = always
[log]
	showSignature = true
	decorate = full
[diff "rust"]
	textconv = touch {mark}/textconv
"""


def test_the_users_configuration_changes_no_fact_and_starts_no_program(
    make_checkout: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = make_checkout()
    (checkout / ".gitattributes").write_text("*.rs diff=rust\n", encoding="utf-8")
    plain_git(checkout, "add", ".")
    plain_git(checkout, "commit", "-qm", "Attributes")
    plain_git(checkout, "mv", "sqlite-stress/src/behaviour.rs", "sqlite-stress/src/moved.rs")
    source = checkout / "src" / "lib.rs"
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    source.write_text("".join([lines[0], "// new\n", *lines[1:8], "// more\n", *lines[8:]]), encoding="utf-8")
    expected = open_checkout(checkout).facts
    mark = tmp_path / "mark"
    (mark / "hooks").mkdir(parents=True)
    (mark / "order").write_text("sqlite-stress/*\nsrc/*\n", encoding="utf-8")
    configuration = tmp_path / "gitconfig"
    configuration.write_text(HOSTILE.replace("{mark}", str(mark)), encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {mark}/variable")
    monkeypatch.setenv("GIT_PAGER", f"touch {mark}/variable-pager")
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_DIFF_OPTS", "-u0")
    assert open_checkout(checkout).facts == expected
    assert expected.dirty
    assert git(checkout, "log", "--format=%s", "-1") == b"Attributes\n"
    assert sorted(path.name for path in mark.iterdir()) == ["hooks", "order"]
