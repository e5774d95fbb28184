"""A file is a run only if almost all of its lines are understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.errors import StoreError
from tests.ingest.reading import read_file

PERF = "app 7 1.0{:05d}: cycles: \n\t402000 f (/opt/app)\n\n"
SVG = '<g><title>f{0} (1 samples, 1%)</title><rect x="{0}" y="80" width="1"/></g>'


def written(path: Path, kind: str, good: int, bad: int) -> Path:
    """Write a file with so many lines that are samples, and lines that are not."""
    if kind == "folded":
        text = "".join(f"main;f{number} 1\n" for number in range(good)) + "main;f\n" * bad
    elif kind == "perf":
        assert good % 2 == 0
        text = "".join(PERF.format(number) for number in range(good // 2)) + "a line of words\n\n" * bad
    else:
        frames = [SVG.format(number) for number in range(good - 1)]
        frames.append(f'<g><title>all ({good - 1} samples, 9%)</title><rect x="0" y="90" width="{good - 1}"/></g>')
        frames += ['<g><title>no count</title><rect x="0" y="9" width="1"/></g>'] * bad
        text = f"<svg>{''.join(frames)}</svg>"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["folded", "perf", "svg"])
@pytest.mark.parametrize(("good", "bad"), [(4, 0), (38, 2), (190, 10), (190, 3)])
def test_a_file_is_read_if_95_percent_of_its_lines_are_understood(
    tmp_path: Path, kind: str, good: int, bad: int
) -> None:
    quality = read_file(written(tmp_path / "x", kind, good, bad))[1].quality
    assert (quality.sample_lines, quality.sample_lines_not_understood) == (good + bad, bad)


@pytest.mark.parametrize("kind", ["folded", "perf", "svg"])
@pytest.mark.parametrize(("good", "bad"), [(4, 1), (36, 2), (188, 10), (100, 80)])
def test_any_other_file_is_refused(tmp_path: Path, kind: str, good: int, bad: int) -> None:
    with pytest.raises(StoreError, match=rf"but {bad} of its {good + bad} lines cannot be understood"):
        read_file(written(tmp_path / "x", kind, good, bad))


def test_the_rule_is_for_the_entire_file_and_not_only_for_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("main;f 1\n" * 40_000 + "a line of words\n" * 3_000, encoding="utf-8")
    with pytest.raises(StoreError, match="but 3,000 of its 43,000 lines"):
        read_file(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("app 7 1.5: cycles: \n\napp 7 1.6: cycles: \n\n", "no sample has a stack"),
        ("see https://example.org/a;b for all that we tried and 5\n", "read like sentences"),
    ],
)
def test_lines_without_the_structure_of_stacks_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=reason):
        read_file(tmp_path / "x")
