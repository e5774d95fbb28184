"""Rust symbol names, made comparable between builds. Names are stored unchanged; views normalise them.

Samplers demangle names. A name that is still in Rust's legacy mangling is demangled here; a name in the v0 mangling
(``_R…``) is left unchanged.
"""

from __future__ import annotations

import re
import unicodedata

_HASH = re.compile(r"::h[0-9a-f]{16}$")
_CLONE = re.compile(r"(?:\.(?:llvm\.\d+|cold|part|isra|constprop|lto_priv|warm)(?:\.\d+)*|\s\[clone [^\]]*\])+$")
_LEGACY = re.compile(r"_?_?ZN((?:\d+[^\d].*)17h[0-9a-f]{16})E", re.ASCII | re.DOTALL)
_PIECE = re.compile(r"\.\.|\.|\$([^$]*)\$|[^.$]+", re.DOTALL)
_LETTERS = {"SP": "@", "BP": "*", "RF": "&", "LT": "<", "GT": ">", "LP": "(", "RP": ")", "C": ","}
_CLOSURE = re.compile(r"\{\{closure\}\}|\{closure(?:_env)?#\d+\}")
_SHIM = re.compile(r"\{shim:vtable#\d+\}|\{\{vtable\.shim\}\}")


def normalise(name: str, *, closures: bool = False, generics: bool = False) -> str:
    """Return a symbol name without the parts that differ between builds.

    Parameters
    ----------
    name
        A name as a sampler reported it. The hash of legacy mangling (``::h0123456789abcdef``) and what compilers
        append to clones (``.llvm.123``, ``.cold``) are always removed.
    closures
        Also remove the numbers of closures: ``{closure#3}`` becomes ``{closure}``.
    generics
        Also remove generic arguments: ``Vec<u8>::push::<T>`` becomes ``Vec::push``. The type in front of
        ``<T as Trait>::method`` stays.

    Returns
    -------
    The name; empty only if ``name`` is empty.
    """
    short = _CLONE.sub("", name)
    short = _HASH.sub("", demangle(short))
    if closures and "{" in short:
        short = _SHIM.sub("{shim}", _CLOSURE.sub("{closure}", short))
    if generics and "<" in short and "operator" not in short:
        short = _without_generics(short)
    return short or name


def demangle(name: str) -> str:
    """Demangle a name in Rust's legacy mangling, and keep its hash. Return any other name unchanged."""
    match = _LEGACY.fullmatch(name)
    if match is None or not name.isascii():
        return name
    parts = []
    rest = match[1]
    while rest:
        digits = re.match(r"[1-9]\d{0,5}", rest, re.ASCII)
        if digits is None or len(rest) < digits.end() + int(digits[0]):
            return name
        part, rest = rest[digits.end() :][: int(digits[0])], rest[digits.end() + int(digits[0]) :]
        parts.append(_unescaped(part.removeprefix("_") if part.startswith("_$") else part))
    return "::".join(parts)


def _unescaped(part: str) -> str:
    """Replace the escape sequences in one part of a name, up to the first invalid one."""
    letters = []
    at = 0
    while (piece := _PIECE.match(part, at)) is not None:
        code = piece[1]
        if code is None:
            letters.append("::" if piece[0] == ".." else piece[0])
        elif code in _LETTERS:
            letters.append(_LETTERS[code])
        elif re.fullmatch("u[0-9a-f]{1,6}", code) and (letter := _printable(int(code[1:], 16))):
            letters.append(letter)
        else:
            break
        at = piece.end()
    return "".join(letters) + part[at:]


def _printable(number: int) -> str:
    if number > 0x10FFFF or 0xD800 <= number < 0xE000 or unicodedata.category(chr(number)) == "Cc":
        return ""
    return chr(number)


def _without_generics(name: str) -> str:
    kept: list[str] = []
    skipping = 0
    for at, letter in enumerate(name):
        before = name[at - 1] if at else ""
        if letter == "<" and (skipping or before.isalnum() or before in {"_", ":"}):
            if not skipping and name[at + 1 : at + 6] == "impl ":
                kept.append(letter)  # `module::<impl Trait for Type>::method` identifies the method
                continue
            if not skipping and kept[-2:] == [":", ":"]:
                del kept[-2:]
            skipping += 1
        elif letter == ">" and before != "-" and skipping:
            skipping -= 1
        elif not skipping:
            kept.append(letter)
    return "".join(kept) if not skipping else name
