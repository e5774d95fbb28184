import { describe, expect, it } from 'vitest';

import { commandOf as commandIn, ownsKey } from '../../view/keys';
import { Command, KEYS } from './keys';

const commandOf = (event: KeyboardEvent, upwards: boolean): Command | null => commandIn(event, upwards, KEYS);

function press(key: string, more: Record<string, unknown> = {}): KeyboardEvent {
  return {
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    target: { tagName: 'DIV' },
    ...more
  } as never;
}

describe('keys', () => {
  it('up and down lead to callees or callers, depending on the orientation', () => {
    expect([commandOf(press('ArrowUp'), true), commandOf(press('ArrowUp'), false)]).toEqual([
      'child',
      'parent'
    ]);
    expect([commandOf(press('ArrowDown'), true), commandOf(press('ArrowDown'), false)]).toEqual([
      'parent',
      'child'
    ]);
  });

  it('that are typed into the search box are text, except Ctrl+F', () => {
    const target = { tagName: 'INPUT' };
    expect(commandOf(press('n', { target }), true)).toBeNull();
    expect(commandOf(press('f', { target, ctrlKey: true }), true)).toBe('find');
  });

  it('stay in the view unless they are for saving or for the browser', () => {
    expect(
      [press('d'), press('Enter', { shiftKey: true }), press('Enter', { ctrlKey: true })].map(ownsKey)
    ).toEqual([true, true, true]);
    expect(
      [press('s', { ctrlKey: true }), press('C', { ctrlKey: true, shiftKey: true }), press('F5')].map(ownsKey)
    ).toEqual([false, false, false]);
  });
});
