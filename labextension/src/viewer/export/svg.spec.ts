import { describe, expect, it } from 'vitest';

import { Call, call, profileOf, randomTree, treeFor } from '../../testing/payload';
import { label, shorterNames } from '../draw/names';
import { styleOf } from '../draw/style';
import { GAP, PADDING, ROW, Scene, panesOf, rowTop } from '../draw/scene';
import { Tree } from '../tree/tree';
import { sandwich } from '../transform/sandwich';
import { compile, matchingFrames } from '../tree/search';
import { HEAD, MARGIN } from './caption';
import { svgOf } from './svg';

const OPTIONS = {
  title: 'a title',
  subtitle: '12 samples',
  background: '#ffffff',
  unit: 'samples',
  frequencyHz: 100
};

function sceneOf(tree: Tree, root = 0, search = '', width = 500, icicle = false): Scene {
  const { regex } = compile(search);
  return {
    tree,
    root,
    ...panesOf(tree, root, width, icicle, 0),
    width,
    style: styleOf(tree, 'kind', 'light'),
    flags: regex === null ? null : matchingFrames(tree.frames.names, regex)
  };
}

interface Frame {
  title: string;
  x: number;
  y: number;
  width: number;
  fill: string;
  opacity: number;
  label: string;
}

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Parse the frames of an SVG document. */
function framesOf(svg: string): Frame[] {
  return [...svg.matchAll(/<g><title>([^<]*)<\/title><rect ([^>]*)\/>(.*?)<\/g>\n/gs)].map(match => {
    const attribute = (name: string): string | undefined =>
      new RegExp(`(?:^| )${name}="([^"]*)"`).exec(match[2])?.[1];
    expect(attribute('height')).toBe(String(ROW - GAP));
    return {
      title: unescaped(match[1]),
      x: Number(attribute('x')),
      y: Number(attribute('y')),
      width: Number(attribute('width')),
      fill: attribute('fill')!,
      opacity: Number(attribute('fill-opacity') ?? 1),
      label: unescaped(/<text[^>]*>([^<]*)<\/text>/.exec(match[3])?.[1] ?? '')
    };
  });
}

function nodesOf(scene: Scene): { node: number; x: number; y: number; width: number }[] {
  return scene.panes.flatMap(pane => {
    const { rows, nodes, x, width } = pane.shown;
    return Array.from({ length: rows.length - 1 }, (_, row) => row)
      .filter(row => row >= pane.first)
      .flatMap(row =>
        Array.from({ length: rows[row + 1] - rows[row] }, (_, k) => rows[row] + k).map(k => ({
          node: nodes[k],
          x: x[k],
          y: rowTop(pane, row),
          width: width[k]
        }))
      );
  });
}

describe('the SVG of what is drawn', () => {
  it('has every rectangle of the scene at its position, with its colour and name', async () => {
    for (let seed = 1; seed <= 15; seed++) {
      const tree = treeFor(await profileOf(randomTree(seed)));
      const zoomed = tree.end[1] > 2 ? 2 : 0;
      for (const scene of [
        sceneOf(tree),
        sceneOf(tree, tree.total[zoomed] > 0 ? zoomed : 0, 'f[13]', 321, true),
        sceneOf(sandwich(tree, 'f1'), 0, 'f2')
      ]) {
        const drawn = framesOf(svgOf(scene, OPTIONS));
        const wanted = nodesOf(scene);
        expect(drawn.length).toBe(wanted.length);
        drawn.forEach((frame, i) => {
          const { node, x, y, width } = wanted[i];
          expect(frame.x).toBeCloseTo(x, 1);
          expect(frame.y).toBe(y);
          expect(frame.width).toBeCloseTo(width > 3 ? width - GAP : width, 1);
          const { tree: shown, style, flags, root } = scene;
          const isRoot = node === 0 && shown.callers === 0;
          const name = isRoot ? 'all' : shown.frames.names[shown.frame[node]];
          const matched = flags !== null && !isRoot && flags[shown.frame[node]] === 1;
          expect(frame.fill).toBe(matched ? style.match.fill : style.inks[style.inkOf(node)].fill);
          const above = node < root && shown.end[node] > root;
          expect(frame.opacity).toBe(above ? 0.5 : flags !== null && !matched ? 0.42 : 1);
          const samples = shown.total[node];
          expect(frame.title).toContain(`${name} (${samples.toLocaleString('en-US')} sample`);
          const room = Math.floor((width - 2 * PADDING) / 6.63);
          expect(frame.label).toBe(room >= 2 ? label(shorterNames(name), room) : '');
        });
      }
    }
  });

  it('has space for title and subtitle only if there are any', async () => {
    const scene = sceneOf(treeFor(await profileOf(call('all', 1, call('a', 2)))));
    const svg = svgOf(scene, OPTIONS);
    expect(svg).toContain(`width="${500 + 2 * MARGIN}" height="${2 * ROW + HEAD + MARGIN}"`);
    expect(svg).toMatch(/>a title<\/text>\n.*>12 samples<\/text>/);
    expect(svgOf(scene, { ...OPTIONS, title: '', subtitle: '' })).toContain(
      `height="${2 * ROW + 2 * MARGIN}"`
    );
  });

  it('hatches the frames that the style hatches, in the colour of their labels', async () => {
    const tree = treeFor(await profileOf(call('all', 1, call('a', 20), call('b', 20))));
    const scene = sceneOf(tree);
    expect(svgOf(scene, OPTIONS)).not.toContain('<pattern');
    const hatched = { ...scene, style: { ...scene.style, hatched: (node: number) => node === 2 } };
    const svg = svgOf(hatched, OPTIONS);
    const [, name, color] = /<pattern id="([\w-]+)".*? stroke="(#\w+)"/.exec(svg)!;
    expect(color).toBe(scene.style.inks[scene.style.inkOf(2)].text);
    expect(svg.split(`fill="url(#${name})"`)).toHaveLength(2);
    expect(/<title>b .*\n/.exec(svg)![0]).toContain(`url(#${name})`);
  });

  it('contains a hostile name only as text', async () => {
    const names = [
      '<script>alert(1)</script>',
      ']]><script>',
      '"\'&<!--',
      'nul\u0000esc\u001b',
      '\u202egnp.exe',
      'x'.repeat(10_000),
      '😀'.repeat(90),
      '\ufffe\uffff',
      'שלום עולם',
      '日本語'.repeat(30)
    ];
    const root: Call = call('all', 0, ...[...names].sort().map(name => call(name, 7)));
    const svg = svgOf(sceneOf(treeFor(await profileOf(root)), 0, '', 1200), {
      ...OPTIONS,
      title: names.join(''),
      subtitle: '\ud800'
    });
    expect(svg).not.toMatch(/<script|<!|\]\]>|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e\ufffe\uffff]/);
    expect(svg).not.toMatch(/\p{Surrogate}/u);
    const tags = new Set([...svg.matchAll(/<(\/?[\w!?-]+)/g)].map(match => match[1].replace('/', '')));
    expect([...tags].sort()).toEqual(['?xml', 'g', 'rect', 'svg', 'text', 'title']);
    expect(svg).not.toMatch(/(?:href|src|on\w+)\s*=/);
    expect(framesOf(svg)).toHaveLength(names.length + 1);
    // A text that may be wider than its rectangle is clipped.
    expect(svg.match(/<svg x=/g)!.length).toBeGreaterThanOrEqual(3);
  });
});
