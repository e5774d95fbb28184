// Callback of a history's plot: sets the colours of hosts, level changes, tags and runs, which followTheme does not set.
const mode = followTheme(plot, colours);
for (const [glyphs, host] of hosts) {
  for (const glyph of glyphs) {
    const colour = colours.hosts[mode][host];
    glyph.setv(
      glyph.fill_color === undefined ? { line_color: colour } : { line_color: colour, fill_color: colour }
    );
  }
}
for (const [items, kind] of changes) {
  for (const item of items) {
    const colour = colours.kinds[mode][kind];
    item.setv(
      item.text_color === undefined ? { fill_color: colour, line_color: colour } : { text_color: colour }
    );
  }
}
for (const label of tags) label.text_color = colours.text[mode];
if (source.data.colour !== source.data[mode]) source.data = { ...source.data, colour: source.data[mode] };
