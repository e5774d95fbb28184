"""How the figures are taken, for the report."""

from __future__ import annotations

METHOD = """
**Inputs.** Synthetic trees from one seed per size: stacks 30 to 80 frames deep that branch in the first eighteen
levels, counts after Zipf, up to 12,000 names of about sixty characters (short ones at 10M, so that the text stays
below 300 MB). Every viewer gets the same tree in the same order of siblings. duronb's page, the SVG and d3's page
hold their data; speedscope fetches the folded text, and "file" is that text without its application.

**Order.** In every round each viewer is visited once, in turn, in a Chromium of its own that is started for the
visit and closed after it; all are served by the same local server, without compression. A viewer that takes longer
than the limit for a step, or that loses its browser twice, is not asked again. speedscope is asked by double click,
as it wants it, and its zoom ends with its animation. d3-flame-graph runs without transitions and leaves out what is
below half a pixel; the SVG is inferno's, with its defaults, which leave out for good what is narrower than 0.01 % of
the whole. duronb leaves out nothing.

**Painted.** A time ends with the start of the second animation frame after the last change; a change is a draw call
on a canvas, a node added or removed, a text or an attribute set, or the input itself. It is the same for all, costs
a flag per change, and no viewer can be below it: what draws at once takes one to two frames (17 – 33 ms), what
waits for the next frame to draw takes one more. "Work" is Chromium's own count of the time that the main thread was
busy during the step, without that floor, but with that of some twenty idle frames.

- *load*: from the start of the navigation until painted.
- *first zoom*, *zoom*: from the time stamp of the click that Chromium dispatches, at a random moment between two
  frames, until painted; six frames from different levels, the first on its own, back to the whole between them.
- *search*: from the input into the search box until painted; of the SVG and of d3, which ask in a dialog or not at
  all, from the call of their search. Three patterns.
- *hover*: from the time stamp of the pointer's move until painted.
- *heap*: after the load and two forced collections, before any input: JavaScript objects, array buffers, and what
  Blink holds for the DOM. *Memory of the renderer process* is the system's count, with Chromium's own share and the
  pictures.
- *decoding*, *layout*, *drawing*: duronb's own `performance.measure`; of the peers nobody says it.

**Texts.** Each program is started anew every time, in turn; "in process" leaves out the start of Python and its
imports. inferno's collapser uses all processors unless the row says otherwise, and keeps no time.
The peak of the memory is that of the process alone.

**Recorded to drawn.** From perf script text in a file, through `read_samples`, the profile and its page, plus
*load* of that page.
"""
