/** Which key does what. */

import { Orientation } from './draw';

export type Command =
  | 'child'
  | 'parent'
  | 'left'
  | 'right'
  | 'zoom'
  | 'out'
  | 'escape'
  | 'find'
  | 'next'
  | 'previous'
  | 'flip'
  | 'table';

const KEYS: Readonly<Record<string, Command>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Enter: 'zoom',
  Backspace: 'out',
  Escape: 'escape',
  '/': 'find',
  n: 'next',
  N: 'previous',
  i: 'flip',
  t: 'table'
};

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

/** The command of a key, or null; keys typed into a control are the control's. */
export function commandOf(event: KeyboardEvent, orientation: Orientation): Command | null {
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
  if (event.key === 'Enter' && target.tagName === 'BUTTON') {
    return null;
  }
  if (event.key === 'ArrowUp') {
    return orientation === 'flame' ? 'child' : 'parent';
  }
  if (event.key === 'ArrowDown') {
    return orientation === 'flame' ? 'parent' : 'child';
  }
  return KEYS[event.key] ?? null;
}
