"""The page of a history."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from duronb.errors import HostError
from duronb.store import open_store
from tests.views.history.histories import dropped, history


def test_a_page_links_pictures_of_runs_and_forbids_network_requests(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "a b#c"))
    for run in dropped(14, 7):
        store.save(run, None, log=tmp_path / "none", cargo_lock=b"", svg=b"<svg/>")
    found = history(store.runs())
    page = found.export(tmp_path / "page.html").read_text(encoding="utf-8")
    assert f"a%20b%23c/{store.runs()[0].id}.svg" in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:|//)""", re.sub(r"(?s)<script>.*?</script>", "", page))
    assert str(tmp_path) not in page
    with pytest.raises(HostError, match="cannot be written"):
        found.export(tmp_path / "none" / "page.html")
