"""Opening a store: a directory, a URL, or the default store of a checkout."""

from __future__ import annotations

import os
import re
from pathlib import Path

from duronb.errors import HostError
from duronb.quoting import quoted
from duronb.store.places.object_store import Objects
from duronb.store.store import Store

_URL = re.compile(r"(?P<protocol>[A-Za-z][A-Za-z0-9+.-]+)(?:::.*)?://", re.DOTALL)
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}


def open_store(root: str | None = None, checkout: Path | None = None) -> Store:
    """Open the store of runs. Nothing is created before the first run is stored.

    Parameters
    ----------
    root
        A directory or an fsspec URL. If it is ``None``, the store is ``DURONB_STORE``; if that is not set, it is
        ``profiling/results`` in the checkout, or without a checkout in the working directory.
    checkout
        Root of the Duroxide checkout that is profiled.

    Raises
    ------
    HostError
        The URL's protocol is unknown, its package is not installed, or ``root`` contains a NUL character.
    """
    named = root or os.environ.get("DURONB_STORE")
    if not named:
        return Store(str((checkout or Path.cwd()).absolute() / "profiling" / "results"))
    if "\0" in named:
        raise HostError(f"{quoted(named)} cannot be a store.", "Give a directory or a URL.")
    match = _URL.match(named)
    if match is None:
        return Store(str(Path(named).expanduser().absolute()))
    if match["protocol"] == "file":
        return Store(str(Path(named[match.end() :]).absolute()))
    import fsspec

    try:
        filesystem, path = fsspec.core.url_to_fs(named)
    except (ImportError, ValueError) as error:
        package = _PACKAGES.get(match["protocol"])
        remedy = f"Install it: pip install {package}." if package else "Check --store."
        raise HostError(f"The store {quoted(named)} cannot be opened: {error}.", remedy) from None
    url = named.rstrip("/")
    return Store(url, Objects(url, filesystem, path.rstrip("/")))
