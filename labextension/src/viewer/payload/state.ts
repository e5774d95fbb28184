/** What of a view is kept: in a saved output, in a page's address, in Python. */

import { isFlag, isOneOf, isRangeOrNull, isText, isTextOrNull, isTexts } from './checks';
import { StateKind } from './state_kind';

export const VIEWS = ['flame', 'inverted', 'sandwich', 'time'] as const;
export const RUNTIMES = ['shown', 'folded', 'hidden'] as const;
export const COLORINGS = ['kind', 'safe', 'module', 'self', 'plain', 'bucket'] as const;

export type ViewName = (typeof VIEWS)[number];
export type Runtime = (typeof RUNTIMES)[number];
export type Coloring = (typeof COLORINGS)[number];

export interface ViewState {
  /** Call tree, callers of what runs (bottom-up), callers and callees of one function, or seconds in their order. */
  view: ViewName;
  /** The function of the sandwich; empty for none. */
  function: string;
  /** Only samples of these; `null` is all. `seconds` is half open and counts from the first sample. */
  stage: string | null;
  thread: string | null;
  seconds: [number, number] | null;
  search: string;
  /** The search is plain text, not a regular expression. */
  literal: boolean;
  /** Frame names from below the root to the zoomed, and to the selected frame; empty for the root. */
  zoom: string[];
  selected: string[];
  /** The root is at the top. */
  icicle: boolean;
  /** A function that is on the stack already is not shown again. */
  recursion: boolean;
  /** Functions that differ only in their generic arguments and closures are one. */
  generics: boolean;
  /** Frames of the async runtime and the standard library. */
  runtime: Runtime;
  /** Only stacks with a frame that matches; no stack with a frame that matches. */
  focus: string;
  ignore: string;
  color: Coloring;
  /** The table of functions is open. */
  table: boolean;
  /** Id of the bottleneck bucket that is highlighted; empty for none. */
  bucket: string;
}

const INITIAL: Readonly<ViewState> = {
  view: 'flame',
  function: '',
  stage: null,
  thread: null,
  seconds: null,
  search: '',
  literal: false,
  zoom: [],
  selected: [],
  icicle: false,
  recursion: false,
  generics: false,
  runtime: 'shown',
  focus: '',
  ignore: '',
  color: 'kind',
  table: false,
  bucket: ''
};

export const FLAMEGRAPH_STATE = new StateKind<ViewState>(INITIAL, {
  view: isOneOf(VIEWS),
  function: isText,
  stage: isTextOrNull,
  thread: isTextOrNull,
  seconds: isRangeOrNull,
  search: isText,
  literal: isFlag,
  zoom: isTexts,
  selected: isTexts,
  icicle: isFlag,
  recursion: isFlag,
  generics: isFlag,
  runtime: isOneOf(RUNTIMES),
  focus: isText,
  ignore: isText,
  color: isOneOf(COLORINGS),
  table: isFlag,
  bucket: isText
});
