"""Drawn flamegraphs: by the real tools, and by hand where no tool would draw such a thing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.ingest.flamegraph import rows as flamegraph_rows
from duronb.ingest.flamegraph import svg as flamegraph_svg
from duronb.ingest.flamegraph.svg import SvgSamples, read_flamegraph_svg
from duronb.model.build import ProfileBuilder
from duronb.options.stored import Threads
from tests.examples import examples
from tests.views.payloads import flamegraph_svg as drawn_by_duronb

DEBIAN = Path("/usr/share/perl5/Devel/NYTProf/flamegraph.pl")  # of libdevel-nytprof-perl


@pytest.fixture(scope="module")
def inferno() -> str:
    """Return inferno's drawing tool; CI installs it from the crates registry."""
    return _tool("inferno-flamegraph", "DURONB_REQUIRE_INFERNO")


@pytest.fixture(scope="module")
def perl() -> str:
    """Return flamegraph.pl; CI installs libdevel-nytprof-perl."""
    return _tool("flamegraph.pl", "DURONB_REQUIRE_FLAMEGRAPH_PL", DEBIAN)


def _tool(name: str, required: str, elsewhere: Path | None = None) -> str:
    found = shutil.which(name) or (str(elsewhere) if elsewhere and elsewhere.is_file() else None)
    if found is None:
        missing = pytest.fail if os.environ.get(required) else pytest.skip
        missing(f"{name} is not installed")
    return str(found)


def draw(tool: str, counts: dict[str, int], *options: str) -> bytes:
    text = "".join(f"{stack} {count}\n" for stack, count in counts.items())
    return subprocess.run([tool, *options], input=text.encode(), capture_output=True, check=True).stdout


def stacks(read: SvgSamples) -> Counter[str]:
    profile = read.builder.build([], 1.0)
    found: Counter[str] = Counter()
    for thread, node, count in zip(profile.thread, profile.node, profile.count, strict=True):
        names = [profile.threads[thread], *(profile.tree.frames.names[f] for f in profile.tree.stack(int(node)))]
        found[";".join(names)] += int(count)
    return found


def read(svg: bytes, size: int = 4096, threads: Threads = "first-frame") -> SvgSamples:
    return read_flamegraph_svg([svg[at : at + size] for at in range(0, len(svg), size)], threads)


NAMES = [
    "a",
    "a b",
    "main",
    "<T as X<U>>::m",
    "größe",
    '"q"',
    "it's",
    "<script>alert(1)</script>",
    "f(int, char)",
    "x (3 samples, 1%)",
    "{closure#0}",
    "日本語の関数",
    "a&amp;b",
    "[unknown]",
    "]]>",
    "0",
]
STACKS = st.dictionaries(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=12).map(";".join),
    st.one_of(st.integers(1, 30), st.integers(1, 10**6)),
    min_size=1,
    max_size=250,
)
DEEP = {";".join(["main", *(NAMES[depth % 3] for depth in range(600))]): 3, "main;a": 2}


def fair(counts: dict[str, int], least: float) -> dict[str, int]:
    """Leave out stacks that are too narrow to be drawn, since the tools hide them."""
    total = sum(counts.values())
    return {stack: count for stack, count in counts.items() if count >= least * total} or counts


@pytest.mark.parametrize("options", [(), ("--inverted",), ("--flamechart",), ("--pretty-xml",)])
@examples(50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=STACKS)
def test_drawings_of_inferno_are_read_completely(
    inferno: str, options: tuple[str, ...], counts: dict[str, int]
) -> None:
    found = read(draw(inferno, counts, "--minwidth", "0", *options))
    assert stacks(found) == counts
    assert (found.samples, found.not_understood) == (sum(counts.values()), 0)


@pytest.mark.long
@pytest.mark.parametrize("options", [(), ("--inverted",), ("--width", "700", "--countname", "ns")])
@examples(50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=STACKS)
def test_drawings_of_flamegraph_pl_are_read_completely(
    perl: str, options: tuple[str, ...], counts: dict[str, int]
) -> None:
    counts = fair(counts, 0.1 / 680)
    found = read(draw(perl, counts, *options))
    expected: Counter[str] = Counter()
    for stack, count in counts.items():
        expected[stack.replace("<", "(").replace(">", ")")] += count  # its own doing
    assert stacks(found) == expected
    assert (found.samples, found.not_understood) == (sum(counts.values()), 0)


def test_hundreds_of_narrow_siblings_are_read_completely(inferno: str, perl: str) -> None:
    counts = {f"main;w{at % 7};f{at:05};g": 1 + at % 3 for at in range(4500)}
    for tool in (inferno, perl):
        found = read(draw(tool, counts))
        assert found.least == 1
        assert stacks(found) == counts
        assert not any("narrow" in notice for notice in found.notices)


