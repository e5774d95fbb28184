/** Checks a state against a profile: resets unknown names, and keeps the last valid expressions. */

import { ViewState } from '../../payload/state';
import { Profile } from '../../payload/profile';
import { compile } from '../../tree/search';

/** The fields of a state that are regular expressions. */
const EXPRESSIONS = ['search', 'focus', 'ignore'] as const;

/** For each field whose last value is not valid, the reason. */
export type Errors = Partial<Record<(typeof EXPRESSIONS)[number], string>>;

/** A valid state, and why requested values were not valid. */
export interface Checked {
  state: ViewState;
  errors: Errors;
}

/** Change a state. An expression that is not valid keeps its value of before. */
export function checkedState(profile: Profile, before: Checked, change: Partial<ViewState>): Checked {
  const state = { ...before.state, ...change };
  const errors = { ...before.errors };
  for (const key of EXPRESSIONS) {
    if (change[key] === undefined && !(key === 'search' && change.literal !== undefined)) {
      continue;
    }
    const { error } = compile(state[key], key === 'search' && state.literal);
    if (error === null) {
      errors[key] = undefined;
      continue;
    }
    errors[key] = error;
    state[key] = before.state[key];
    if (key === 'search') {
      // A text that was valid as plain text may not be a valid expression.
      state.literal = before.state.literal;
    }
  }
  const { stages, threads, buckets } = profile;
  state.stage = state.stage !== null && stages.includes(state.stage) ? state.stage : null;
  state.thread = state.thread !== null && threads.includes(state.thread) ? state.thread : null;
  state.bucket = buckets?.ids.includes(state.bucket) ? state.bucket : '';
  if (state.view === 'sandwich' && state.function === '') {
    state.view = 'flame';
  }
  return { state, errors };
}
