"""Logs as a stress test writes them, made line by line in any of the styles of its history."""

from __future__ import annotations

from duronb.ingest.stress_test.log import StressLog, StressLogParser

NOON = 1_795_348_800.0  # 2026-11-22T12:00:00Z
WIDE = "{:<20} {:<10} {:<10} {:<10} {:<8} {:<8} {:<8} {:<10} {:<15} {:<15} {:<15}ms"


class Script:
    """Writes a log as the workload would, one second a line."""

    def __init__(self, style: str = "colour", target: str = "duroxide::provider_stress_test::core") -> None:
        self.style, self.target, self.seconds, self.text = style, target, 0.0, ""

    def say(self, message: str, level: str = "INFO", target: str | None = None) -> None:
        minutes, seconds = divmod(self.seconds, 60)
        stamp = f"2026-11-22T12:{int(minutes):02d}:{seconds:09.6f}Z"
        target = target or self.target
        if self.style == "colour":
            prefix = f"\x1b[2m{stamp}\x1b[0m \x1b[32m{level:>5}\x1b[0m \x1b[2m{target}\x1b[0m\x1b[2m:\x1b[0m "
        elif self.style == "lost escape":
            prefix = f"[2m{stamp}[0m [32m{level:>5}[0m [2m{target}[0m[2m:[0m "
        elif self.style == "plain":
            prefix = f"{stamp} {level:>5} {target}: "
        elif self.style == "no target":
            prefix = f"{stamp} {level:>5} "
        elif self.style == "damaged":
            prefix = f"{stamp[14:]} {level:>5} {target}: "
        else:
            prefix = " "
        self.text += prefix + message + "\n"
        self.seconds += 1

    def stage(self, orch: int, worker: int, completed: int, failed: str, rate: str) -> None:
        self.say(f"=== Starting stress test (orch={orch}, worker={worker}) ===")
        self.say("Config: max_concurrent=20, duration=10s, tasks_per_instance=5, activity_delay=10ms")
        self.say("duroxide runtime (0.1.26) starting with provider sqlite (0.1.26)", target="duroxide::runtime")
        self.say("Starting continuous orchestration pump...")
        self.say("Duration elapsed, stopping pump...")
        self.say("Waiting for active orchestrations to complete...")
        self.say("Still waiting for 20 active orchestrations...")
        self.say("Still waiting for 3 active orchestrations...")
        self.results(completed, failed, rate)
        self.say("✓ Test completed", target="duroxide_sqlite_stress")

    def results(self, completed: int, failed: str, rate: str) -> None:
        self.say("=== Results ===")
        self.say("Total time: 11.25s")
        self.say(f"Launched: {completed}")
        self.say(f"Completed: {completed}")
        self.say(f"Failed: {failed}")
        self.say("Success rate: 100.00%")
        self.say(f"Throughput: {rate} orchestrations/sec")
        self.say("Activity throughput: 95.16 activities/sec")
        self.say("Average latency: 52.54ms")

    def parse(self, ended: float | None = None) -> StressLog:
        parser = StressLogParser()
        parser.feed(self.text.encode())
        return parser.finish(ended)


def whole_suite(style: str = "colour") -> Script:
    log = Script(style)
    log.say("=== Duroxide SQLite Stress Test Suite ===")
    log.say("Duration: 10 seconds per test")
    log.say("\n--- Testing In-Memory SQLite Provider ---")
    log.stage(1, 1, 100, "0 (infra: 0, config: 0, app: 0)", "10.00")
    log.stage(2, 2, 200, "0 (infra: 0, config: 0, app: 0)", "20.00")
    log.say("\n--- Testing File-Based SQLite Provider ---")
    log.stage(1, 1, 300, "0 (infra: 0, config: 0, app: 0)", "30.00")
    log.stage(2, 2, 591, "3 (infra: 2, config: 0, app: 0)", "19.03")
    log.say("\n=== Comparison Table ===")
    log.say(
        WIDE[:-2].format(
            "Provider",
            "Config",
            "Completed",
            "Failed",
            "Infra",
            "Config",
            "App",
            "Success %",
            "Orch/sec",
            "Activity/sec",
            "Avg Latency",
        )
    )
    log.say("-" * 150)
    for provider, config, completed, failed, infra, rate in (
        ("In-Memory SQLite", "1/1", 100, 0, 0, "10.00"),
        ("In-Memory SQLite", "2/2", 200, 0, 0, "20.00"),
        ("File SQLite", "1/1", 300, 0, 0, "30.00"),
        ("File SQLite", "2/2", 591, 3, 2, "19.03"),
    ):
        log.say(WIDE.format(provider, config, completed, failed, infra, 0, 0, "99.66", rate, "95.16", "52.54"))
    return log
