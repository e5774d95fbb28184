/** Lengths in a standalone SVG, in pixels. `duronb/views/formats/svg.py` has the same ones for the initial picture. */

export const WIDTH = 1200;
/** Height of a frame and the gap to the next row. */
export const ROW_HEIGHT = 16;
export const GAP = 1;
export const FONT_SIZE = 12;
/** Width of a monospace character relative to its font size. */
export const CHARACTER = 0.6;
/** Space around the frames. */
export const MARGIN = 10;
/** Space between the edge of a frame and its label. */
export const PADDING = 3;
