/** Numbers of the standalone SVG; `duronb/views/formats/svg.py` draws the first picture with the same ones. */

export const WIDTH = 1200;
/** Height of a frame with the gap to the next one. */
export const ROW_HEIGHT = 16;
export const GAP = 1;
export const FONT_SIZE = 12;
/** Width of a monospace character by its font size, where it cannot be measured. */
export const CHARACTER = 0.6;
/** Space around the frames. */
export const MARGIN = 10;
/** Space between the edge of a frame and its label. */
export const PADDING = 3;
