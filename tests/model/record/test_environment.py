from __future__ import annotations

from typing import Any

import pytest

from duronb.model.record.environment import Environment


@pytest.mark.parametrize(
    ("stated", "text", "in_memory"),
    [
        ({}, None, False),
        ({"tmp_filesystem": "ext4"}, "ext4", False),
        ({"tmp_filesystem": "ext4", "database_on": "volume"}, "ext4 (volume)", False),
        ({"tmp_filesystem": "overlay", "database_on": "overlay"}, "overlay", False),
        ({"tmp_filesystem": "tmpfs", "database_on": "tmpfs", "tmp_mb": 64}, "tmpfs", True),
        ({"tmp_filesystem": "tmpfs", "database_on": "/dev/shm"}, "tmpfs (/dev/shm)", True),
        ({"tmp_filesystem": None, "database_on": "volume"}, "volume", False),
        # As the Docker engine wrote it before it stated the type of the file system.
        ({"engine": "docker", "tmp": "tmpfs, 12076 MB", "tmp_mb": 12076}, "tmpfs", True),
        ({"engine": "docker", "tmp": ""}, None, False),
    ],
)
def test_what_the_database_is_on_is_read_from_runs_of_every_version(
    stated: dict[str, Any], text: str | None, in_memory: bool
) -> None:
    environment = Environment.from_json(stated)
    assert (environment.database, environment.database_in_memory) == (text, in_memory)
    assert environment.to_json() == stated
