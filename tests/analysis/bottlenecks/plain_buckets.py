"""A simple reference for the bucket of a stack: one stack at a time, with all claims kept until the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from duronb.analysis.bottlenecks.bucket import Catalogue, Pattern
from duronb.model.kinds import kind_of

Frame = tuple[str, str]


def plain_name(name: str) -> str:
    """Return a name without generic arguments, for the simple names that the tests use."""
    while (shorter := re.sub(r"(?:::)?<[^<>]*>", "", name)) != name and not name.startswith("<"):
        name = shorter
    return name


@cache
def matches(pattern: Pattern, name: str, module: str) -> bool:
    if pattern.kind is not None and kind_of(name, module) != pattern.kind:
        return False
    if pattern.module is not None and not re.search(pattern.module.pattern, module):
        return False
    return pattern.name is None or bool(re.search(pattern.name.pattern, plain_name(name)))


def plain_bucket(stack: Sequence[Frame], catalogue: Catalogue) -> int:
    """Return the index of the bucket of a stack, root first."""
    claims: list[tuple[str, int]] = []
    for name, module in stack:
        if name == "[unknown]":
            continue
        for pattern in catalogue.patterns:
            if not matches(pattern, name, module):
                continue
            if pattern.within and decided(claims, catalogue) not in pattern.within:
                continue
            if pattern.priority == "fallback" and any(priority != "fallback" for priority, _ in claims):
                continue
            claims.append((pattern.priority, pattern.bucket))
            break
    return decided(claims, catalogue)


def decided(claims: Sequence[tuple[str, int]], catalogue: Catalogue) -> int:
    """Return the outermost ``hold`` claim, else the deepest normal one, else the deepest fallback."""
    held = [bucket for priority, bucket in claims if priority == "hold"]
    normal = [bucket for priority, bucket in claims if priority == "normal"]
    others = [bucket for priority, bucket in claims if priority == "fallback"]
    if held:
        return held[0]
    return (others + normal)[-1] if claims else catalogue.unknown
