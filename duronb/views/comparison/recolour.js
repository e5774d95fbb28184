// A callback of the interval plot, after followTheme: its own colours.
const mode = followTheme(plot, colours);
zero.line_color = colours.text[mode];
source.data = { ...source.data, colour: source.data[mode] };
