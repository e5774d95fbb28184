"""A repository whose configuration names a program under every key, and all that duronb asks of a repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from duronb.capture.imports.history import file_versions
from duronb.notebook.completion import _refs
from duronb.request import ProfileRequest
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf
from duronb.subject.candidates import candidates
from duronb.subject.plan import find_subject
from duronb.subject.side import parse_side
from tests.subject.conftest import run_git, write

PROGRAMS = (
    # Keys of git's documentation that name a program, or decide that one runs. "x" stands for any name.
    "alias.x",
    "browser.x.cmd",
    "browser.x.path",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.hooksPath",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.external",
    "diff.guitool",
    "diff.tool",
    "diff.x.command",
    "diff.x.textconv",
    "difftool.x.cmd",
    "difftool.x.path",
    "filter.x.clean",
    "filter.x.process",
    "filter.x.required",
    "filter.x.smudge",
    "gpg.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.x.program",
    "guitool.x.cmd",
    "help.browser",
    "imap.tunnel",
    "include.path",
    "includeIf.x.path",
    "init.templateDir",
    "instaweb.browser",
    "instaweb.httpd",
    "interactive.diffFilter",
    "log.showSignature",
    "man.viewer",
    "man.x.cmd",
    "man.x.path",
    "merge.guitool",
    "merge.tool",
    "merge.x.driver",
    "mergetool.x.cmd",
    "mergetool.x.path",
    "pager.x",
    "protocol.allow",
    "protocol.x.allow",
    "remote.x.promisor",
    "remote.x.receivepack",
    "remote.x.uploadpack",
    "remote.x.url",
    "remote.x.vcs",
    "sendemail.ccCmd",
    "sendemail.smtpServer",
    "sendemail.tocmd",
    "sequence.editor",
    "ssh.variant",
    "submodule.x.update",
    "trace2.eventTarget",
    "trace2.normalTarget",
    "trace2.perfTarget",
    "uploadpack.packObjectsHook",
    "url.x.insteadOf",
    "url.x.pushInsteadOf",
    "web.browser",
)
SETTINGS = {"protocol.allow": "always", "log.showSignature": "true", "filter.x.required": "true", "include.path": None}
"""Keys that decide that a program runs, with the value that does."""
NAMES = {
    # Names for which git looks by itself.
    "alias.x": ("rev-parse", "ls-files"),
    "diff.x": ("rust", "x"),
    "filter.x": ("lfs", "x"),
    "gpg.x": ("openpgp", "x509", "ssh"),
    "merge.x": ("union", "x"),
    "pager.x": ("log", "diff", "show", "ls-files"),
    "protocol.x": ("ext", "file"),
    "remote.x": ("origin",),
}
ATTRIBUTES = "*.rs filter=x diff=x merge=x\n*.md filter=lfs diff=rust\nsigned.txt export-subst -filter\n"
SIGNED = """tree {tree}
parent {parent}
author a <a@b.c> 1700000000 +0000
committer a <a@b.c> 1700000000 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
{blank}
 iQ==
 =x
 -----END PGP SIGNATURE-----

