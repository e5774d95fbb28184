"""Call trees of any size, made from a seed: 30 to 80 frames deep, counts after Zipf, siblings in the order of names."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from duronb.model.profile import CallTree, Frames, Profile

Integers = NDArray[np.int64]

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
SHALLOWEST, DEEPEST = 30, 80
MOST_NAMES = 12_000
SHORT_NAMES_FROM = 5_000_000
"""Nodes above which names are short, so that the text stays below what a JavaScript string can hold."""

_NEW_PER_STACK = 39
_BRANCHED = 18
_CRATES = ("alloc", "core", "duroxide", "hyper", "libsqlite3", "serde_json", "sqlx_core", "sqlx_sqlite", "std", "tokio")
_WORDS = (
    "activity", "advance", "batch", "buffer", "cache", "channel", "commit", "connection", "cursor", "decode",
    "dispatch", "encode", "event", "executor", "fetch", "history", "index", "instance", "journal", "lock",
    "message", "orchestration", "page", "parse", "pool", "provider", "queue", "replay", "runtime", "schedule",
    "session", "signal", "statement", "storage", "stream", "task", "timer", "transaction", "turn", "worker",
    "write",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Synthetic:
    """Stacks in preorder, each given by its depth and by how much it shares with the one before.

    Parameters
    ----------
    names
        Distinct function names, sorted; none is the beginning of another.
    name
        Index into ``names`` of every node but the root, in preorder, shape ``(nodes,)``.
    depth, shared
        Frames of each stack, and how many of them the stack before has too, shape ``(stacks,)`` each.
    count
        Samples of each stack, shape ``(stacks,)``.
    """

    names: list[str]
    name: Integers
    depth: Integers
    shared: Integers
    count: Integers

    @property
    def nodes(self) -> int:
        """Nodes without the root."""
        return len(self.name)

    @cached_property
    def level(self) -> Integers:
        """Depth of every node but the root, 1 for those on the root, shape ``(nodes,)``."""
        return _levels(self.depth, self.shared)

    @cached_property
    def leaf(self) -> Integers:
        """Node at the end of each stack, counted from 1, shape ``(stacks,)``."""
        return np.cumsum(self.depth - self.shared)

    def profile(self) -> Profile:
        """Return the profile without going through a text."""
        rows = len(self.count)
        zeros = np.zeros(rows, dtype=np.int32)
        tree = CallTree(
            parent=np.concatenate(([-1], parents(self.level))).astype(np.int32),
            frame=np.concatenate(([-1], self.name)).astype(np.int32),
            frames=Frames(names=self.names, modules=[""] * len(self.names)),
        )
        return Profile(
            tree=tree,
            stages=["synthetic"],
            threads=["worker"],
            stage=zeros,
            thread=zeros.copy(),
            second=zeros.copy(),
            node=self.leaf.astype(np.int32),
            count=self.count,
            start=0.0,
            frequency_hz=999.0,
        )

    def write_folded(self, path: Path) -> None:
        """Write the folded text; it appears whole or not at all."""
        part = path.with_suffix(".part")
        stack: list[str] = []
        names, at = self.names, 0
        name = self.name.tolist()
        with part.open("w", encoding="ascii", newline="\n") as file:
            for depth, shared, count in zip(
                self.depth.tolist(), self.shared.tolist(), self.count.tolist(), strict=True
            ):
                new = depth - shared
                stack[shared:] = [names[index] for index in name[at : at + new]]
                at += new
                file.write(f"{';'.join(stack)} {count}\n")
        part.replace(path)


def synthetic(nodes: int, seed: int = 4) -> Synthetic:
    """Make a tree of about ``nodes`` nodes; equal arguments, equal tree."""
    draw = np.random.default_rng(seed + nodes)
    stacks = max(4, round(nodes / _NEW_PER_STACK))
    depth = draw.integers(SHALLOWEST, DEEPEST + 1, stacks)
    # The number of nodes grows by the same factor from level to level until every stack is on its own.
    branch = 1 + np.log(draw.uniform(1 / stacks, 1, stacks)) / np.log(stacks)
    shared = np.minimum((branch * _BRANCHED).astype(np.int64), SHALLOWEST - 1)
    shared[0] = 0
    shared[1] = 0  # at least two frames on the root
    count = np.maximum(1, (stacks / draw.permutation(np.arange(1, stacks + 1))).astype(np.int64))
    names = _names(min(MOST_NAMES, max(200, nodes // 20)), short=nodes >= SHORT_NAMES_FROM)
    level = _levels(depth, shared)
    return Synthetic(names, _choose_names(level, len(names), draw), depth, shared, count)


def parents(level: Integers) -> Integers:
    """Return the parent of each node, the root being 0 and the nodes counted from 1, shape ``(nodes,)``."""
    nodes = np.arange(1, len(level) + 1)
    key = level * (len(level) + 1) + nodes
    above = np.sort(key)
    # The parent is the last node before that is one level higher.
    place = np.searchsorted(above, key - (len(level) + 1)) - 1
    found: Integers = np.where(level == 1, 0, above[place] % (len(level) + 1))
    return found


def _levels(depth: Integers, shared: Integers) -> Integers:
    new = depth - shared
    begin = np.cumsum(new) - new
    level: Integers = np.arange(int(new.sum())) - np.repeat(begin, new) + np.repeat(shared, new) + 1
    return level


def _choose_names(level: Integers, names: int, draw: np.random.Generator) -> Integers:
    """Popular names first where a node is alone; siblings get distinct names, in order."""
    parent = parents(level)
    siblings = np.bincount(parent, minlength=len(level) + 1)[parent]
    order = np.argsort(parent, kind="stable")
    rank = np.empty(len(level), dtype=np.int64)
    rank[order] = np.arange(len(level)) - np.searchsorted(parent[order], parent[order])
    stride = names // siblings
    if int(stride.min()) < 1:
        raise ValueError("more siblings than names")
    chance = draw.uniform(0, 1, len(level))
    ordered = rank * stride + (chance * stride).astype(np.int64)
    # exp of a uniform draw: the density falls as 1 / rank, which is Zipf.
    popular = np.exp(chance * np.log(names)).astype(np.int64) - 1
    return np.where(siblings == 1, draw.permutation(names)[popular], ordered)


def _names(number: int, *, short: bool) -> list[str]:
    pick = random.Random(number)
    if short:
        return sorted(f"{pick.choice(_CRATES)[:4]}::{pick.choice(_WORDS)[:6]}_{index:05}" for index in range(number))
    return sorted(
        f"{pick.choice(_CRATES)}::{pick.choice(_WORDS)}::{pick.choice(_WORDS).title()}{pick.choice(_WORDS).title()}"
        f"::{pick.choice(_WORDS)}_{pick.choice(_WORDS)}_{pick.choice(_WORDS)}_{index:05}"
        for index in range(number)
    )
