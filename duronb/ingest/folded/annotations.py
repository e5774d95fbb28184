"""Marks at the end of frame names, as ``stackcollapse-perf.pl --all`` writes them: ``copy_[k]`` is in the kernel."""

from __future__ import annotations

from duronb.ingest.perf.lines import INLINED, KERNEL

JIT = "[JIT]"
_MODULES = {b"_[k]": KERNEL, b"_[j]": JIT, b"_[i]": INLINED}


def is_annotated(text: bytes) -> bool:
    """Return whether the text of a frame ends in a mark."""
    return text[-1:] == b"]" and text[-4:] in _MODULES and len(text) > 4


def named_frame(text: bytes) -> tuple[str, str]:
    """Return name and module, as stored in a profile, from the text of a frame."""
    module = ""
    if is_annotated(text):
        text, module = text[:-4], _MODULES[text[-4:]]
    return text.decode("utf-8", "replace"), module
