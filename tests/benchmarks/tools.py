"""How each viewer is operated: where a frame is on the screen, and what zooms, resets, searches and hovers."""

from __future__ import annotations

from dataclasses import dataclass

_DURONB_VIEW = "[...window.duronb.views.values()][0]"
_DURONB_ROOT = "[...document.querySelectorAll('.duronb-flamegraph > *')].find(child => child.shadowRoot).shadowRoot"


@dataclass(frozen=True, slots=True)
class Tool:
    """One viewer.

    Parameters
    ----------
    name
        As in the tables.
    ready
        Expression that becomes true, or a promise of it, when the viewer has its data.
    point
        Function of a share of the width and a depth (1: on the root) that returns client coordinates, ``[x, y]``; it
        may scroll.
    gesture
        What zooms: ``click`` or ``dblclick``.
    zoomed
        Expression that is true in a zoomed view; ``null`` where the page does not say.
    reset, clear
        Functions that leave the zoom and the search; not measured.
    search
        Function of a pattern, for viewers that ask for it in a dialog or not at all.
    box
        Function that focuses the search box, empty, for viewers that search while one types.
    box_key
        Key that opens the search box first.
    """

    name: str
    ready: str
    point: str
    gesture: str
    zoomed: str
    reset: str
    clear: str
    search: str | None = None
    box: str | None = None
    box_key: str | None = None


DURONB = Tool(
    name="duronb",
    ready=f"{_DURONB_VIEW}.ready.then(() => true)",
    # 18 pixels a row, the root at the bottom of the box, which shows the root at first.
    point=f"""(x, depth) => {{
        const graph = {_DURONB_ROOT}.querySelector('.duronb-graph');
        graph.scrollIntoView({{ block: 'nearest' }});
        const box = graph.querySelector('canvas').getBoundingClientRect();
        const visible = graph.getBoundingClientRect();
        const bottom = Math.min(box.bottom, visible.bottom - 1);
        return [box.left + x * box.width, bottom - (depth + 0.5) * 18];
    }}""",
    gesture="click",
    zoomed=f"{_DURONB_VIEW}.state().zoom.length > 0",
    reset=f"() => {_DURONB_VIEW}.zoom(0)",
    clear=f"() => {_DURONB_VIEW}.search('')",
    box=f"() => {_DURONB_ROOT}.querySelector('input.duronb-search').select()",
)

SPEEDSCOPE = Tool(
    name="speedscope",
    ready="document.querySelectorAll('canvas').length > 1 && document.title !== 'speedscope'",
    # The lower of the two canvases on top is the graph: 20 pixels a row, a row for the time axis, no root of its own.
    point="""(x, depth) => {
        const boxes = [...document.querySelectorAll('canvas')].map(canvas => canvas.getBoundingClientRect());
        const box = boxes.filter(box => box.top > 40).sort((a, b) => b.height - a.height)[0];
        return [box.left + x * box.width, box.top + (depth + 0.5) * 20];
    }""",
    gesture="dblclick",
    zoomed="null",
    reset="() => window.dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }))",
    clear="""() => {
        const box = document.querySelector('input[type=text], input:not([type])');
        box?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    }""",
    box="() => document.querySelector('input[type=text], input:not([type])').select()",
    box_key="Control+f",
)

SVG = Tool(
    name="SVG",
    ready="document.getElementById('frames') !== null",
    # 16 pixels a row, 34 below the root's, 10 beside.
    point="""(x, depth) => {
        const root = document.documentElement;
        window.scrollTo(0, 1e6);
        const box = root.getBoundingClientRect();
        return [box.left + 10 + x * (box.width - 20), box.bottom - 34 - (depth + 0.5) * 16];
    }""",
    gesture="click",
    zoomed="!document.getElementById('unzoom').classList.contains('hide')",
    reset="() => unzoom()",
    clear="() => reset_search()",
    search="pattern => search(pattern)",
)

D3 = Tool(
    name="d3-flame-graph",
    ready="window.benchChart !== undefined",
    # 18 pixels a row, the root at the bottom.
    point="""(x, depth) => {
        const svg = document.querySelector('#chart svg');
        window.scrollTo(0, 1e6);
        const box = svg.getBoundingClientRect();
        return [box.left + x * box.width, box.bottom - (depth + 0.5) * 18];
    }""",
    gesture="click",
    zoomed="document.querySelector('#chart .fade') !== null",
    reset="() => benchChart.resetZoom()",
    clear="() => benchChart.clear()",
    search="pattern => benchChart.search(pattern)",
)

TOOLS = {tool.name: tool for tool in (DURONB, SPEEDSCOPE, SVG, D3)}
