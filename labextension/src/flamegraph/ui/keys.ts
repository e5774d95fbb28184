/** Which key does what; the list is also what the view's help shows. */

import type { BasicCommand } from './basics';

export type Command =
  | BasicCommand
  | 'escape'
  | 'flame'
  | 'inverted'
  | 'sandwich'
  | 'time'
  | 'options'
  | 'stage'
  | 'focus'
  | 'ignore'
  | 'recursion'
  | 'generics'
  | 'runtime'
  | 'color'
  | 'bucket'
  | 'help';

/** Command, its key, how the key is written, and what it does. */
export const KEYS: readonly (readonly [Command, string, string, string])[] = [
  ['child', '', '↑ ↓ ← →', 'Go to the callee, the caller, the frame beside'],
  ['left', 'ArrowLeft', '', ''],
  ['right', 'ArrowRight', '', ''],
  ['zoom', 'Enter', 'Enter or click', 'Zoom to the frame'],
  ['out', 'Backspace', 'Backspace', 'Zoom out one frame; Ctrl + wheel and pinch zoom step by step'],
  ['escape', 'Escape', 'Esc or title', 'Show all; again: clear search and bottleneck'],
  ['find', '/', '/ or Ctrl+F', 'Search'],
  ['next', 'n', 'n', 'Next match'],
  ['previous', 'N', 'N', 'Previous match'],
  ['find-this', '#', '#', 'Search the function under the pointer'],
  ['flame', '1', '1', 'Call tree'],
  ['inverted', '2', '2', 'Inverted: what runs, and its callers'],
  ['sandwich', '3', '3 or double click', 'Sandwich: callers and callees of the function'],
  ['time', '4', '4', 'Time order, second by second'],
  ['flip', 'i', 'i', 'Root at the top or at the bottom'],
  ['table', 't', 't', 'Table of functions'],
  ['options', 'o', 'o', 'Options'],
  ['stage', 's', 's', 'Next stage'],
  ['focus', 'f', 'f', 'Only stacks with the function; again: all'],
  ['ignore', 'x', 'x', 'No stacks with the function; again: all'],
  ['recursion', 'r', 'r', 'Merge recursion'],
  ['generics', 'g', 'g', 'Fold generics and closures'],
  ['runtime', 'u', 'u', 'Runtime frames: shown, folded, hidden'],
  ['color', 'c', 'c', 'Next colouring'],
  ['bucket', 'b', 'b', 'Next bottleneck: highlight its frames'],
  ['export', 'e', 'e', 'Export'],
  ['copy', 'y', 'y', 'Copy the name'],
  ['help', '?', '?', 'Keys']
];

const BY_KEY = new Map(KEYS.filter(([, key]) => key !== '').map(([command, key]) => [key, command]));

/**
 * Whether a key pressed in the view stays in the view, so that no shortcut of the page around it fires. Saving and
 * the browser's and JupyterLab's Ctrl+Shift commands go on working.
 */
export function ownsKey(event: KeyboardEvent): boolean {
  if (/^F\d+$/.test(event.key)) {
    return false;
  }
  const modified = event.ctrlKey || event.metaKey;
  return !(modified && (event.shiftKey || event.key === 's') && event.key !== 'Enter');
}

/** The command of a key, or null; keys typed into a control are the control's. `upwards`: callees are drawn above. */
export function commandOf(event: KeyboardEvent, upwards: boolean): Command | null {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') {
    return 'find';
  }
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  const target = event.target as Element;
  if (/^(input|select|textarea)$/i.test(target.tagName)) {
    return null;
  }
  if ((event.key === 'Enter' || event.key === ' ') && target.tagName === 'BUTTON') {
    return null;
  }
  if (event.key === 'ArrowUp') {
    return upwards ? 'child' : 'parent';
  }
  if (event.key === 'ArrowDown') {
    return upwards ? 'parent' : 'child';
  }
  return BY_KEY.get(event.key) ?? null;
}
