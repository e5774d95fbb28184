"""What an interactive flamegraph shows, read from its page, and the same figures counted plainly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tests.views.profiles import Cell, displayed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Locator, Page


def opened(
    browser: Browser, path: Path, html: str, *, scheme: str = "light", width: int = 1200
) -> tuple[Page, list[str]]:
    """Open a page with no network, and the errors that it makes from then on."""
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        offline=True,
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    note_dialogs(page, errors)
    page.goto(path.as_uri())
    return page, errors


def note_dialogs(page: Page, said: list[str]) -> None:
    """Note what every dialog of a page says, and close it."""

    def note(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)


def search(view: Locator, pattern: str) -> tuple[float, int]:
    """Type into the search box; return the matched share in percent and the matched samples."""
    matched = view.locator(".duronb-matched", has_text="matched")
    view.locator(".duronb-searching input.duronb-search").fill("")
    matched.wait_for(state="detached")
    view.locator(".duronb-searching input.duronb-search").fill(pattern)
    matched.wait_for()
    text = matched.text_content() or ""
    found = re.search(r"([\d.]+)%.*matched · ([\d,]+)", text)
    assert found is not None, text
    return float(found[1]), int(found[2].replace(",", ""))


def matching(cells: Mapping[Cell, int], pattern: str, stage: str | None = None) -> tuple[int, int]:
    """Count samples with a matching frame, and all samples."""
    counts: Counter[bool] = Counter()
    for (own_stage, _, _, stack), count in cells.items():
        if stage in (None, own_stage):
            counts[any(re.search(pattern, name, re.IGNORECASE) for name in displayed(stack))] += count
    return counts[True], counts.total()
