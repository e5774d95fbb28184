"""Noise of equal runs in blocks, as logarithms: what the simulations of verdicts and of looks draw."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]
Noise = Callable[[np.random.Generator, tuple[int, ...]], Logs]
"""Draws runs in order of time along the last axis, two for each block."""


def normal(deviation: float, correlation: float = 0.0) -> Noise:
    """Return normal noise, in which both runs of a block have a correlation."""

    def drawn(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
        own = rng.normal(0, deviation, shape)
        if not correlation:
            return own
        first, second = own[..., ::2], own[..., 1::2]
        own[..., 1::2] = correlation * first + (1 - correlation**2) ** 0.5 * second
        return own

    return drawn


def student(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    """Return Student's t with 3 degrees of freedom and a standard deviation of 10 %."""
    return np.asarray(0.1 / 3**0.5 * rng.standard_t(3, shape))


def autoregressive(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    """Return noise in which neighbours in time have a correlation of 0.8."""
    found = rng.normal(0, 0.1, shape)
    for place in range(1, shape[-1]):
        found[..., place] = 0.8 * found[..., place - 1] + 0.6 * found[..., place]
    return found


def trend(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    """Return normal noise on a machine that becomes 20 % slower."""
    return np.asarray(rng.normal(0, 0.1, shape) + np.linspace(0, log(0.8), shape[-1]))


def outlying(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    """Return normal noise in which every tenth run takes three times as long."""
    return np.asarray(rng.normal(0, 0.1, shape) - np.where(rng.random(shape) < 0.1, log(3), 0.0))


def varying(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    """Return normal noise that is 10 %, times or divided by 1.5, and another for each series and stage."""
    deviations = np.exp(rng.normal(log(0.1), log(1.5), shape[:-1]))
    return np.asarray(rng.normal(0, 1, shape) * deviations[..., None])


NOISES: dict[str, Noise] = {
    "CV 3 %": normal(0.03),
    "CV 10 %": normal(0.10),
    "CV 20 %": normal(0.20),
    "t3": student,
    "AR(1) 0.8": autoregressive,
    "trend": trend,
    "outliers": outlying,
    "varying CV": varying,
}


def blocks_of(noise: Noise, rng: np.random.Generator, shape: tuple[int, ...], change: float = 0.0) -> Logs:
    """Return logarithms of blocks whose runs were recorded in random order.

    Parameters
    ----------
    noise, rng
        The noise and its source.
    shape
        ``(…, blocks)``; the order of a block is drawn for each of them.
    change
        Logarithm of the change of the side after.

    Returns
    -------
    Before and after, shape ``(2, …, blocks)``.
    """
    pairs = noise(rng, (*shape[:-1], 2 * shape[-1])).reshape(*shape, 2)
    swapped = rng.random(shape) < 0.5
    before = np.where(swapped, pairs[..., 1], pairs[..., 0])
    after = np.where(swapped, pairs[..., 0], pairs[..., 1]) + change
    return np.stack([before, after])
