/** Keeps a view and a kernel's model at the same state. */

import { FLAMEGRAPH_STATE, FlamegraphView, ViewState } from '../../viewer';
import { LiveModel } from './live_models';

const KEYS = Object.keys(FLAMEGRAPH_STATE.initial) as (keyof ViewState)[];

/** In Python `zoom` is a method. */
function traitOf(key: keyof ViewState): string {
  return key === 'zoom' ? 'zoom_path' : key;
}

/** The state that a model has. */
export function stateOf(model: LiveModel): ViewState {
  return FLAMEGRAPH_STATE.whole(Object.fromEntries(KEYS.map(key => [key, model.get(traitOf(key))])));
}

export class Link {
  private disposed = false;
  private following = false;

  constructor(
    private readonly view: FlamegraphView,
    private readonly model: LiveModel
  ) {
    for (const key of KEYS) {
      model.on(`change:${traitOf(key)}`, this.follow);
    }
    this.follow();
    // A zoom to frames that are not there ends above them: known when the payload is unpacked.
    view.ready.then(this.tell, () => undefined);
  }

  /** Give the model what the view shows. */
  readonly tell = (): void => {
    if (this.disposed || this.following) {
      return;
    }
    const shown = FLAMEGRAPH_STATE.whole(this.view.state());
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
      this.model.off(`change:${traitOf(key)}`, this.follow);
    }
  }

  /** Move the view to where the model is. */
  private readonly follow = (): void => {
    const wanted = stateOf(this.model);
    if (this.following || this.disposed || FLAMEGRAPH_STATE.same(wanted, this.view.state())) {
      return;
    }
    this.following = true;
    this.view.update(wanted);
    this.following = false;
    this.tell();
  };
}
