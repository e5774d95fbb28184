from __future__ import annotations

import pytest

from duronb.subject.git import without_credentials


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("https://user:secret@host.invalid/o/r.git", "https://host.invalid/o/r.git"),
        ("https://secret@host.invalid:8443/o/r", "https://host.invalid:8443/o/r"),
        ("https://host.invalid/o/r?token=secret#secret", "https://host.invalid/o/r"),
        ("ssh://git@host.invalid/o/r", "ssh://host.invalid/o/r"),
        ("git@host.invalid:o/r.git", "host.invalid:o/r.git"),
        ("/srv/mirrors/r@2", "/srv/mirrors/r@2"),
        ("https://[secret@bad", ""),
    ],
)
def test_a_remote_is_shown_without_credentials(remote: str, shown: str) -> None:
    assert without_credentials(remote) == shown
