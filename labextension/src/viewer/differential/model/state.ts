/** The state of a differential view, which is stored in outputs and addresses. */

import { UNITS, Unit } from '../../payload/declared';
import { isFlag, isOneOf, isText, isTexts } from '../../payload/checks';
import { StateKind } from '../../payload/state_kind';
import { MODES, Mode } from './profile';

export const SIDES = ['before', 'difference', 'after'] as const;
export const WIDTHS = ['both', 'before', 'after', 'difference'] as const;
export const INTENSITIES = ['absolute', 'relative'] as const;
export const PALETTES = ['red-blue', 'orange-purple'] as const;

export type SideName = (typeof SIDES)[number];
export type Width = (typeof WIDTHS)[number];
export type Intensity = (typeof INTENSITIES)[number];
export type Palette = (typeof PALETTES)[number];

export interface DifferentialState {
  /** The flamegraph of one side, or the difference. */
  side: SideName;
  /** What the width of a frame of the difference stands for. */
  width: Width;
  mode: Mode;
  /** The unit; empty for the first one of the payload. */
  unit: Unit | '';
  /** What the strength of a colour stands for. */
  intensity: Intensity;
  palette: Palette;
  search: string;
  /** Whether the search is plain text, not a regular expression. */
  literal: boolean;
  /** Frame names from below the root to the zoomed and to the selected frame; empty for the root. */
  zoom: string[];
  selected: string[];
  /** Whether the root is at the top. */
  icicle: boolean;
  /** Whether the table of functions is open. */
  table: boolean;
}

const INITIAL: Readonly<DifferentialState> = {
  side: 'difference',
  width: 'both',
  mode: 'total',
  unit: '',
  intensity: 'absolute',
  palette: 'red-blue',
  search: '',
  literal: false,
  zoom: [],
  selected: [],
  icicle: false,
  table: false
};

export const DIFFERENTIAL_STATE = new StateKind<DifferentialState>(INITIAL, {
  side: isOneOf(SIDES),
  width: isOneOf(WIDTHS),
  mode: isOneOf(MODES),
  unit: isOneOf([...UNITS, '']),
  intensity: isOneOf(INTENSITIES),
  palette: isOneOf(PALETTES),
  search: isText,
  literal: isFlag,
  zoom: isTexts,
  selected: isTexts,
  icicle: isFlag,
  table: isFlag
});
