import { describe, expect, it } from 'vitest';

import { Call, call, encode, treeFor, unpack } from '../../testing/payload';
import { styleOf } from '../draw/style';
import { MODES, TONES, hueOfKind, shadeColor, shadeOf } from '../draw/colors';
import { SHADES } from '../payload/declared';
import { svgOf } from '../export/svg';
import { panesOf } from '../draw/scene';
import { Session } from '../single/model/session';
import { describe as sentenceOf, factsOf } from '../single/parts/facts';
import { chart } from '../transform/chart';
import { invert } from '../transform/invert';
import { sandwich } from '../transform/sandwich';
import { EVERYTHING, selectedGroups } from '../transform/select';
import { artefactsOf, isArtefact, kindOf } from './artefacts';
import { pathOf } from './paths';
import { Tree } from './tree';

// Frames get these kinds in the order of their names: a, d are of other code, b is of artefacts, c is of the kernel.
const KINDS = ['other', 'timer artefact', 'kernel'];

const STACKS = call(
  'all',
  0,
  call('a', 2, call('b', 7), call('c', 1, call('b', 3, call('d', 4)))),
  call('b', 6, call('c', 5)),
  call('c', 0, call('b', 0, call('a', 8)))
);

async function profileOf(root: Call): ReturnType<typeof unpack> {
  return unpack(await encode(root, { kinds: KINDS }));
}

/** Return path, artefacts and kind of every node of the frame `b`. */
function found(tree: Tree): [string, number, string][] {
  return [...tree.parent.keys()]
    .filter(node => (node > 0 || tree.callers > 0) && tree.frames.names[tree.frame[node]] === 'b')
    .map(node => [pathOf(tree, node).join(), artefactsOf(tree, node), kindOf(tree, node)]);
}

