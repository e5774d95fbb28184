"""Stacked bars as inline SVG, one per stage. Text inherits its colour, so that it is legible in light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.views.flamegraph.palette import bucket_fill
from duronb.views.kit.escape import markup, visible
from duronb.views.kit.numbers import share

WIDTH = 900
_LABEL = 190
_ROW = 24
_BAR = 16
_CHARACTER = 6.6
_LEAST = 0.25
"""Minimum width of a piece in pixels. Narrower pieces are not drawn; the table lists them."""

Shares = Mapping[str, Sequence[tuple[int, float]]]
"""By stage: the index of each bucket in its catalogue, and its share of the stage, 0 to 1."""


def bars_html(shares: Shares, catalogue: Catalogue, *, links: bool = False) -> str:
    """Return the bars and their legend as HTML.

    Parameters
    ----------
    shares
        Shares of the buckets by stage; those of each stage sum to 1.
    catalogue
        The catalogue of the buckets.
    links
        Whether names in the legend are links that highlight the bucket in the flamegraph of the page.
    """
    height = _ROW * len(shares)
    rows = "".join(_row(at, stage, parts, catalogue) for at, (stage, parts) in enumerate(shares.items()))
    largest_by_stage = "; ".join(f"{stage}: {_largest_parts(parts, catalogue)}" for stage, parts in shares.items())
    largest = {index: max(p for s in shares.values() for i, p in s if i == index) for index in _present_buckets(shares)}
    items = "".join(_item(index, catalogue, links=links) for index in sorted(largest, key=lambda i: -largest[i]))
    return (
        f'<svg class="duronb-bars" role="img" aria-label="{markup(f"Bottlenecks. {largest_by_stage}")}" '
        f'viewBox="0 0 {WIDTH} {height}" width="100%" style="max-width:{WIDTH}px" '
        f'font-family="system-ui,sans-serif" font-size="12">{rows}</svg>'
        f'<ul class="duronb-bar-legend" style="display:flex;flex-wrap:wrap;gap:0 14px;list-style:none;'
        f'margin:2px 0 10px;padding:0;font-size:12px">{items}</ul>'
    )


def _present_buckets(shares: Shares) -> set[int]:
    return {index for parts in shares.values() for index, part in parts if part > 0}


def _row(at: int, stage: str, parts: Sequence[tuple[int, float]], catalogue: Catalogue) -> str:
    y, x, pieces = at * _ROW + (_ROW - _BAR) / 2, float(_LABEL), []
    buckets = catalogue.buckets
    for index, part in parts:
        width = part * (WIDTH - _LABEL)
        if width >= _LEAST:
            title = f"{buckets[index].title}: {share(part, 1)}"
            gap = 1 if width > 3 else 0
            pieces.append(
                f'<rect x="{x:.1f}" y="{y:g}" width="{width - gap:.1f}" height="{_BAR}" '
                f'fill="{bucket_fill(index, len(buckets))}"><title>{markup(title)}</title></rect>'
            )
        x += width
    label = visible(stage, int((_LABEL - 10) / _CHARACTER))
    text = f'<text x="0" y="{y + 12:g}" fill="currentColor">{markup(label)}</text>'
    return f"{text}{''.join(pieces)}"


def _largest_parts(parts: Sequence[tuple[int, float]], catalogue: Catalogue) -> str:
    largest = sorted(parts, key=lambda each: -each[1])[:4]
    return ", ".join(f"{catalogue.buckets[index].title} {share(part, 1)}" for index, part in largest if part > 0)


def _item(index: int, catalogue: Catalogue, *, links: bool) -> str:
    bucket = catalogue.buckets[index]
    chip = (
        '<svg width="10" height="10" aria-hidden="true" style="margin-right:5px">'
        f'<rect width="10" height="10" rx="2" fill="{bucket_fill(index, len(catalogue.buckets))}"/></svg>'
    )
    title = markup(bucket.title)
    if links:
        title = f'<a href="#bucket={markup(bucket.id)}" title="Highlight this bucket in the flamegraph">{title}</a>'
    return f'<li style="white-space:nowrap">{chip}{title}</li>'
