"""Compact text of style sheets and scripts, which are files beside the module that uses them.

Values are never inserted into this text. Colours are separate rules, see ``theme.themed_css``, and a script declares a
function that is called with JSON.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def style_sheet(package: str, name: str) -> str:
    """Return a style sheet without comments and unneeded spaces.

    Parameters
    ----------
    package
        Package of the file: ``__package__`` of the module that uses it.
    name
        Name of the file. Strings in it must not contain comments or repeated spaces.
    """
    text = re.sub(r"/\*.*?\*/", "", _read(package, name), flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text).replace(": ", ":").replace(";}", "}")
    return re.sub(r"(?<=[:, (])0(?=\.\d)", "", text).strip()


@cache
def script(package: str, name: str) -> str:
    """Return JavaScript without comment lines, empty lines and indentation.

    Parameters
    ----------
    package
        Package of the file: ``__package__`` of the module that uses it.
    name
        Name of the file. It must not contain strings that span several lines.
    """
    lines = (line.strip() for line in _read(package, name).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def script_call(declaration: str, function: str, *arguments: str) -> str:
    """Return JavaScript that calls a function and adds no name to the global scope.

    Parameters
    ----------
    declaration
        JavaScript that declares the function.
    function
        Name of the function.
    arguments
        JavaScript expressions, such as JSON.
    """
    return f"(function(){{{declaration}\n{function}({','.join(arguments)});}})();"


def _read(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")
