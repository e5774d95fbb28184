/**
 * The script in a standalone SVG. Without it the file shows its initial picture. With it, a click zooms, a click on the
 * title resets, and Ctrl+F searches.
 */

import { layout } from '../../viewer/draw/layout';
import { styleOf } from '../../viewer/draw/style';
import { parsedPayload } from '../../viewer/payload/header';
import { checkPayload } from '../../viewer/payload/payload';
import { decodePayload } from '../../viewer/payload/decode';
import { FLAMEGRAPH_STATE } from '../../viewer/payload/state';
import { nodeAt, pathOf } from '../../viewer/tree/paths';
import { Profile } from '../../viewer/payload/profile';
import { compile, matches, matchingFrames } from '../../viewer/tree/search';
import { selectedGroups, selfCounts } from '../../viewer/transform/select';
import { treeOf } from '../../viewer/tree/totals';
import { share } from '../../viewer/draw/format';
import { readHash, writeHash } from '../hash';
import { boxOf, describe, frameElements } from './picture';

function byId(id: string): Element | null {
  return document.getElementById(id);
}

function setText(id: string, text: string): void {
  const target = byId(id);
  if (target !== null) {
    target.textContent = text;
  }
}

/** Make the picture interactive. */
function start(profile: Profile, frames: Element, stage: string | null): void {
  const box = boxOf(frames);
  const nodes = new WeakMap<Element, number>();
  const index = stage === null ? -1 : profile.stages.indexOf(stage);
  const groups = selectedGroups(profile, { stage: index < 0 ? null : index, thread: null, seconds: null });
  const tree = treeOf(profile.frames, profile.shape, selfCounts(profile, groups));
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let root = 0;
  let text = '';
  let flags = null as Uint8Array | null;

  const show = (): void => {
    const style = styleOf(tree, 'kind', dark.matches ? 'dark' : 'light');
    const shown = layout(tree, root, box.width);
    frames.replaceChildren(...frameElements({ tree, unit: profile.unit, shown, box, style, flags }, nodes));
    byId('unzoom')?.setAttribute('style', `visibility: ${root > 0 ? 'visible' : 'hidden'}`);
    setText('search', flags === null ? 'Search' : 'Reset search');
    const samples = flags === null ? 0 : matches(tree, flags, root).samples;
    setText('matched', flags === null ? '' : `Matched: ${share(samples, tree.total[root])}`);
    setText('details', '');
    const zoom = pathOf(tree, root);
    writeHash({ ...FLAMEGRAPH_STATE.initial, search: text, zoom, selected: zoom });
  };
  const zoom = (node: number): void => {
    root = node;
    show();
  };
  const search = (wanted: string): void => {
    const { regex, error } = compile(wanted);
    if (error !== null) {
      setText('matched', error);
      return;
    }
    text = wanted;
    flags = regex === null ? null : matchingFrames(profile.frames.names, regex);
    show();
  };
  const askForSearch = (): void => {
    const wanted = window.prompt('Search function names (regular expression):', text);
    if (wanted !== null) {
      search(wanted);
    }
  };
  const nodeOf = (event: Event): number | undefined => {
    const group = event.target instanceof Element ? event.target.closest('g.frame') : null;
    return group === null ? undefined : nodes.get(group);
  };
  const reset = (): void => {
    zoom(0);
  };

  frames.addEventListener('click', event => {
    const node = nodeOf(event);
    if (node !== undefined) {
      zoom(node);
    }
  });
  frames.addEventListener('mouseover', event => {
    const node = nodeOf(event);
    setText('details', node === undefined ? '' : describe(tree, profile.unit, node));
  });
  frames.addEventListener('mouseout', () => {
    setText('details', '');
  });
  byId('title')?.addEventListener('click', reset);
  byId('unzoom')?.addEventListener('click', reset);
  byId('search')?.addEventListener('click', () => {
    if (flags === null) {
      askForSearch();
    } else {
      search('');
    }
  });
  window.addEventListener('keydown', event => {
    if (((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') || event.key === 'F3') {
      event.preventDefault();
      askForSearch();
    } else if (event.key === 'Escape') {
      reset();
    }
  });
  dark.addEventListener('change', show);

  const kept = readHash(location.hash);
  root = nodeAt(tree, kept.zoom ?? []);
  show();
  if (kept.search !== undefined) {
    search(kept.search);
  }
  document.documentElement.setAttribute('data-ready', 'true');
}

async function main(): Promise<void> {
  const payload = byId('duronb-payload')?.textContent;
  const frames = byId('frames');
  if (payload === undefined || frames === null) {
    return;
  }
  const checked = checkPayload(parsedPayload(payload));
  start(await decodePayload(checked), frames, FLAMEGRAPH_STATE.complete(checked.state).stage);
}

main().catch((error: unknown) => {
  setText('details', error instanceof Error ? error.message : String(error));
});
