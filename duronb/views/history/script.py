"""What a history's plot does in the browser: it follows the theme, and says which run is selected."""

from __future__ import annotations

FOLLOW_THEME = """
const view = Bokeh.index.get_by_id ? Bokeh.index.get_by_id(plot.id) : null;
let dark = matchMedia('(prefers-color-scheme: dark)').matches;
const above = at => (at.parentNode instanceof ShadowRoot ? at.parentNode.host : at.parentElement);
for (let at = view ? view.el : document.body; at; at = above(at)) {
  const found = /^rgba?\\((\\d+), (\\d+), (\\d+)(?:, ([\\d.]+))?\\)$/.exec(getComputedStyle(at).backgroundColor);
  if (found && found[4] !== '0') { dark = 0.299 * +found[1] + 0.587 * +found[2] + 0.114 * +found[3] < 128; break; }
}
const mode = dark ? 'dark' : 'light', text = colours.text[mode], line = colours.line[mode];
for (const axis of [...plot.below, ...plot.left]) {
  if (axis.major_label_text_color !== undefined) {
    axis.setv({major_label_text_color: text, axis_label_text_color: text});
    axis.setv({axis_line_color: line, major_tick_line_color: line});
  }
}
for (const grid of plot.center) { if (grid.grid_line_color) grid.grid_line_color = line; }
for (const [glyphs, host] of hosts) {
  for (const glyph of glyphs) {
    const colour = colours.hosts[mode][host];
    glyph.setv(glyph.fill_color === undefined ? {line_color: colour} : {line_color: colour, fill_color: colour});
  }
}
for (const [items, kind] of changes) {
  for (const item of items) {
    const colour = colours.kinds[mode][kind];
    item.setv(item.text_color === undefined ? {fill_color: colour, line_color: colour} : {text_color: colour});
  }
}
for (const words of tags) words.text_color = text;
if (source.data.colour !== source.data[mode]) source.data = {...source.data, colour: source.data[mode]};
"""

PICK = """
const chosen = source.selected.indices[0];
if (chosen === undefined) return;
const run = source.data.run[chosen], link = source.data.link[chosen];
for (const place of document.querySelectorAll('[data-duronb-pick="' + pick + '"]')) {
  place.replaceChildren();
  const line = document.createElement('code');
  line.textContent = 'duronb.load("' + run + '")';
  line.style.userSelect = 'all';
  place.append('Selected: ', run, ' ', line);
  if (link) {
    const opener = document.createElement('a');
    opener.href = link; opener.target = '_blank'; opener.rel = 'noopener'; opener.textContent = 'open its flamegraph';
    place.append(' ', opener);
  }
}
if (link && opens) window.open(link, '_blank', 'noopener');
"""
