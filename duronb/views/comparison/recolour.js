// Callback of the interval plot: sets the colours that followTheme does not set.
const mode = followTheme(plot, colours);
zero.line_color = colours.text[mode];
source.data = { ...source.data, colour: source.data[mode] };
