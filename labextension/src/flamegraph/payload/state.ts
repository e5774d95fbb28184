/** What of a view is kept: in a saved output, in a page's address, in Python. */

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

export const INITIAL: Readonly<ViewState> = {
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

/** What of some stored state is well formed; the rest is left out. */
export function partOfState(source: unknown): Partial<ViewState> {
  const value = (typeof source === 'object' && source !== null ? source : {}) as Record<string, unknown>;
  const part: Record<string, unknown> = {};
  for (const [key, check] of Object.entries(CHECKS)) {
    if (key in value && check(value[key])) {
      part[key] = value[key];
    }
  }
  return part;
}

/** A whole state: what is well formed of some stored state, the initial state for the rest. */
export function viewState(source: unknown): ViewState {
  return { ...INITIAL, ...partOfState(source) };
}

/** What of a state differs from the initial one. */
export function changedPart(state: ViewState): Partial<ViewState> {
  const initial: Record<string, unknown> = { ...INITIAL };
  return Object.fromEntries(Object.entries(state).filter(([key, value]) => !equal(value, initial[key])));
}

/** Whether two states show the same. */
export function sameState(a: ViewState, b: ViewState): boolean {
  const other: Record<string, unknown> = { ...b };
  return Object.entries(a).every(([key, value]) => equal(value, other[key]));
}

function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => item === b[i]);
  }
  return a === b;
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isOneOf =
  (names: readonly string[]) =>
  (value: unknown): boolean =>
    names.includes(value as string);

function isRange(value: unknown): boolean {
  if (value === null) {
    return true;
  }
  const pair: unknown[] = Array.isArray(value) ? value : [];
  return pair.length === 2 && pair.every(Number.isFinite) && Number(pair[0]) < Number(pair[1]);
}

const CHECKS: Record<keyof ViewState, (value: unknown) => boolean> = {
  view: isOneOf(VIEWS),
  function: isText,
  stage: isTextOrNull,
  thread: isTextOrNull,
  seconds: isRange,
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
};
