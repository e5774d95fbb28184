"""The page of each viewer for one profile, and the local server that hands all of them out in the same way."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from duronb.model.profile import Profile
from duronb.views.display_tree import display_tree
from duronb.views.document import document
from duronb.views.escape import inline_script
from duronb.views.html import _graph
from tests.benchmarks.peers import Peers

_D3_SCRIPTS = (
    "internmap", "d3-array", "d3-color", "d3-dispatch", "d3-ease", "d3-format", "d3-interpolate", "d3-hierarchy",
    "d3-time", "d3-time-format", "d3-timer", "d3-scale", "d3-selection", "d3-transition",
)  # fmt: skip
_D3_START = (
    "const chart = flamegraph.default().width(document.documentElement.clientWidth).cellHeight(18)"
    ".transitionDuration(0).minFrameSize(0.5).setDetailsElement(document.getElementById('details'));"
    "d3.select('#chart').datum(JSON.parse(document.getElementById('data').textContent)).call(chart);"
    "window.benchChart = chart;"
)


def duronb_page(profile: Profile, title: str) -> str:
    """Return duronb's page of a profile: every frame is in it."""
    return document(title, [_graph(display_tree(profile), title, None)])


def write_svg(peers: Peers, folded: Path, to: Path) -> None:
    """Let inferno draw; its defaults drop what is narrower than 0.01 % of the whole."""
    part = to.with_suffix(".part")
    with part.open("wb") as file:
        subprocess.run([str(peers.flamegraph), str(folded)], stdout=file, check=True, timeout=600)
    part.replace(to)


def write_d3(peers: Peers, profile: Profile, to: Path) -> None:
    """Write a page with d3-flame-graph and its nested data inline; no transitions, nothing below half a pixel."""
    scripts = [(peers.npm / name / "dist" / f"{name}.min.js").read_text(encoding="utf-8") for name in _D3_SCRIPTS]
    scripts.append((peers.npm / "d3-flame-graph/dist/d3-flamegraph.umd.min.js").read_text(encoding="utf-8"))
    style = (peers.npm / "d3-flame-graph/dist/d3-flamegraph.css").read_text(encoding="utf-8")
    part = to.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><style>{style}body{{margin:0}}</style></head>')
        file.write('<body><div id="details">-</div><div id="chart"></div><script type="application/json" id="data">')
        file.writelines(nested_json(profile))
        file.write("</script>")
        file.writelines(f"<script>{inline_script(script)}</script>" for script in scripts)
        file.write(f"<script>{_D3_START}</script></body></html>\n")
    part.replace(to)


def nested_json(profile: Profile) -> Iterator[str]:
    """Yield the tree as nested ``{"name", "value", "children"}``, values being totals."""
    tree = profile.tree
    totals = tree.totals(profile.self_counts()).tolist()
    names = [json.dumps(name).replace("<", "\\u003c") for name in tree.frames.names]
    frame, depth = tree.frame.tolist(), np.asarray(tree.depth).tolist()
    yield f'{{"name":"all","value":{totals[0]},"children":['
    for node in range(1, len(tree)):
        levels = depth[node - 1] - depth[node]
        before = "" if levels < 0 else "]}" + "]}" * levels + ","
        yield f'{before}{{"name":{names[frame[node]]},"value":{totals[node]},"children":['
    yield "]}" * (depth[-1] + 1)


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@contextmanager
def served(directory: Path) -> Iterator[str]:
    """Serve a directory on the loopback interface while the context lasts; yields the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(directory)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def place_speedscope(peers: Peers, site: Path) -> None:
    """Copy speedscope's page into the served directory."""
    shutil.copytree(peers.npm / "speedscope/dist/release", site / "speedscope", dirs_exist_ok=True)
