/** The tooltip of the frame under the pointer. */

import { element } from './dom';

/** The content of the tooltip. */
export interface Facts {
  name: string;
  module: string;
  kind: string;
  /** Title of the frame's bottleneck bucket; empty without buckets. */
  bucket?: string;
  rows: [string, string][];
}

/** Distance to the pointer, in pixels. */
const DISTANCE = 14;

export class Tooltip {
  readonly element = element('div', 'duronb-tooltip', { role: 'tooltip', hidden: '' });

  /** Show facts beside the pointer and within the view. */
  show(facts: Facts, event: MouseEvent, view: HTMLElement): void {
    const list = element('dl', '');
    for (const [key, value] of facts.rows) {
      list.append(element('dt', '', {}, key), element('dd', '', {}, value));
    }
    this.element.replaceChildren(element('div', 'duronb-tooltip-name', {}, facts.name));
    const origin = [facts.kind, facts.module, facts.bucket ?? ''].filter(part => part !== '').join(' · ');
    if (origin !== '') {
      this.element.append(element('div', 'duronb-tooltip-origin', {}, origin));
    }
    this.element.append(list);
    this.element.hidden = false;

    const box = view.getBoundingClientRect();
    const scale = box.width > 0 ? view.offsetWidth / box.width : 1;
    const x = (event.clientX - box.left) * scale;
    const y = (event.clientY - box.top) * scale;
    const { offsetWidth, offsetHeight } = this.element;
    const right = x + DISTANCE;
    const fitsRight = right + offsetWidth <= view.offsetWidth;
    const left = fitsRight ? right : Math.max(0, x - DISTANCE - offsetWidth);
    const below = y + DISTANCE;
    // The view may end below the edge of the window.
    const bottom = Math.min(view.offsetHeight, (window.innerHeight - box.top) * scale);
    const fitsBelow = below + offsetHeight <= bottom;
    const top = fitsBelow ? below : Math.max(0, y - DISTANCE - offsetHeight);
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
