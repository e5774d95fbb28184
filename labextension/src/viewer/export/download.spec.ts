import { describe, expect, it } from 'vitest';

import { fileName } from './download';

describe('the name of a file', () => {
  it.each([
    ['baseline · duroxide 0.1.32', 'baseline-duroxide-0.1.32.svg'],
    ['../../etc/passwd', 'etc-passwd.svg'],
    ['C:\\x|y?<z>"*', 'C-x-y-z.svg'],
    ['.hidden. ', 'hidden.svg'],
    ['', 'flamegraph.svg'],
    ['\u0000\u202e///', 'flamegraph.svg'],
    ['con', '_con.svg'],
    ['日本 ü', '日本-ü.svg']
  ])('of %j is %s', (title, name) => {
    expect(fileName(title, '.svg')).toBe(name);
  });

  it('is short, and does not end within a character', () => {
    const name = fileName('😀x'.repeat(300) + 'é'.repeat(300), '.pb.gz');
    expect(name.length).toBeLessThan(2 * 100);
    expect(name).toMatch(/\.pb\.gz$/);
    expect(name).not.toMatch(/\p{Surrogate}/u);
  });
});
