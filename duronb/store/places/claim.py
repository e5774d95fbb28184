"""Claims: of many writers of one run, only one may write its objects."""

from __future__ import annotations

import contextlib
import inspect
import uuid
from typing import Any

CLAIM = ".claim"
_TRIES = 3


class Claim:
    """A small object in the folder of a run. Its writer alone writes the other objects, so none is ever mixed.

    It stays as long as the run. So the id is never claimed again, and every further write may be repeated.

    Parameters
    ----------
    filesystem
        An fsspec filesystem.
    folder
        The folder of the run.
    """

    def __init__(self, filesystem: Any, folder: str) -> None:
        self._filesystem = filesystem
        self._folder = folder
        self._nonce = uuid.uuid4().hex
        can = creates(filesystem)
        self._target = f"{folder}/{CLAIM}" if can else f"{folder}/{CLAIM}-{self._nonce}"
        self._conditional = can

    def take(self) -> bool:
        """Return whether this writer has the claim. If not, nothing of it remains."""
        self._filesystem.makedirs(self._folder, exist_ok=True)
        if self._conditional:
            return create(self._filesystem, self._target, self._nonce.encode())
        self._filesystem.pipe_file(self._target, self._nonce.encode())
        # Writers that wrote at the same time all see each other, or only the last one does: at most one is alone.
        self._filesystem.invalidate_cache()
        entries = self._filesystem.ls(self._folder, detail=False)
        if [entry.rstrip("/").rsplit("/", 1)[-1] for entry in entries] == [f"{CLAIM}-{self._nonce}"]:
            return True
        self.release()
        return False

    def release(self) -> None:
        """Remove the claim, if it is this writer's."""
        with contextlib.suppress(FileNotFoundError):
            if self._filesystem.cat_file(self._target) == self._nonce.encode():
                self._filesystem.rm_file(self._target)


def creates(filesystem: Any) -> bool:
    """Return whether a filesystem can write an object only if there is none of that name."""
    writer = getattr(filesystem, "_pipe_file", None) or filesystem.pipe_file
    return "mode" in inspect.signature(writer).parameters


def create(filesystem: Any, target: str, content: bytes) -> bool:
    """Write an object if there is none of that name; ``False`` if there is one of other content.

    A client repeats a request whose answer was lost. The second one fails because the first one succeeded, so what is
    there is compared. Where the filesystem cannot create conditionally, this looks before it writes.
    """
    if not creates(filesystem):
        filesystem.invalidate_cache()
        if filesystem.exists(target):
            return False
        filesystem.pipe_file(target, content)
        return True
    for _ in range(_TRIES):
        try:
            filesystem.pipe_file(target, content, mode="create")
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):  # it was removed meanwhile
                return bool(filesystem.cat_file(target) == content)
        else:
            return True
    return False
