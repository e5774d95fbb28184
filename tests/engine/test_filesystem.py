from __future__ import annotations

from pathlib import Path

import pytest

from duronb.engine.filesystem import filesystem_of

MOUNTS = r"""22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:30 / /tmp rw shared:1 - tmpfs tmpfs rw
31 22 0:31 / /mnt/a\040b rw - xfs /dev/x rw
32 22 0:32 / /over rw - ext4 /dev/y rw
33 22 0:33 / /over rw - overlay overlay rw
not a mount
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/tmp", "tmpfs"), ("/tmp/x/y", "tmpfs"), ("/tmpfoo", "ext4"), ("/mnt/a b/c", "xfs"), ("/over/x", "overlay")],
)
def test_the_innermost_and_latest_mount_counts(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, encoding="utf-8")
    assert filesystem_of(Path(path), mounts) == kind


def test_a_system_without_mountinfo_does_not_know(tmp_path: Path) -> None:
    assert filesystem_of(Path("/tmp"), tmp_path / "none") is None
