/** Registers the model with every BokehJS on the page, or as soon as BokehJS is loaded. */

import { Bokeh } from './bokehjs';
import { plugin } from './model';

const ENTRY = 'duronb/main';

/** Register with BokehJS, and with all further versions of it on the page. */
function register(bokeh: Bokeh): void {
  const versions = Object.entries(bokeh as unknown as Record<string, unknown>);
  const candidates = [bokeh, ...versions.filter(([key]) => /^\d+\./.test(key)).map(([, one]) => one)];
  const known = new Set<unknown>();
  for (const candidate of candidates) {
    const one = candidate as Partial<Bokeh> | null | undefined;
    if (typeof one !== 'object' || one?.__bokeh__ !== true || known.has(one)) {
      continue;
    }
    known.add(one);
    one.register_plugin?.({ [ENTRY]: plugin }, ENTRY, {});
  }
}

const root = globalThis as { Bokeh?: Bokeh };
const present = root.Bokeh;
if (present?.__bokeh__ === true) {
  register(present);
} else {
  // A setter notices without polling when BokehJS is loaded.
  let value: Bokeh | undefined = present;
  Object.defineProperty(root, 'Bokeh', {
    configurable: true,
    enumerable: true,
    get: () => value,
    set: (bokeh: Bokeh | undefined) => {
      value = bokeh;
      if (bokeh?.__bokeh__ === true) {
        Object.defineProperty(root, 'Bokeh', {
          configurable: true,
          enumerable: true,
          writable: true,
          value: bokeh
        });
        register(bokeh);
      }
    }
  });
}