def test_deep_stacks_are_read_completely(inferno: str, perl: str) -> None:
    for tool in (inferno, perl):
        assert stacks(read(draw(tool, DEEP))) == DEEP


def test_hidden_frames_are_reported_and_their_samples_kept(inferno: str, perl: str) -> None:
    counts = {"main;a": 1_000_000, "main;a;b": 5, "main;c": 900}
    for tool in (inferno, perl):
        found = read(draw(tool, counts))
        assert stacks(found) == {"main;a": 1_000_005, "main;c": 900}
        assert any("fewer than 900 samples" in notice for notice in found.notices)


def test_the_lost_order_of_a_flame_chart_is_reported(inferno: str) -> None:
    text = b"main;b 1\nmain;a 1\nmain;b 1\n"
    svg = subprocess.run([inferno, "--flamechart"], input=text, capture_output=True, check=True).stdout
    found = read(svg)
    assert stacks(found) == {"main;b": 2, "main;a": 1}
    assert found.in_time_order
    assert any("flame chart" in notice for notice in found.notices)


def test_a_differential_flamegraph_has_the_counts_that_it_drew(inferno: str) -> None:
    svg = subprocess.run([inferno], input=b"m;a 10 30\nm;b 20 10\n", capture_output=True, check=True).stdout
    assert stacks(read(svg)) == {"m;a": 30, "m;b": 10}


def test_drawings_of_duronb_are_read_as_displayed() -> None:
    counts = {";all;<T as X<U>>::m;b": 700, ";all;<T as X<U>>::m": 5, ";f(int; char)": 90}
    builder = ProfileBuilder()
    for stack, count in (
        (("all", "<T as X<U>>::m", "b"), 700),
        (("all", "<T as X<U>>::m"), 5),
        (("f(int; char)",), 90),
    ):
        builder.add(tuple(builder.frame(name, "bin") for name in stack), "worker", 1.0, count)
    found = read(drawn_by_duronb(builder.build([], 99.0), "title"))
    assert found.own
    assert stacks(found) == counts
    assert any("no threads" in notice for notice in found.notices)


def frame(name: str, count: str, place: str) -> str:
    x, y, width = place.split()
    return f'<g><title>{name} ({count} samples, 1%)</title><rect x="{x}" y="{y}" width="{width}"/></g>'


