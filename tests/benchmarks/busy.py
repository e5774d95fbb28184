"""Something to record: threads that are busy in the interpreter, in C libraries and in the kernel."""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path


def main(seconds: float) -> None:
    """Work for some seconds."""
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as directory:
        threads = [threading.Thread(target=_work, args=(Path(directory, f"{n}.db"), until)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _work(path: Path, until: float) -> None:
    database = sqlite3.connect(path)
    database.execute("create table history (id integer primary key, event text, packed blob)")
    number = 0
    while time.monotonic() < until:
        event = json.dumps({"id": number, "kind": "ActivityCompleted", "path": list(range(number % 97))})
        with database:
            database.execute(
                "insert into history (event, packed) values (?, ?)", (event, zlib.compress(event.encode()))
            )
        database.execute("select count(*), max(length(event)) from history where event like '%9,%'").fetchall()
        number += 1
    database.close()


if __name__ == "__main__":
    main(float(sys.argv[1]))
