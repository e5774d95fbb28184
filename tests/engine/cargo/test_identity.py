from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duronb.engine.cargo.identity import binary_identity


@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf is not installed")
@pytest.mark.parametrize("program", [sys.executable, "/bin/sh", shutil.which("git") or "/bin/ls"])
def test_the_build_id_is_what_readelf_prints(program: str) -> None:
    path = Path(program).resolve()
    printed = subprocess.run(["readelf", "-n", str(path)], capture_output=True, text=True, check=False).stdout
    expected = re.search(r"Build ID: ([0-9a-f]+)", printed)
    identity = binary_identity(path)
    assert identity.build_id == (expected[1] if expected else None)
    assert identity.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@given(content=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_has_an_identity(content: bytes, tmp_path: Path) -> None:
    head = Path("/bin/sh").resolve().read_bytes()[:80]
    path = tmp_path / "file"
    for data in (content, b"\x7fELF" + content, head + content):
        path.write_bytes(data)
        assert binary_identity(path).sha256 == hashlib.sha256(data).hexdigest()
