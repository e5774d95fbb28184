"""Documents of collected stress test results in all layouts of their history, with made-up values."""

from __future__ import annotations

NARROW = "{:<20} {:<10} {:<10} {:<10} {:<10} {:<15} {:<15} {:<15}ms"
HEADER = (
    "Provider             Config     Completed  Failed     Success %  Orch/sec        Activity/sec    Avg Latency    "
)
STAGES = (("In-Memory SQLite", "1/1"), ("In-Memory SQLite", "2/2"), ("File SQLite", "1/1"), ("File SQLite", "2/2"))


def table(completed: int, seconds: float, prefix: str = "") -> str:
    """A table of four stages, each a few percent better than the one before."""
    lines = [HEADER, "-" * 120]
    for number, (provider, config) in enumerate(STAGES):
        done = completed + 10 * number
        rate = done / seconds
        figures = (f"{rate:.2f}", f"{5 * rate:.2f}", f"{1000 / rate:.2f}")
        lines.append(NARROW.format(provider, config, done, 0, "100.00", *figures))
    return "".join(f"{prefix}{line}\n" for line in lines)


def entry(commit: str, time: str, results: str, extra: str = "") -> str:
    return (
        f"---\n\n## Commit: {commit} - Timestamp: {time} UTC\n\n### Changes Since Last Test\n```\n"
        f"{commit} Make it faster\n0123abc Print | Provider | Config | Completed |\n```\n\n"
        f"### Test Results\n```\n{results}```\n{extra}\n"
    )


HEAD = "# Duroxide Stress Test Results\n\nThis file tracks all runs.\n\n"
OWN = (
    HEAD
    + entry(
        "aaaaaa1",
        "2026-03-04 05:06:07",
        table(300, 30.9),
        "\n**Failure Analysis:** None of them failed.\n",
    )
    + entry("bbbbbb2", "2026-03-03 05:06:07", "")
    + entry("cccccc3", "2026-03-02 05:06:07", table(100, 10.8, "00:48.317392Z  INFO duroxide_stress_tests: "))
    + entry("cccccc3", "2026-03-01 05:06:07", table(30, 3.9, " "))
)
CLOUD = "# Duroxide Stress Test Results (Cloud)\n\n<!-- Cloud environment runs. -->\n\n" + entry(
    "aaaaaa1", "2026-03-04 05:06:07", table(300, 30.9)
).replace("### Changes", "### Environment\n- Cloud test environment\n\n### Changes")
"""The first entry of ``OWN`` again, filed as of another machine."""
