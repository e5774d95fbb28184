/** Registers the model with every BokehJS on the page, also with those that are loaded later. */

import { Bokeh } from './bokehjs';
import { plugin } from './model';

const ENTRY = 'duronb/main';

const registered = new WeakSet();

/** Register with a BokehJS, and with the other versions that it lists. Another value is ignored. */
function register(value: unknown): void {
  if (!isBokeh(value)) {
    return;
  }
  const versions = Object.entries(value).filter(([key]) => /^\d+\./.test(key));
  for (const bokeh of [value, ...versions.map(([, version]) => version as unknown)]) {
    if (isBokeh(bokeh) && !registered.has(bokeh)) {
      registered.add(bokeh);
      bokeh.register_plugin?.({ [ENTRY]: plugin }, ENTRY, {});
    }
  }
}

function isBokeh(value: unknown): value is Partial<Bokeh> {
  return typeof value === 'object' && (value as Partial<Bokeh> | null)?.__bokeh__ === true;
}

const root = globalThis as { Bokeh?: unknown };
let current = root.Bokeh;
register(current);
// Other libraries replace `Bokeh`, for example Panel when it loads its own BokehJS. A setter notices it without polling.
if (Object.getOwnPropertyDescriptor(root, 'Bokeh')?.configurable !== false) {
  Object.defineProperty(root, 'Bokeh', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (value: unknown) => {
      current = value;
      register(value);
    }
  });
}