signed
"""
HOOKS = ("fsmonitor-watchman", "post-checkout", "post-index-change", "pre-auto-gc", "reference-transaction")


class Hostile:
    """The repository, and the directory in which each program leaves a file with the name of its key when it runs."""

    def __init__(self, root: Path, outside: Path) -> None:
        self.root = root
        self.first = run_git(root, "rev-parse", "HEAD")
        self._outside = outside
        self._prepare()

    def trap(self, name: str, then: str = "exec cat") -> Path:
        """Return a program that leaves a mark and, if not stated otherwise, passes its input on."""
        path = self._outside / "traps" / name
        if not path.exists():
            write(path.parent, name, f"#!/bin/sh\n: > '{self._outside}/marks/{name}'\n{then}\n").chmod(0o755)
        return path

    @property
    def ran(self) -> set[str]:
        """Keys whose program ran; empties the list."""
        marks = self._outside / "marks"
        found = {path.name for path in marks.iterdir()}
        for path in marks.iterdir():
            path.unlink()
        return found

    def plant(self, file: Path, keys: tuple[str, ...] = PROGRAMS) -> None:
        """Write a trap under each key to a file of configuration."""
        lines = []
        for key in keys:
            value = SETTINGS.get(key, str(self.trap(key)))
            if value is None:
                continue
            section, _, rest = key.partition(".")
            subsection, dot, name = rest.rpartition(".")
            for each in NAMES.get(f"{section}.{subsection or rest}", (subsection or rest,)):
                head, name = (f'{section} "{each}"', name) if dot else (section, each if rest == "x" else name)
                lines.append(f'[{head}]\n\t{name} = "{value}"\n')
        with file.open("a", encoding="utf-8") as config:
            config.writelines(lines)

    def plant_everywhere(self) -> None:
        """Write the traps into the configuration, a file that it includes, the working tree's one and a submodule's."""
        git_directory = self.root / ".git"
        self.plant(git_directory / "config")
        self.plant(self.root / "included")
        include = f'[include]\n\tpath = "{self.root / "included"}"\n[extensions]\n\tworktreeConfig = true\n'
        with (git_directory / "config").open("a", encoding="utf-8") as config:
            config.write(include)
        self.plant(git_directory / "config.worktree")
        self.plant(self.root / "module" / ".git" / "config")
        write(self.root, ".lfsconfig", f'[lfs]\n\turl = "ext::{self.trap("lfs.url")}"\n')
        (git_directory / "info").mkdir(exist_ok=True)
        write(git_directory, "info/attributes", "*.toml filter=x diff=x\n")
        for hook in HOOKS:
            write(git_directory, f"hooks/{hook}", self.trap(f"hook.{hook}").read_bytes()).chmod(0o755)

    def ask_everything(self) -> None:
        """Ask all that the verbs of duronb ask of a repository, with each engine's sampler."""
        root = str(self.root)
        for engine in ("docker", "native", "embedded"):
            sampler = Embedded() if engine == "embedded" else Perf()
            for ref in (None, "HEAD", self.first):
                plan = find_subject(ProfileRequest(repo=root, ref=ref, engine=engine)).plan(
                    ProfileRequest(repo=root, ref=ref, engine=engine), sampler, lambda release: release
                )
                with (self._outside / "source.tar").open("wb") as stream:
                    plan.build.source.write_tar(stream)
                assert plan.subject.git_sha == (self.first if ref == self.first else self.signed)
        for side in (".", "HEAD", f"{root}@main", root):
            parse_side(side, root)
        assert [str(each) for each in candidates(self.first, "HEAD", root, lambda _: None)][-1].endswith("signed")
        assert len(file_versions(self.root / "results.md")) == 1
        assert "main" in _refs(self.root)

    def _prepare(self) -> None:
        root = self.root
        (self._outside / "marks").mkdir(parents=True)
        write(root, ".gitattributes", ATTRIBUTES)
        write(root, "signed.txt", "$Format:%G?$\n")
        write(root, "results.md", "results\n")
        write(root / "module", "src/inner.rs", "// inner\n")
        write(root / "module", ".gitattributes", ATTRIBUTES)
        for path in (root / "module", root):
            if path != root:
                run_git(path, "init", "--quiet")
            run_git(path, "-c", "advice.addEmbeddedRepo=false", "add", "--all")
            run_git(path, "commit", "--quiet", "--message", "more")
        tree, parent = run_git(root, "rev-parse", "HEAD^{tree}"), run_git(root, "rev-parse", "HEAD")
        write(self._outside, "commit", SIGNED.format(blank=" ", tree=tree, parent=parent))
        self.signed = run_git(root, "hash-object", "-t", "commit", "-w", str(self._outside / "commit"))
        run_git(root, "update-ref", "refs/heads/main", self.signed)
        for name in ("src/lib.rs", "results.md", "module/src/inner.rs"):
            write(root, name, "// changed\n")

    def plain_git(self, *arguments: str) -> None:
        """Run git as anybody else would."""
        subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        )
