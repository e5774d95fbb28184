"""How busy this machine is."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from duronb.model.record.environment import Load


def load() -> Load:
    """Return load averages and CPU pressure of this machine; ``None`` for what the system does not state.

    Only Linux with pressure stall information (PSI) states the pressure.
    """
    load_1 = load_5 = pressure = None
    with contextlib.suppress(OSError, AttributeError):
        load_1, load_5 = (round(value, 2) for value in os.getloadavg()[:2])
    with contextlib.suppress(OSError, ValueError, IndexError):
        some = Path("/proc/pressure/cpu").read_text(encoding="ascii").split()
        pressure = float(some[1].removeprefix("avg10="))
    return Load(load_1=load_1, load_5=load_5, cpu_pressure_10=pressure)
