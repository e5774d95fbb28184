"""A fresh Chromium for every visit, and what its protocol says about memory and work."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.resident import resident_megabytes

if TYPE_CHECKING:
    from playwright.async_api import Browser, CDPSession, Page

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORT = (1400, 900)
MEGABYTE = 1e6

_PROBE = Path(__file__).with_name("probe.js")


@dataclass(frozen=True, slots=True)
class Tab:
    """An open page, with the protocol of the page and of its browser."""

    page: Page
    own: CDPSession
    whole: CDPSession

    async def metrics(self) -> dict[str, float]:
        """Return Chromium's counters of the page: ``TaskDuration``, ``LayoutDuration`` and so on, in seconds."""
        answer = await self.own.send("Performance.getMetrics")
        return {entry["name"]: float(entry["value"]) for entry in answer["metrics"]}

    async def heap(self) -> dict[str, float]:
        """Collect garbage and return megabytes: JavaScript objects, their array buffers, the DOM, and their sum."""
        for _ in range(2):
            await self.own.send("HeapProfiler.collectGarbage")
        usage: dict[str, Any] = await self.own.send("Runtime.getHeapUsage")
        parts = {
            "objects": usage["usedSize"] / MEGABYTE,
            "buffers": usage.get("backingStorageSize", 0) / MEGABYTE,
            "DOM": usage.get("embedderHeapUsedSize", 0) / MEGABYTE,
        }
        return {**parts, "heap": sum(parts.values())}

    async def resident(self) -> float | None:
        """Return the megabytes of the largest renderer process; ``None`` where the system does not say."""
        answer = await self.whole.send("SystemInfo.getProcessInfo")
        sizes = [
            resident_megabytes(process["id"], peak=False)
            for process in answer["processInfo"]
            if process["type"] == "renderer"
        ]
        return max((size for size in sizes if size is not None), default=None)


@asynccontextmanager
async def opened() -> AsyncIterator[Tab]:
    """Start Chromium with one empty page, the probe in place; both are gone at the end."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        try:
            yield await _tab(browser)
        finally:
            with suppress(Exception):  # a lost browser cannot be closed
                await browser.close()


async def version() -> str:
    """Return Chromium's version."""
    async with opened() as tab:
        answer = await tab.whole.send("Browser.getVersion")
    return str(answer["product"]).rpartition("/")[2]


def executable() -> str | None:
    """Return the Chromium on PATH; ``None`` leaves the choice to Playwright."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


async def _tab(browser: Browser) -> Tab:
    width, height = VIEWPORT
    context = await browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(0)
    await context.add_init_script(path=_PROBE)
    page = await context.new_page()
    own = await context.new_cdp_session(page)
    await own.send("Performance.enable")
    return Tab(page, own, await browser.new_browser_cdp_session())
