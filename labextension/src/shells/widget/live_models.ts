/** The models of living kernels on this page: the widget announces them, an output that knows its model follows it. */

/** What anywidget gives of a model; its traits are Python's, see `duronb/views/live/widget.py`. */
export interface LiveModel {
  get: (name: string) => unknown;
  set: (name: string, value: unknown) => void;
  save_changes: () => void;
  on: (name: string, callback: () => void) => void;
  off: (name: string, callback: () => void) => void;
}

interface Registry {
  models: Map<string, LiveModel>;
  /** Says the name of a model that came or went. */
  changes: EventTarget;
}

/** The widget's script and JupyterLab's extension are two bundles: they meet here. */
const KEY = 'duronbLive';

function registry(): Registry {
  const root = globalThis as unknown as Record<string, Registry | undefined>;
  return (root[KEY] ??= { models: new Map(), changes: new EventTarget() });
}

/** Make a model known until the returned function is called. */
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

/** Call with the model of a name now, and whenever it comes or goes, until the returned function is called. */
export function whenLive(name: string, callback: (model: LiveModel | null) => void): () => void {
  const { models, changes } = registry();
  const tell = (): void => {
    callback(models.get(name) ?? null);
  };
  changes.addEventListener(name, tell);
  tell();
  return () => {
    changes.removeEventListener(name, tell);
  };
}
