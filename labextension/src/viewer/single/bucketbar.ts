/** Where the time goes: a bar of the bottleneck buckets, and a button for each that highlights its frames. */

import { Mode, hueOfBucket, shadeColor } from '../draw/colors';
import { printable } from '../draw/names';
import { Buckets } from '../payload/profile';
import { element } from '../view/dom';
import { cpuTime, integer, share } from '../draw/format';

export interface BucketBarContent {
  buckets: Buckets;
  /** Samples per bucket, and the highlighted one or -1. */
  sums: Float64Array;
  chosen: number;
  mode: Mode;
  frequencyHz: number;
  /** The samples are those of the zoomed frame. */
  inPart: boolean;
}

/** Places of the buckets to show, most samples first; what nobody claims is always among them. */
export function ranked(sums: ArrayLike<number>): number[] {
  const last = sums.length - 1;
  return Array.from(sums, (_, b) => b)
    .filter(b => sums[b] > 0 || b === last)
    .sort((a, b) => sums[b] - sums[a] || a - b);
}

export class BucketBar {
  readonly element = element('div', 'duronb-buckets', {
    role: 'group',
    'aria-label': 'Bottlenecks',
    hidden: ''
  });
  private readonly bar = element('div', 'duronb-bucket-bar', { 'aria-hidden': 'true' });
  private readonly list = element('div', 'duronb-bucket-list');
  private buttons = new Map<number, HTMLButtonElement>();

  /** `choose` gets the id of a bucket, or nothing where none is to be highlighted. */
  constructor(private readonly choose: (bucket: string) => void) {
    this.element.append(this.bar, this.list);
  }

  show(content: BucketBarContent): void {
    const { buckets, sums, chosen, mode, frequencyHz, inPart } = content;
    const order = ranked(sums);
    const whole = sums.reduce((sum, samples) => sum + samples, 0);
    // A button that is made anew would lose the focus.
    const focused = [...this.buttons].find(([, made]) => made.matches(':focus'));
    this.buttons = new Map();
    const parts: HTMLElement[] = [];
    for (const b of order) {
      const color = shadeColor(mode, hueOfBucket(b, buckets.ids.length), 1);
      const title = printable(buckets.titles[b]);
      const part = share(sums[b], whole);
      const time = cpuTime(sums[b], frequencyHz);
      const where = inPart ? ' of view' : '';
      const tip = `${title}: ${part}${where}, ${integer(sums[b])} samples${time === '' ? '' : `, ${time}`}`;
      const toggle = (): void => {
        this.choose(b === chosen ? '' : buckets.ids[b]);
      };
      const swatch = element('span', 'duronb-chip', { 'aria-hidden': 'true' });
      swatch.style.background = color;
      const button = element(
        'button',
        'duronb-bucket',
        { type: 'button', title: tip, 'aria-label': tip, 'aria-pressed': String(b === chosen) },
        swatch,
        title,
        element('small', '', {}, part)
      );
      button.dataset.bucket = buckets.ids[b];
      button.addEventListener('click', toggle);
      this.buttons.set(b, button);
      if (sums[b] > 0) {
        const piece = element('div', 'duronb-bucket-part', { title: tip });
        piece.style.flexGrow = String(sums[b] / whole);
        piece.style.background = color;
        piece.toggleAttribute('data-dimmed', chosen >= 0 && b !== chosen);
        piece.addEventListener('click', toggle);
        parts.push(piece);
      }
    }
    this.bar.replaceChildren(...parts);
    this.list.replaceChildren(...this.buttons.values());
    this.element.hidden = whole === 0;
    if (focused !== undefined) {
      this.buttons.get(focused[0])?.focus();
    }
  }
}
