import { describe, expect, it } from 'vitest';

import { foldedField, inlineScript, scriptJson, wellFormed, xmlText } from './escape';

const ALL = Array.from({ length: 0x10000 }, (_, c) => String.fromCharCode(c));

describe('escaping', () => {
  it('leaves only characters that XML 1.0 allows, and no markup', () => {
    // Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
    const valid = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
    expect(ALL.filter(c => !valid.test(xmlText(c)) || /[<>"']|&(?!#\d+;)/.test(xmlText(c)))).toEqual([]);
    expect(xmlText('a\ud800b\udc00\ud83d\ude00')).toBe('a\ufffdb\ufffd\ud83d\ude00');
    expect(xmlText(']]><x a="b">&amp;')).toBe(']]&#62;&#60;x a=&#34;b&#34;&#62;&#38;amp;');
  });

  it('leaves no separators in a field of a folded line', () => {
    expect(ALL.filter(c => !/^[^;\n\r\u0085\u2028\u2029\u0000]$/u.test(foldedField(c)))).toEqual([]);
    expect(foldedField('a;b\nc\u2029\ud800')).toBe('a:b c \ufffd');
  });

  it('keeps JSON and JavaScript within their elements, with the same meaning', () => {
    const value = { name: '</script><!--<script>&amp;]]>', more: ['<', '>'] };
    const json = scriptJson(JSON.stringify(value));
    expect(json).not.toMatch(/[<>&]/);
    expect(JSON.parse(json)).toEqual(value);
    const script = inlineScript('"</script>" + "<!--" + "</SCRIPT"');
    expect(script).not.toMatch(/<\/script|<!--/i);
    // Each escape stands for the character that it replaces.
    expect(script.replaceAll('\\x3c', '<')).toBe('"</script>" + "<!--" + "</SCRIPT"');
    expect(inlineScript(script)).toBe(script);
  });

  it('replaces only lone surrogates', () => {
    expect(wellFormed('\ud83d\ude00 \ude00\ud83d')).toBe('\ud83d\ude00 \ufffd\ufffd');
  });
});
