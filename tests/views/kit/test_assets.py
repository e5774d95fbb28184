"""Style sheets and scripts are read from files, and lose only what a browser does not need."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from duronb.views.kit.assets import script, script_call, style_sheet
from duronb.views.kit.theme import themed_css
from tests import ROOT
from tests.views.agreement.in_node import missing

VIEWS = ROOT / "duronb" / "views"
STYLES = sorted(VIEWS.rglob("*.css"))
SCRIPTS = sorted(VIEWS.rglob("*.js"))


def test_a_style_sheet_loses_comments_and_spaces_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "with_styles"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "a.css").write_text(
        "/* Of a: b; c. */\n\n.a > b,\n.c:hover {\n  margin: 0 0.5em;\n  color: rgba(1, 2, 3, 0.35);\n}\n"
        "@media (prefers-color-scheme: dark) {\n  .a {\n    width: calc(100% - 10px);\n  }\n}\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    assert style_sheet("with_styles", "a.css") == (
        ".a > b,.c:hover{margin:0 .5em;color:rgba(1,2,3,.35)}"
        "@media (prefers-color-scheme:dark){.a{width:calc(100% - 10px)}}"
    )


def test_a_script_loses_comments_and_indentation_and_leaves_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "with_scripts"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "a.js").write_text(
        "// Adds.\nfunction add(a, b) {\n  // Of two.\n\n  return a + b;\n}\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    source = script("with_scripts", "a.js")

    assert source == "function add(a, b) {\nreturn a + b;\n}"
    assert (
        script_call(source, "add", "1", '"x"') == '(function(){function add(a, b) {\nreturn a + b;\n}\nadd(1,"x");})();'
    )


def test_colours_follow_the_theme() -> None:
    assert themed_css({"text": {"fill": {"light": "#000", "dark": "#fff"}}}) == (
        "text{fill:#000}@media (prefers-color-scheme:dark){text{fill:#fff}}"
    )


@pytest.mark.parametrize("path", STYLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_style_sheet_is_used_and_keeps_all_its_rules(path: Path) -> None:
    package = ".".join(path.parent.relative_to(ROOT).parts)
    compact = style_sheet(package, path.name)

    assert f'"{path.name}"' in "".join(module.read_text(encoding="utf-8") for module in path.parent.glob("*.py"))
    assert compact.count("{") == compact.count("}") == path.read_text(encoding="utf-8").count("{")
    # What the compact form may not do to text between quotes.
    assert not re.search("[\"']", compact)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_script_is_used_and_can_be_read_by_a_browser(path: Path) -> None:
    package = ".".join(path.parent.relative_to(ROOT).parts)

    assert f'"{path.name}"' in "".join(module.read_text(encoding="utf-8") for module in path.parent.glob("*.py"))
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        missing("node")
        return
    check = "new Function(require('fs').readFileSync(0, 'utf8'))"
    subprocess.run([node, "-e", check], input=script(package, path.name), text=True, check=True)


def test_no_style_sheet_or_script_is_a_string_in_python() -> None:
    code = re.compile(r"\{[a-z-]+:[^{}]*;[^{}]*\}|=>\s*\{|\bfunction\s+\w+\s*\(|document\.querySelector")
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(VIEWS.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and code.search(node.value)
    ]
    assert found == []
