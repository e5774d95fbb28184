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
   * `flame` is the call tree, `inverted` the functions with self samples and their callers, `sandwich` the
   * callers and callees of `function`, `time` the call tree of each second.
   */
  view: ViewName;
  /** Name of the function of the `sandwich` view. */
  function: string;
  /** Count only samples of this stage and this thread. `null` for all. */
  stage: string | null;
  thread: string | null;
  /** Half-open range of seconds, counted from the first sample. `null` for all. */
  seconds: [number, number] | null;
  /** Regular expression to highlight. If `literal`, it is plain text. */
  search: string;
  literal: boolean;
  /** Frame names from below the root to the zoomed and to the selected frame. */
  zoom: string[];
  selected: string[];
  /** Whether the root is at the top. */
  icicle: boolean;
  /** Whether a function is shown only once per stack. */
  recursion: boolean;
  /** Whether functions that differ only in generic arguments and closure numbers are merged. */
  generics: boolean;
  /** Frames of tokio and std: `shown`, `folded` into one, or `hidden`. */
  runtime: Runtime;
  /** Regular expressions: count only stacks with a matching frame, or only stacks without one. */
  focus: string;
  ignore: string;
  /**
   * Colours by `kind` of code, `safe` for colour-blind readers, by `module`, `self` share or `bucket`, or
   * `plain`.
   */
  color: Coloring;
  /** Whether the table of functions is open. */
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
