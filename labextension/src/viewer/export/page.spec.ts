import { describe, expect, it } from 'vitest';

import { compress } from '../../testing/payload';
import { ExportError } from './errors';
import { embeddedScript, ownScript } from './host';
import { pageOf } from './page';

const HOSTILE = '</script><img src=x onerror=alert(1)><!--<script>\u0000\u202e';

describe('the offline page', () => {
  it('contains hostile text only as text', () => {
    const payload = JSON.stringify({ title: HOSTILE, state: { search: '</script>' } });
    const html = pageOf(payload, 'const a = "</script><!--";', HOSTILE);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|<!--|\u0000|\u202e/);
    const json = /class="duronb-payload">(.*)<\/script>/.exec(html)![1];
    expect(JSON.parse(json)).toEqual(JSON.parse(payload));
  });

  it('forbids everything except its script by its policy', () => {
    const html = pageOf('{}', 'x()', 't');
    expect(html).toContain("default-src 'none'; script-src 'unsafe-inline'");
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).toContain('<body class="duronb-page">');
    expect(html).toContain('<div class="duronb-flamegraph">');
  });
});

describe('the page script', () => {
  it('is unpacked from the text that the build has packed', async () => {
    const script = 'document.title = "é"; // ünïcode';
    const packed = await compress(new TextEncoder().encode(script));
    expect(await embeddedScript(packed).pageScript()).toBe(script);
  });

  it('is the script of the page itself, or an error', () => {
    expect(ownScript('x()').pageScript()).toBe('x()');
    for (const nothing of ['', ' \n', null, undefined]) {
      expect(() => ownScript(nothing).pageScript()).toThrow(ExportError);
    }
  });
});
