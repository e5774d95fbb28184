"""All samplers, by their name in stored runs."""

from __future__ import annotations

from duronb.errors import StoreError
from duronb.quoting import quoted
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf
from duronb.sampling.protocol import Sampler

_SAMPLERS: tuple[Sampler, ...] = (Perf(), Embedded())


def sampler_called(name: str) -> Sampler:
    """Return the sampler of that name.

    Raises
    ------
    StoreError
        The name is unknown, as in a recording of a newer duronb.
    """
    for sampler in _SAMPLERS:
        if sampler.name == name:
            return sampler
    raise StoreError(f"There is no sampler {quoted(name)}.", "Use the version of duronb that made the recording.")
