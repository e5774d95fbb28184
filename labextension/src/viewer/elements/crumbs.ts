/** The path from the root to the zoomed frame, as buttons. */

import { label, shorterNames } from '../draw/names';
import { nameOf, rootOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { element } from './dom';

/** Number of frames that are shown at the beginning of a long path, and at its end. */
const FIRST = 1;
const LAST = 4;
/** Longest label, in characters. */
const CHARACTERS = 34;

/** The buttons. `zoom` is called with the node of the button that was clicked. */
export class Crumbs {
  readonly element = element('nav', 'duronb-crumbs', { 'aria-label': 'Zoom' });

  constructor(private readonly zoom: (node: number) => void) {}

  show(tree: Tree, node: number): void {
    const path: number[] = [];
    const top = rootOf(tree, node);
    for (let i = node; i > top; i = tree.parent[i]) {
      path.push(i);
    }
    path.push(0);
    path.reverse();
    const parts: HTMLElement[] = [];
    path.forEach((at, i) => {
      const hidden = path.length > FIRST + LAST + 1 && i >= FIRST && i < path.length - LAST;
      if (hidden) {
        if (i === FIRST) {
          parts.push(element('span', 'duronb-gap', { title: `${path.length - FIRST - LAST} frames` }, '…'));
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
