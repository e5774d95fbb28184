import { describe, expect, it } from 'vitest';

import { compress } from '../../testing/payload';
import { ExportError } from './errors';
import { embedded, own } from './host';
import { pageOf } from './page';

const HOSTILE = '</script><img src=x onerror=alert(1)><!--<script>\u0000\u202e';

describe('the offline page', () => {
  it('has hostile texts only as text', () => {
    const payload = JSON.stringify({ title: HOSTILE, state: { search: '</script>' } });
    const html = pageOf(payload, 'const a = "</script><!--";', HOSTILE);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|<!--|\u0000|\u202e/);
    const json = /class="duronb-payload">(.*)<\/script>/.exec(html)![1];
    expect(JSON.parse(json)).toEqual(JSON.parse(payload));
  });

  it('forbids itself everything but its own script', () => {
    const html = pageOf('{}', 'x()', 't');
    expect(html).toContain("default-src 'none'; script-src 'unsafe-inline'");
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).toContain('<body class="duronb-page">');
    expect(html).toContain('<div class="duronb-flamegraph">');
  });
});

describe('the page script', () => {
  it('comes out of what the build has packed', async () => {
    const script = 'document.title = "é"; // ünïcode';
    const packed = await compress(new TextEncoder().encode(script));
    expect(await embedded(packed).pageScript()).toBe(script);
  });

  it('is the own script of a page, or is not offered', () => {
    expect(own('x()').pageScript()).toBe('x()');
    for (const nothing of ['', ' \n', null, undefined]) {
      expect(() => own(nothing).pageScript()).toThrow(ExportError);
    }
  });
});
