/** Keeps the state of a view and of a kernel's model equal. */

import { FLAMEGRAPH_STATE, FlamegraphView, ViewState } from '../../viewer';
import { LiveModel } from './live_models';

const KEYS = Object.keys(FLAMEGRAPH_STATE.initial) as (keyof ViewState)[];

/** Return the name of a field's trait. It is different for `zoom`, which is a method in Python. */
function traitOf(key: keyof ViewState): string {
  return key === 'zoom' ? 'zoom_path' : key;
}

/** Return the state of a model. */
export function stateOf(model: LiveModel): ViewState {
  return FLAMEGRAPH_STATE.complete(Object.fromEntries(KEYS.map(key => [key, model.get(traitOf(key))])));
}

/** A link, which lasts until it is disposed. */
export class Link {
  private disposed = false;
  private following = false;

  constructor(
    private readonly view: FlamegraphView,
    private readonly model: LiveModel
  ) {
    for (const key of KEYS) {
      model.on(`change:${traitOf(key)}`, this.updateView);
    }
    this.updateView();
    // The view may show another state than the model has. This is known only after the payload is unpacked.
    view.ready.then(this.updateModel, () => undefined);
  }

  /** Update the model from the view. */
  readonly updateModel = (): void => {
    if (this.disposed || this.following) {
      return;
    }
    const shown = FLAMEGRAPH_STATE.complete(this.view.state());
    const before = stateOf(this.model);
    if (FLAMEGRAPH_STATE.same(shown, before)) {
      return;
    }
    this.following = true;
    for (const key of KEYS) {
      if (!FLAMEGRAPH_STATE.same({ ...before, [key]: shown[key] }, before)) {
        this.model.set(traitOf(key), shown[key]);
      }
    }
    this.following = false;
    this.model.save_changes();
  };

  dispose(): void {
    this.disposed = true;
    for (const key of KEYS) {
      this.model.off(`change:${traitOf(key)}`, this.updateView);
    }
  }

  /** Update the view from the model. */
  private readonly updateView = (): void => {
    const wanted = stateOf(this.model);
    if (this.following || this.disposed || FLAMEGRAPH_STATE.same(wanted, this.view.state())) {
      return;
    }
    this.following = true;
    this.view.update(wanted);
    this.following = false;
    this.updateModel();
  };
}
