// Sets the colours of axes and grid of a Bokeh plot to suit its background, and returns 'light' or 'dark'.
// `colours` contains `text` and `line`, each with a colour for `light` and for `dark`.
function followTheme(plot, colours) {
  const view = Bokeh.index.get_by_id ? Bokeh.index.get_by_id(plot.id) : null;
  let dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const above = at => (at.parentNode instanceof ShadowRoot ? at.parentNode.host : at.parentElement);
  for (let at = view ? view.el : document.body; at; at = above(at)) {
    const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(getComputedStyle(at).backgroundColor);
    if (found && found[4] !== '0') {
      dark = 0.299 * +found[1] + 0.587 * +found[2] + 0.114 * +found[3] < 128;
      break;
    }
  }
  const mode = dark ? 'dark' : 'light';
  const text = colours.text[mode];
  const line = colours.line[mode];
  for (const axis of [...plot.below, ...plot.left]) {
    if (axis.major_label_text_color !== undefined) {
      axis.setv({ major_label_text_color: text, axis_label_text_color: text });
      axis.setv({ axis_line_color: line, major_tick_line_color: line });
    }
  }
  for (const grid of plot.center) {
    if (grid.grid_line_color) grid.grid_line_color = line;
  }
  return mode;
}
