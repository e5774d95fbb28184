/** The way from the root to the zoomed frame. */

import { label, shorterNames } from '../draw/names';
import { nameOf, rootOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { element } from './dom';

/** Frames at each end of a long way that are named. */
const FIRST = 1;
const LAST = 4;
const CHARACTERS = 34;

export class Crumbs {
  readonly element = element('nav', 'duronb-crumbs', { 'aria-label': 'Zoom' });

  constructor(private readonly zoom: (node: number) => void) {}

  show(tree: Tree, node: number): void {
    const way: number[] = [];
    const top = rootOf(tree, node);
    for (let i = node; i > top; i = tree.parent[i]) {
      way.push(i);
    }
    way.push(0);
    way.reverse();
    const parts: HTMLElement[] = [];
    way.forEach((at, i) => {
      const hidden = way.length > FIRST + LAST + 1 && i >= FIRST && i < way.length - LAST;
      if (hidden) {
        if (i === FIRST) {
          parts.push(element('span', 'duronb-gap', { title: `${way.length - FIRST - LAST} frames` }, '…'));
        }
        return;
      }
      const steps = shorterNames(nameOf(tree, at));
      const crumb = element(
        'button',
        'duronb-crumb',
        { type: 'button', title: steps[0] },
        label(steps, CHARACTERS)
      );
      if (at === node) {
        crumb.setAttribute('aria-current', 'true');
      }
      crumb.addEventListener('click', () => {
        this.zoom(at);
      });
      parts.push(crumb);
    });
    this.element.replaceChildren(...parts);
  }
}
