"""What the tests compare of an imported file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from duronb.ingest.sample_file import SampleFile
from duronb.model.event_view import view
from duronb.model.profile import Profile
from tests.ingest.reading import read_file
from tests.views.profiles import cells_of

Stack = tuple[tuple[str, str], ...]


def read_bytes(directory: Path, content: bytes, name: str) -> SampleFile:
    """Read a file that must have the format of this name."""
    path = directory / "given"
    path.write_bytes(content)
    found, read = read_file(path)
    assert found.name == name
    return read


def names_of(profile: Profile, event: str | None = None) -> Counter[str]:
    """Return what is drawn by stack, as ``a;b;c``."""
    found: Counter[str] = Counter()
    for (_, _, _, stack), count in cells_of(view(profile, event)).items():
        found[";".join(name for name, _ in stack)] += count
    return found


def weights_of(profile: Profile) -> dict[str, int]:
    """Return the sum of the weights of each event, in steps of the event."""
    found: Counter[str] = Counter()
    numbers = [0] * len(profile.count) if profile.event is None else profile.event.tolist()
    for row, number in enumerate(numbers):
        event = profile.events[number]
        found[event.name] += int(profile.count[row] * event.scale if profile.weight is None else profile.weight[row])
    return dict(found)


def by_thread_and_second(profile: Profile) -> Counter[tuple[str, int, Stack]]:
    found: Counter[tuple[str, int, Stack]] = Counter()
    for (_, thread, second, stack), count in cells_of(profile).items():
        found[thread, second, stack] += count
    return found


def by_stack(profile: Profile) -> Counter[Stack]:
    found: Counter[Stack] = Counter()
    for (_, _, _, stack), count in cells_of(profile).items():
        found[stack] += count
    return found