def document(*frames: str, before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg">{"".join(frames)}</svg>'.encode()


def test_the_parent_with_enough_samples_is_chosen_despite_rounding() -> None:
    svg = document(
        frame("all", "10", "10 90 100"),
        frame("a", "1", "10.0 80 0.1"),
        frame("b", "9", "10.0 80 99.9"),
        frame("c", "9", "10.0 70 99.9"),
    )
    assert stacks(read(svg)) == {"a": 1, "b;c": 9}


def test_the_root_of_a_chain_of_equal_widths_is_the_frame_called_all() -> None:
    upright = document(frame("all", "2", "0 90 9"), frame("a", "2", "0 80 9"), frame("b", "2", "0 70 9"))
    hanging = document(frame("all", "2", "0 70 9"), frame("a", "2", "0 80 9"), frame("b", "2", "0 90 9"))
    assert stacks(read(upright)) == stacks(read(hanging)) == {"a;b": 2}
    assert [read(svg).inverted for svg in (upright, hanging)] == [False, True]


def test_a_frame_without_a_parent_is_left_out_with_its_descendants() -> None:
    svg = document(
        frame("all", "2", "0 90 9"),
        frame("a", "2", "0 80 9"),
        frame("floating", "1", "50 80 4"),
        frame("b", "1", "50 70 4"),
    )
    found = read(svg)
    assert stacks(found) == {"a": 2}
    assert found.not_understood == 2


def test_empty_names_are_no_frames() -> None:
    svg = document(
        frame("all", "3", "0 90 9"), frame("t", "3", "0 80 9"), frame("", "3", "0 70 9"), frame("b", "3", "0 60 9")
    )
    assert stacks(read(svg)) == {"t;b": 3}


def test_rectangles_with_an_invalid_title_or_position_are_counted() -> None:
    svg = document(
        frame("all", "2", "0 90 9"),
        frame("a", "2", "0 80 9"),
        frame("b", "99999999999999999999999", "0 70 9"),
        frame("c", "1", "nan 70 9"),
        "<g><title>no count</title><rect x='0' y='70' width='1'/></g>",
        "<g><rect x='0' y='70' width='1'/></g>",
    )
    found = read(svg)
    assert (stacks(found), found.not_understood) == ({"a": 2}, 3)


@pytest.mark.parametrize(
    "group",
    [
        # flamegraph.pl until 2013, in two ways, and inferno with --nameattr
        """<rect x="{x}" y="{y}" width="{w}" onmouseover="s('{name} ({count} samples, 1%)')" onmouseout="c()" />""",
        """<g class="func_g" onmouseover="s('{name} ({count} samples, 1%)')"><rect x="{x}" y="{y}" width="{w}"/></g>""",
        """<a href="#"><title>{name}</title><rect x="{x}%" y="{y}" width="{w}%" fg:x="{x}" fg:w="{count}"/></a>""",
        """<rect x="{x}" y="{y}" width="{w}" onmouseover="s('{name} (-2 sample weight, {count} samples, 1%)')"/>""",
    ],
)
def test_drawings_that_have_no_usual_titles_are_read(group: str) -> None:
    frames = [("all", 7, 0, 90), ("main", 7, 0, 80), ("it\\'s", 3, 0, 70), ("b", 2, 3, 70)]
    body = "".join(group.format(name=name, count=count, x=x, y=y, w=count) for name, count, x, y in frames)
    svg = f'<svg xmlns:fg="http://example.org">{body}</svg>'.encode()
    name = "it's" if "onmouseover" in group else "it\\'s"
    found = read(svg)
    assert stacks(found) == {"main": 2, f"main;{name}": 3, "main;b": 2}
    assert (found.rectangles, found.not_understood) == (4, 0)


@pytest.mark.parametrize(
    ("first", "threads"),
    [
        (["main"], False),
        (["worker-1", "worker-2"], True),
        (["main (app.py:3)", "<module> (x.py:10)"], False),
        (["genunix`read", "unix`write"], False),
        (["std::rt::lang_start", "core::main"], False),
        (["kworker/0:1H-ev", "(sd-pam)", "x/y 12/13", "a:b: c"], True),
    ],
)
def test_outermost_frames_are_threads_unless_they_are_one_or_code(first: list[str], threads: bool) -> None:
    width = 9
    frames = [frame("all", str(width * len(first)), f"0 90 {width * len(first)}")]
    for index, name in enumerate(name.replace("<", "&lt;") for name in first):
        frames += [frame(name, "9", f"{width * index} 80 9"), frame("leaf", "9", f"{width * index} 70 9")]
    found = read(document(*frames), threads="auto")
    assert found.threads is threads
    assert set(stacks(found)) == {f"{name};leaf" if threads else f";{name};leaf" for name in first}
    assert any("--threads" in notice for notice in found.notices)
    assert read(document(*frames), threads="none").threads is False


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY % a "x">]>',
    ],
)
def test_entities_are_refused(before: str) -> None:
    with pytest.raises(StoreError, match="entities"):
        read(document(frame("all", "1", "0 90 9"), before=before))


def test_an_entity_that_is_declared_elsewhere_is_refused() -> None:
    before = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'
    assert stacks(read(document(frame("all", "1", "0 90 9"), frame("a", "1", "0 80 9"), before=before))) == {"a": 1}
    with pytest.raises(StoreError, match="entities"):
        read(document(frame("&elsewhere;", "1", "0 90 9"), before=before))


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        (b"", "damaged"),
        (b"<svg><g>", "damaged"),
        (document(), "no flame graph"),
        (document(frame("a", "1", "0 90 9"), frame("b", "1", "10 90 9")), "not a flame graph"),
    ],
)
def test_documents_without_a_flamegraph_are_refused(svg: bytes, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        read(svg)


def test_a_document_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    svg = document(frame("all", "2", "0 90 9"), frame("a", "2", "0 80 9"), frame("b", "2", "0 70 9"))
    monkeypatch.setattr(flamegraph_svg, "MOST_FRAMES", 2)
    with pytest.raises(StoreError, match="more than 2 frames"):
        read(svg)
    monkeypatch.setattr(flamegraph_svg, "LONGEST_TITLE", 10)
    with pytest.raises(StoreError, match="too long"):
        read(svg)


def test_stacks_that_are_too_deep_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    svg = document(frame("all", "2", "0 90 9"), frame("a", "2", "0 80 9"), frame("b", "2", "0 70 9"))
    monkeypatch.setattr(flamegraph_rows, "MOST_NAMES", 2)
    with pytest.raises(StoreError, match="too deep"):
        read(svg)


def test_characters_that_xml_does_not_allow_are_replaced() -> None:
    svg = document(frame("all", "1", "0 90 9"), frame("t", "1", "0 80 9"), frame("a\0b\x1b", "1", "0 70 9"))
    svg = svg.replace(b"\x1b", b"\xff\x1b")
    assert stacks(read(svg, 1)) == {"t;a\ufffdb\ufffd\ufffd": 1}