describe('timer artefacts', () => {
  it('are the samples that end in a frame, which is drawn so if they are at least half of its samples', async () => {
    const tree = treeFor(await profileOf(STACKS));
    expect(found(tree)).toEqual([
      ['a,b', 7, 'timer artefact'],
      ['a,c,b', 3, 'kernel'],
      ['b', 6, 'timer artefact'],
      ['c,b', 0, 'kernel']
    ]);
    expect([isArtefact(tree, 0), artefactsOf(tree, 0), artefactsOf(tree, 1), kindOf(tree, 1)]).toEqual([
      false,
      0,
      0,
      'other'
    ]);
  });

  it('are the innermost frames of an inverted tree, never their callers', async () => {
    const inverted = found(invert(treeFor(await profileOf(STACKS))));
    expect(inverted).toContainEqual(['b', 16, 'timer artefact']);
    expect(inverted).toContainEqual(['a,b', 0, 'kernel']);
    expect(inverted.filter(([, artefacts]) => artefacts > 0).length).toBe(1);
  });

  it('are in the callees of a sandwich, not in the callers', async () => {
    const shown = sandwich(treeFor(await profileOf(STACKS)), 'b');
    // 16 of 33 samples end in the function.
    expect([artefactsOf(shown, 0), kindOf(shown, 0)]).toEqual([16, 'kernel']);
    const callers = sandwich(treeFor(await profileOf(STACKS)), 'c');
    expect(found(callers).filter(([, , kind]) => kind !== 'kernel')).toEqual([]);
    const all = sandwich(treeFor(await profileOf(call('all', 0, call('a', 0, call('b', 7))))), 'b');
    expect([isArtefact(all, 0), isArtefact(all, all.callers)]).toEqual([true, true]);
  });

  it('are the same in the view by time', async () => {
    const profile = await profileOf(STACKS);
    const groups = selectedGroups(profile, EVERYTHING);
    const kinds = found(chart({ profile, groups, kept: null, tree: treeFor(profile), to: null }));
    expect(kinds.map(([, artefacts]) => artefacts)).toEqual([7, 3, 6, 0]);
  });

  it('are grey and hatched in the colours by kind, and named wherever a frame is described', async () => {
    const profile = await profileOf(STACKS);
    const tree = treeFor(profile);
    const [grey, mixed] = [2, 4];
    for (const coloring of ['kind', 'safe', 'bucket'] as const) {
      const style = styleOf(tree, coloring, 'dark');
      const fill = (node: number): string => style.inks[style.inkOf(node)].fill;
      const color = (kind: string): string =>
        shadeColor('dark', hueOfKind(kind, coloring === 'safe'), shadeOf('b'));
      expect([fill(grey), fill(mixed)]).toEqual([color('timer artefact'), color('kernel')]);
      expect([grey, mixed, 0, 1].map(node => style.hatched?.(node))).toEqual([true, false, false, false]);
    }
    for (const coloring of ['module', 'self', 'plain'] as const) {
      expect(styleOf(tree, coloring, 'dark').hatched).toBeNull();
    }
    const session = new Session(profile);
    expect(factsOf(session, grey).kind).toBe('timer artefact');
    expect(factsOf(session, grey).rows.map(([name]) => name)).toEqual(['Total', 'Self']);
    expect(factsOf(session, mixed).kind).toBe('kernel');
    expect(factsOf(session, mixed).rows[2]).toEqual(['Timer artefacts', '8.33% · 3 samples · 30 ms CPU']);
    expect(sentenceOf(session, grey)).toBe('19.4% · 7 samples · b · timer artefact');
    expect(sentenceOf(session, mixed)).toBe('19.4% · 7 samples · b');
    const scene = { tree, root: 0, ...panesOf(tree, 0, 500, false, 0), width: 500, flags: null };
    const svg = svgOf(
      { ...scene, style: styleOf(tree, 'kind', 'light') },
      { title: '', subtitle: '', background: '#ffffff', unit: 'samples', frequencyHz: 0 }
    );
    expect(svg).toContain('b (7 samples, 19.4%, timer artefact)');
    expect(svg).toContain('b (7 samples, 19.4%)');
    expect(svg).toContain('<pattern');
  });

  it('have legible labels, also where the hatching is behind them, in every mode', async () => {
    const tree = treeFor(await profileOf(STACKS));
    const luminance = (color: string): number => {
      const [red, green, blue] = [1, 3, 5]
        .map(at => Number.parseInt(color.slice(at, at + 2), 16) / 255)
        .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const mixed = (under: string, over: string, part: number): string =>
      `#${[1, 3, 5]
        .map(at => [under, over].map(color => Number.parseInt(color.slice(at, at + 2), 16)))
        .map(([a, b]) =>
          Math.round(a + part * (b - a))
            .toString(16)
            .padStart(2, '0')
        )
        .join('')}`;
    for (const mode of MODES) {
      for (const safe of [false, true]) {
        for (let shade = 0; shade < SHADES; shade++) {
          const { hatching } = styleOf(tree, 'kind', mode);
          const fill = shadeColor(mode, hueOfKind('timer artefact', safe), shade);
          const text = TONES[mode].text;
          const [dark, light] = [mixed(fill, text, hatching!), text].map(luminance).sort((a, b) => a - b);
          expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
        }
      }
    }
  });

  it('need no kernel frame in the payload, and frames of a payload without artefacts are never hatched', async () => {
    const only = treeFor(
      await unpack(
        await encode(call('all', 0, call('a', 1, call('b', 1))), {
          kinds: ['timer artefact', 'other', 'x']
        })
      )
    );
    expect([kindOf(only, 1), kindOf(only, 2)]).toEqual(['timer artefact', 'other']);
    const style = styleOf(only, 'kind', 'light');
    expect(style.inks.length).toBeGreaterThan(style.inkOf(1));
    const plain = treeFor(await unpack(await encode(STACKS, { kinds: ['other', 'kernel', 'libc'] })));
    expect(styleOf(plain, 'kind', 'light').hatched).toBeNull();
  });
});
