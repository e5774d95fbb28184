import { describe, expect, it } from 'vitest';

import { label, printable, shorterNames, withoutHash } from './names';

describe('shorterNames', () => {
  it.each([
    ['vfs_write', ['vfs_write']],
    [
      'tokio::runtime::park::Inner::park::h0123456789abcdef',
      ['tokio::runtime::park::Inner::park', 'park::Inner::park', 'Inner::park', 'park']
    ],
    [
      '<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop',
      [
        '<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop',
        '<Vec<T,A> as Drop>::drop',
        '<Vec as Drop>::drop',
        'drop'
      ]
    ],
    [
      'a::b::{{closure}}::{{closure}}',
      ['a::b::{{closure}}::{{closure}}', 'b::{{closure}}::{{closure}}', 'b']
    ],
    [
      'core::ptr::drop_in_place<x::y::Item>',
      [
        'core::ptr::drop_in_place<x::y::Item>',
        'core::ptr::drop_in_place<Item>',
        'core::ptr::drop_in_place',
        'ptr::drop_in_place',
        'drop_in_place'
      ]
    ],
    ['x::call<fn(a::B) -> c::D>', ['x::call<fn(a::B) -> c::D>', 'x::call<fn(B) -> D>', 'x::call', 'call']]
  ])('of %s', (name, steps) => {
    expect(shorterNames(name)).toEqual(steps);
  });

  it('become shorter with every step and are never empty, for any brackets', () => {
    const names = [
      'a::b<c',
      '>>>::x',
      '::',
      '<<<<a::b',
      'a::{b',
      '{{closure}}',
      'x'.repeat(10000),
      '<>::::<>',
      ' :: '
    ];
    for (const name of names) {
      const steps = shorterNames(name);
      steps.forEach((step, i) => {
        expect(step).not.toBe('');
        expect(i === 0 || step.length < steps[i - 1].length).toBe(true);
      });
    }
  });
});

describe('label', () => {
  const steps = shorterNames('tokio::runtime::park::Inner::park');
  it('keeps the end of a path, which is most specific', () => {
    expect([40, 20, 11, 4].map(n => label(steps, n))).toEqual([
      'tokio::runtime::park::Inner::park',
      'park::Inner::park',
      'Inner::park',
      'park'
    ]);
  });

  it('truncates a name that has no shorter form, and is empty in too little space', () => {
    expect([label(['sqlite3_step'], 6), label(['sqlite3_step'], 2)]).toEqual(['sqlit…', '']);
  });
});

describe('printable', () => {
  it('makes control characters and direction marks visible, and truncates long names', () => {
    expect(printable('a\u0000b\u001b[31m\u202ec')).toBe('a\u2400b\u241b[31m\ufffdc');
    expect(printable('x'.repeat(10000)).length).toBeLessThan(2010);
    expect(withoutHash('f::h0123456789abcdef::g')).toBe('f::h0123456789abcdef::g');
  });
});
