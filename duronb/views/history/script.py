"""What a history's plot does in the browser beside following the theme: its own colours, and which run is selected."""

from __future__ import annotations

RECOLOUR = """
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
