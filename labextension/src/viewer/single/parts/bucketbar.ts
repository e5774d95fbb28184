/** The bar of the bottleneck buckets by samples, and a button for each bucket that highlights its frames. */

import { Mode, hueOfBucket, shadeColor } from '../../draw/colors';
import { printable } from '../../draw/names';
import { Buckets } from '../../payload/profile';
import { element } from '../../elements/dom';
import { cpuTime, integer, share } from '../../draw/format';

/** The content of the bar. */
export interface BucketBarContent {
  buckets: Buckets;
  /** Samples per bucket. */
  sums: Float64Array;
  /** Index of the highlighted bucket, or -1. */
  chosen: number;
  mode: Mode;
  frequencyHz: number;
  /** Whether the sums include only the samples of the zoomed frame. */
  inPart: boolean;
}

/** Return the indices of the buckets to show, most samples first. Unknown work, the last bucket, is always included. */
export function ranked(sums: ArrayLike<number>): number[] {
  const last = sums.length - 1;
  return Array.from(sums, (_, b) => b)
    .filter(b => sums[b] > 0 || b === last)
    .sort((a, b) => sums[b] - sums[a] || a - b);
}

/** The bar and its buttons. */
export class BucketBar {
  readonly element = element('div', 'duronb-buckets', {
    role: 'group',
    'aria-label': 'Bottlenecks',
    hidden: ''
  });
  private readonly bar = element('div', 'duronb-bucket-bar', { 'aria-hidden': 'true' });
  private readonly list = element('div', 'duronb-bucket-list');
  private buttons = new Map<number, HTMLButtonElement>();

  /** `choose` is called with the id of the bucket to highlight, or with an empty text for no bucket. */
  constructor(private readonly choose: (bucket: string) => void) {
    this.element.append(this.bar, this.list);
  }

  show(content: BucketBarContent): void {
    const { buckets, sums, chosen, mode, frequencyHz, inPart } = content;
    const order = ranked(sums);
    const samples = sums.reduce((sum, value) => sum + value, 0);
    // The buttons are replaced, so the focus has to be set again.
    const focused = [...this.buttons].find(([, made]) => made.matches(':focus'));
    this.buttons = new Map();
    const parts: HTMLElement[] = [];
    for (const b of order) {
      const color = shadeColor(mode, hueOfBucket(b, buckets.ids.length), 1);
      const title = printable(buckets.titles[b]);
      const part = share(sums[b], samples);
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
        piece.style.flexGrow = String(sums[b] / samples);
        piece.style.background = color;
        piece.toggleAttribute('data-dimmed', chosen >= 0 && b !== chosen);
        piece.addEventListener('click', toggle);
        parts.push(piece);
      }
    }
    this.bar.replaceChildren(...parts);
    this.list.replaceChildren(...this.buttons.values());
    this.element.hidden = samples === 0;
    if (focused !== undefined) {
      this.buttons.get(focused[0])?.focus();
    }
  }
}
