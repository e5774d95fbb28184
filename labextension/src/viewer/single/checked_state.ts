/** A state brought to what a profile has: no names that are not there, no expressions that are not valid. */

import { ViewState } from '../payload/state';
import { Profile } from '../payload/profile';
import { compile } from '../tree/search';

/** The texts of a state that are expressions. */
const EXPRESSIONS = ['search', 'focus', 'ignore'] as const;

/** Why expressions that were asked for are not valid. */
export type Errors = Partial<Record<(typeof EXPRESSIONS)[number], string>>;

export interface Checked {
  state: ViewState;
  errors: Errors;
}

/** Change a state; an expression that is not valid stays as it was before. */
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
      // What was found as text may be no expression.
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
