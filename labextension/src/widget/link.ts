/** Keeps a view and a kernel's model at the same state. */

import { FlamegraphView, INITIAL, ViewState, sameState, viewState } from '../flamegraph';
import { LiveModel } from './live';

const KEYS = Object.keys(INITIAL) as (keyof ViewState)[];

/** In Python `zoom` is a method. */
function traitOf(key: keyof ViewState): string {
  return key === 'zoom' ? 'zoom_path' : key;
}

/** The state that a model has. */
export function stateOf(model: LiveModel): ViewState {
  return viewState(Object.fromEntries(KEYS.map(key => [key, model.get(traitOf(key))])));
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
    const shown = viewState(this.view.state());
    const before = stateOf(this.model);
    if (sameState(shown, before)) {
      return;
    }
    this.following = true;
    for (const key of KEYS) {
      if (!sameState({ ...before, [key]: shown[key] }, before)) {
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
    if (this.following || this.disposed || sameState(wanted, this.view.state())) {
      return;
    }
    this.following = true;
    this.view.update(wanted);
    this.following = false;
    this.tell();
  };
}
