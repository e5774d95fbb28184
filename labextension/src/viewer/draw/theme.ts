/** The theme of the surroundings of a view, and its changes. */

import { Mode } from './colors';

export type ThemeName = 'auto' | 'light' | 'dark';

/** Colours of frames, and colours of controls. */
export interface Theme {
  mode: Mode;
  /** The application whose colours the controls of the view have. */
  host: 'lab' | 'vscode' | 'page';
}

/** Return the theme of the surroundings of an element, or the wanted one if it is not `auto`. */
export function themeOf(element: Element, wanted: ThemeName = 'auto'): Theme {
  if (wanted !== 'auto') {
    return { mode: wanted === 'dark' ? dark(moreContrast()) : light(moreContrast()), host: 'page' };
  }
  const { body, documentElement } = document;
  const lab = body.getAttribute('data-jp-theme-light');
  if (lab !== null) {
    const name = body.getAttribute('data-jp-theme-name') ?? '';
    const contrast = moreContrast() || /high contrast/i.test(name);
    return { mode: lab === 'false' ? dark(contrast) : light(contrast), host: 'lab' };
  }
  const code = body.getAttribute('data-vscode-theme-kind') ?? body.className;
  const kind = /vscode-(light|dark|high-contrast-light|high-contrast)/.exec(code)?.[1];
  if (kind !== undefined) {
    const contrast = moreContrast() || kind.startsWith('high');
    return { mode: /light/.test(kind) ? light(contrast) : dark(contrast), host: 'vscode' };
  }
  const named = documentElement.getAttribute('theme') ?? documentElement.getAttribute('data-theme');
  const isDark = named === 'dark' || (named !== 'light' && onDark(element));
  return { mode: isDark ? dark(moreContrast()) : light(moreContrast()), host: 'page' };
}

/** Call back when the theme of the surroundings may have changed. Returns a function that ends this. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributes = ['class', 'style', 'theme', 'data-theme', 'data-jp-theme-light', 'data-jp-theme-name'];
  const options = { attributes: true, attributeFilter: [...attributes, 'data-vscode-theme-kind'] };
  observer.observe(document.body, options);
  observer.observe(document.documentElement, options);
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map(q => matchMedia(q));
  for (const query of queries) {
    query.addEventListener('change', changed);
  }
  return () => {
    observer.disconnect();
    for (const query of queries) {
      query.removeEventListener('change', changed);
    }
  };
}

const light = (contrast: boolean): Mode => (contrast ? 'contrast-light' : 'light');
const dark = (contrast: boolean): Mode => (contrast ? 'contrast-dark' : 'dark');

function moreContrast(): boolean {
  return matchMedia('(prefers-contrast: more)').matches;
}

/**
 * Return whether the background of an element is dark. The preference of the system counts only if the page declares
 * that it follows it. Other pages are white, whatever the system prefers.
 */
function onDark(element: Element): boolean {
  let at: Element | null = element;
  while (at !== null) {
    const rgba =
      getComputedStyle(at)
        .backgroundColor.match(/[\d.]+/g)
        ?.map(Number) ?? [];
    if (rgba.length >= 3 && (rgba[3] ?? 1) > 0.5) {
      return 0.299 * rgba[0] + 0.587 * rgba[1] + 0.114 * rgba[2] < 128;
    }
    const root: Node = at.getRootNode();
    at = at.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  if (!scheme.includes('dark')) {
    return false;
  }
  return !scheme.includes('light') || matchMedia('(prefers-color-scheme: dark)').matches;
}
