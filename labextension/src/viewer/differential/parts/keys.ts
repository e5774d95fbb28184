/** The keys of a differential flamegraph. */

import { Key, SharedCommand } from '../../view/keys';

export type Command =
  | SharedCommand
  | 'before'
  | 'difference'
  | 'after'
  | 'swap'
  | 'mode'
  | 'unit'
  | 'width'
  | 'palette'
  | 'intensity';

export const KEYS: readonly Key<Command>[] = [
  ['child', '', '↑ ↓ ← →', 'Select the callee, the caller, the next frame in the row'],
  ['zoom', '', 'Enter or click', 'Zoom to the frame'],
  ['out', '', 'Backspace', 'Zoom out one frame'],
  ['escape', '', 'Esc or title', 'Show all; again: clear the search'],
  ['find', '', '/ or Ctrl+F', 'Search'],
  ['next', '', 'n and N', 'Next and previous match'],
  ['find-this', '', '#', 'Search for the function under the pointer'],
  ['before', '1', '1', 'The flamegraph before'],
  ['difference', '2', '2', 'The difference'],
  ['after', '3', '3', 'The flamegraph after'],
  ['swap', 'b', 'b', 'Alternate between before and after'],
  ['mode', 's', 's', 'Compare totals, or self samples'],
  ['unit', 'u', 'u', 'Shares, or CPU time per orchestration'],
  ['width', 'w', 'w', 'Next kind of widths'],
  ['palette', 'c', 'c', 'Red and blue, or orange and purple'],
  ['intensity', 'a', 'a', 'Colour by amount, or by factor'],
  ['flip', '', 'i', 'Root at the top or at the bottom'],
  ['table', '', 't', 'Table of functions'],
  ['export', '', 'e', 'Save as a file'],
  ['copy', '', 'y', 'Copy the name'],
  ['help', '', '?', 'Keys']
];
