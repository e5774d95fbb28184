"""Rust symbol names, made comparable between builds. Names are stored raw; views normalise what they show."""

from __future__ import annotations

import re

_HASH = re.compile(r"::h[0-9a-f]{16}$")
_CLONE = re.compile(r"(?:\.(?:llvm\.\d+|cold|part|isra|constprop|lto_priv|warm)(?:\.\d+)*|\s\[clone [^\]]*\])+$")
_CLOSURE = re.compile(r"\{\{closure\}\}|\{closure(?:_env)?#\d+\}")
_SHIM = re.compile(r"\{shim:vtable#\d+\}|\{\{vtable\.shim\}\}")


def normalise(name: str, *, closures: bool = False, generics: bool = False) -> str:
    """Strip from a symbol name what differs from build to build.

    Parameters
    ----------
    name
        A demangled name. Always stripped are the hash of legacy mangling (``::h0123456789abcdef``) and what
        compilers append to clones (``.llvm.123``, ``.cold``).
    closures
        Also drop the numbers of closures: ``{closure#3}`` becomes ``{closure}``.
    generics
        Also drop generic arguments: ``Vec<u8>::push::<T>`` becomes ``Vec::push``. The type in front of
        ``<T as Trait>::method`` stays.

    Returns
    -------
    The name, never empty unless it was.
    """
    short = _CLONE.sub("", name)
    short = _HASH.sub("", short)
    if closures and "{" in short:
        short = _SHIM.sub("{shim}", _CLOSURE.sub("{closure}", short))
    if generics and "<" in short and "operator" not in short:
        short = _without_generics(short)
    return short or name


def _without_generics(name: str) -> str:
    kept: list[str] = []
    skipping = 0
    for at, letter in enumerate(name):
        before = name[at - 1] if at else ""
        if letter == "<" and (skipping or before.isalnum() or before in {"_", ":"}):
            if not skipping and name[at + 1 : at + 6] == "impl ":
                kept.append(letter)  # `module::<impl Trait for Type>::method` says which method it is
                continue
            if not skipping and kept[-2:] == [":", ":"]:
                del kept[-2:]
            skipping += 1
        elif letter == ">" and before != "-" and skipping:
            skipping -= 1
        elif not skipping:
            kept.append(letter)
    return "".join(kept) if not skipping else name
