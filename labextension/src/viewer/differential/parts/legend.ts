/** The legend of a difference: colours, scale and baseline. */

import { Mode as Theme } from '../../draw/colors';
import { printable } from '../../draw/names';
import { element } from '../../elements/dom';
import { FULL_FACTOR, STEPS, differenceColor, largest, movedColor } from '../model/style';
import { Differential } from '../model/profile';
import { DifferentialState } from '../model/state';
import { UNIT_LONG, differenceText } from '../model/wording';

/** Return the legend of the difference. */
export function differenceLegend(
  profile: Differential,
  { mode, intensity, palette }: DifferentialState,
  theme: Theme
): HTMLElement[] {
  const { unit, tests, level, changes } = profile;
  const most = largest(profile, mode);
  const relative = intensity === 'relative';
  const end = (sign: 1 | -1): string =>
    relative
      ? sign > 0
        ? `×${FULL_FACTOR} or more`
        : `×${1 / FULL_FACTOR} or less`
      : differenceText(sign * most, unit);
  const scale = relative
    ? `Strength of the colour: logarithm of the factor between the sides, in equal steps up to factor ${FULL_FACTOR}`
    : `Strength of the colour: square root of the difference in ${UNIT_LONG[unit]}, in equal steps`;
  const what = mode === 'self' ? 'self ' : '';
  const baseline = printable(profile.before.title);
  const chips = (sign: 1 | -1): HTMLElement[] => {
    const steps = Array.from({ length: STEPS }, (_, i) => i + 1);
    return (sign < 0 ? steps.reverse() : steps).map(step =>
      chip(differenceColor(theme, palette, sign * step))
    );
  };
  const grey = chip(differenceColor(theme, palette, 0));
  const { tested } = tests[mode];
  const limit = level > 0 ? ` (q above ${level})` : '';
  const greyText = tested ? 'not significant' : 'equal';
  const follows = changes === null ? '' : ', or it follows from a change that is coloured';
  const greyTitle = tested
    ? `No significant difference${limit}, or not tested${follows}`
    : 'Equal on both sides';
  const items = [
    element(
      'li',
      '',
      { title: `Less ${what}after than before (${baseline}). ${scale}` },
      `${what}cheaper `,
      small(end(-1)),
      ...chips(-1)
    ),
    element('li', '', { title: greyTitle }, grey, greyText),
    element(
      'li',
      '',
      { title: `More ${what}after than before (${baseline}). ${scale}` },
      ...chips(1),
      small(end(1)),
      `${what}dearer`
    ),
    element('li', '', { title: 'The frame is on one side only' }, hatchedChip(), 'appeared or vanished'),
    ...(changes === null ? [] : [movedItem(theme)]),
    element('li', '', { title: `The baseline is before: ${baseline}` }, 'baseline: before')
  ];
  if (!tested) {
    items.push(element('li', 'duronb-untested', {}, 'not tested: differences may be due to chance'));
  }
  return items;
}

function chip(color: string): HTMLElement {
  const made = element('span', 'duronb-chip', { 'aria-hidden': 'true' });
  made.style.background = color;
  return made;
}

function hatchedChip(): HTMLElement {
  return element('span', 'duronb-chip duronb-hatched', { 'aria-hidden': 'true' });
}

function movedItem(theme: Theme): HTMLElement {
  const mark = hatchedChip();
  mark.style.backgroundColor = movedColor(theme);
  const title = 'Cost that is in another frame now, or in its caller: the sum is the same within noise';
  return element('li', '', { title }, mark, 'moved or inlined, not slower');
}

function small(text: string): HTMLElement {
  return element('small', '', {}, text);
}
