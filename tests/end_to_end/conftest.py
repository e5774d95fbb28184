"""The engines that work on this machine, as parameters of a test."""

from __future__ import annotations

import os
import shutil

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes ``engine`` once per real engine."""
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize(
            "engine", [pytest.param("docker", marks=pytest.mark.docker), pytest.param("native", marks=pytest.mark.slow)]
        )


@pytest.fixture(autouse=True)
def engine_is_there(request: pytest.FixtureRequest) -> None:
    """Skip with a reason if this machine lacks the engine; fail in CI."""
    engine = request.node.callspec.params.get("engine") if hasattr(request.node, "callspec") else None
    required = bool(os.environ.get("DURONB_REQUIRE_DOCKER"))
    if engine == "docker":
        from duronb.engine.docker.engine import engine_answers

        answers, why = engine_answers()
        if not answers:
            (pytest.fail if required else pytest.skip)(why)
    elif engine == "native":
        lacking = [tool for tool in ("perf", "cargo") if shutil.which(tool) is None]
        if lacking:
            (pytest.fail if required else pytest.skip)(f"not installed: {', '.join(lacking)}")
