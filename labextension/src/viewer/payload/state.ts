/**
 * What of a view is kept: in a saved output, in a page's address, in Python.
 *
 * Written by labextension/scripts/write_state.py from duronb/views/flamegraph/state.py; change that one.
 */

import { isFlag, isOneOf, isRangeOrNull, isText, isTextOrNull, isTexts } from './checks';
import { StateKind } from './state_kind';

export const VIEWS = ['flame', 'inverted', 'sandwich', 'time'] as const;
export const RUNTIMES = ['shown', 'folded', 'hidden'] as const;
export const COLORINGS = ['kind', 'safe', 'module', 'self', 'plain', 'bucket'] as const;

export type ViewName = (typeof VIEWS)[number];
export type Runtime = (typeof RUNTIMES)[number];
export type Coloring = (typeof COLORINGS)[number];

export interface ViewState {
  /**
   * `flame` is the call tree, `inverted` what runs and its callers, `sandwich` the callers and callees of
   * `function`, `time` the call tree of every second.
   */
  view: ViewName;
  /** Name of the sandwich's function. */
  function: string;
  /** Only samples of these; `null` for all. */
  stage: string | null;
  thread: string | null;
  /** Half-open range of seconds after the first sample. */
  seconds: [number, number] | null;
  /** Regular expression to highlight, or plain text. */
  search: string;
  literal: boolean;
  /** Frame names from below the root to the zoomed and to the selected frame. */
  zoom: string[];
  selected: string[];
  /** Root at the top. */
  icicle: boolean;
  /** Show a function once per stack. */
  recursion: boolean;
  /** Show functions that differ only in generic arguments and closure numbers as one. */
  generics: boolean;
  /** Frames of tokio and std: `shown`, `folded` into one, or `hidden`. */
  runtime: Runtime;
  /** Regular expressions: only stacks with, no stacks with a frame that matches. */
  focus: string;
  ignore: string;
  /** `kind` of code, `safe` for colour-blind readers, `module`, `self` share, `plain`, `bucket`. */
  color: Coloring;
  /** Show the table of functions. */
  table: boolean;
  /** Id of the bottleneck bucket to highlight, such as `sqlite_io`; see `Run.bottlenecks`. */
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
