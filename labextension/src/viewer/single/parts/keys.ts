/** The keys of the flamegraph of one profile. */

import { Key, SharedCommand } from '../../view/keys';

export type Command =
  | SharedCommand
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
  | 'bucket';

export const KEYS: readonly Key<Command>[] = [
  ['child', '', '↑ ↓ ← →', 'Select the callee, the caller, the next frame in the row'],
  ['zoom', '', 'Enter or click', 'Zoom to the frame'],
  ['out', '', 'Backspace', 'Zoom out one frame; Ctrl + wheel and pinch zoom step by step'],
  ['escape', '', 'Esc or title', 'Show all; again: clear search and bottleneck'],
  ['find', '', '/ or Ctrl+F', 'Search'],
  ['next', '', 'n', 'Next match'],
  ['previous', '', 'N', 'Previous match'],
  ['find-this', '', '#', 'Search for the function under the pointer'],
  ['flame', '1', '1', 'Call tree'],
  ['inverted', '2', '2', 'Inverted: functions by self samples, and their callers'],
  ['sandwich', '3', '3 or double click', 'Sandwich: callers and callees of the function'],
  ['time', '4', '4', 'Time order, second by second'],
  ['flip', '', 'i', 'Root at the top or at the bottom'],
  ['table', '', 't', 'Table of functions'],
  ['options', 'o', 'o', 'Options'],
  ['stage', 's', 's', 'Next stage'],
  ['focus', 'f', 'f', 'Show only stacks with the function; again: all stacks'],
  ['ignore', 'x', 'x', 'Hide stacks with the function; again: all stacks'],
  ['recursion', 'r', 'r', 'Merge recursion'],
  ['generics', 'g', 'g', 'Fold generics and closures'],
  ['runtime', 'u', 'u', 'Runtime frames: shown, folded, hidden'],
  ['color', 'c', 'c', 'Next colouring'],
  ['bucket', 'b', 'b', 'Next bottleneck: highlight its frames'],
  ['export', '', 'e', 'Export'],
  ['copy', '', 'y', 'Copy the name'],
  ['help', '', '?', 'Keys']
];
