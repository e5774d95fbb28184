from __future__ import annotations

import hashlib

import pytest

from duronb.model.kinds import ARTEFACT, CODE_KINDS, KINDS
from duronb.views.flamegraph.palette import SHADES, fill, shade_of
from duronb.views.kit.theme import BACKGROUND, MUTED, ROOT, TEXT, Mode

MODES: list[Mode] = ["light", "dark"]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", MODES)
def test_labels_are_legible_on_every_frame(mode: Mode) -> None:
    for kind in KINDS:
        for shade in range(SHADES):
            assert contrast(TEXT[mode], fill(kind, shade, mode)) >= 4.5
    assert contrast(TEXT[mode], ROOT[mode]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_text_beside_frames_is_legible(mode: Mode) -> None:
    assert contrast(TEXT[mode], BACKGROUND[mode]) >= 7
    assert contrast(MUTED[mode], BACKGROUND[mode]) >= 4.5


def test_every_kind_has_a_colour_of_its_own() -> None:
    for mode in MODES:
        assert len({fill(kind, 0, mode) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("mode", MODES)
def test_the_grey_of_artefacts_is_in_no_other_kind_and_is_seen_on_the_background(mode: Mode) -> None:
    greys = {fill(ARTEFACT, shade, mode) for shade in range(SHADES)}
    assert not greys & {fill(kind, shade, mode) for kind in CODE_KINDS for shade in range(SHADES)}
    for grey in greys:
        channels = [int(grey[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(channels) - min(channels) <= 4
        assert contrast(grey, BACKGROUND[mode]) >= 1.3


def test_shades_are_those_of_the_interactive_viewer() -> None:
    # FNV-1a of the empty string is its offset basis 0x811c9dc5.
    assert shade_of("") == ((0x811C ^ 0x9DC5) % 4)
    assert shade_of("a") == (0xE40C ^ 0x292C) % 4
    assert {shade_of(f"name{i}") for i in range(50)} == {0, 1, 2, 3}


def test_fills_are_as_they_were_before_the_palette_was_a_file() -> None:
    fills = [fill(kind, shade, mode) for mode in MODES for kind in CODE_KINDS for shade in range(SHADES)]
    assert (
        hashlib.sha256(" ".join(fills).encode()).hexdigest()
        == "a6e143de42e02b8c1ac5d373d5890c56222ebd4d43535632a9cf1a10cadcfc46"
    )
