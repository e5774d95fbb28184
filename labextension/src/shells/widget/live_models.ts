/** The models of running kernels on this page. The widget announces them, and outputs are linked with them by name. */

/** The interface of a model in anywidget. Its traits are defined in `duronb/views/live/widget.py`. */
export interface LiveModel {
  get: (name: string) => unknown;
  set: (name: string, value: unknown) => void;
  save_changes: () => void;
  on: (name: string, callback: () => void) => void;
  off: (name: string, callback: () => void) => void;
}

interface Registry {
  models: Map<string, LiveModel>;
  /** Sends an event with the name of a model that was announced or retracted. */
  changes: EventTarget;
}

/** Name of the global registry. It is global since the widget and JupyterLab's extension are two bundles. */
const KEY = 'duronbLive';

function registry(): Registry {
  const root = globalThis as unknown as Record<string, Registry | undefined>;
  return (root[KEY] ??= { models: new Map(), changes: new EventTarget() });
}

/** Announce a model under a name. Returns a function that retracts it. */
export function announce(name: string, model: LiveModel): () => void {
  const { models, changes } = registry();
  models.set(name, model);
  changes.dispatchEvent(new Event(name));
  return () => {
    if (models.get(name) === model) {
      models.delete(name);
      changes.dispatchEvent(new Event(name));
    }
  };
}

/**
 * Call back with the model of a name, or `null`: at once, and whenever it is announced or retracted. Returns a function
 * that ends this.
 */
export function whenLive(name: string, callback: (model: LiveModel | null) => void): () => void {
  const { models, changes } = registry();
  const notify = (): void => {
    callback(models.get(name) ?? null);
  };
  changes.addEventListener(name, notify);
  notify();
  return () => {
    changes.removeEventListener(name, notify);
  };
}
