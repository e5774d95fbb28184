import { describe, expect, it } from 'vitest';

import { FlamegraphView } from '../../viewer';
import { FLAMEGRAPH_STATE, ViewState } from '../../viewer/payload/state';
import { Link, stateOf } from './link';
import { LiveModel, announce, whenLive } from './live_models';

/** A model like those of Backbone: all values of a change are set before its events are sent. */
class Model implements LiveModel {
  values: Record<string, unknown> = { ...FLAMEGRAPH_STATE.initial, zoom_path: [] };
  saves = 0;
  private readonly callbacks: [string, () => void][] = [];

  get = (name: string): unknown => this.values[name];
  set = (name: string, value: unknown): void => {
    this.receive({ [name]: value });
  };
  save_changes = (): void => {
    this.saves++;
  };
  on = (name: string, callback: () => void): void => {
    this.callbacks.push([name, callback]);
  };
  off = (name: string, callback: () => void): void => {
    const at = this.callbacks.findIndex(each => each[0] === name && each[1] === callback);
    this.callbacks.splice(at, at < 0 ? 0 : 1);
  };
  receive(values: Record<string, unknown>): void {
    this.values = { ...this.values, ...values };
    for (const name of Object.keys(values)) {
      for (const [event, callback] of [...this.callbacks]) {
        if (event === `change:${name}`) {
          callback();
        }
      }
    }
  }
}

/** A view that cuts paths to two frames. */
class View {
  now: ViewState = { ...FLAMEGRAPH_STATE.initial };
  updates = 0;
  onState: () => void = () => undefined;
  ready = Promise.resolve();

  state = (): ViewState & { samples: number } => ({ ...this.now, samples: 7 });
  update = (change: Partial<ViewState>): void => {
    this.updates++;
    this.now = { ...this.now, ...change };
    this.now.zoom = this.now.zoom.slice(0, 2);
    this.onState();
  };
}

function linked(): { view: View; model: Model; link: Link } {
  const view = new View();
  const model = new Model();
  const link = new Link(view as unknown as FlamegraphView, model);
  view.onState = link.updateModel;
  return { view, model, link };
}

describe('a linked view', () => {
  it('updates the model once for a change by the user', () => {
    const { view, model } = linked();
    view.update({ search: 'vfs', zoom: ['a'], selected: ['a'] });
    expect(stateOf(model)).toEqual({
      ...FLAMEGRAPH_STATE.initial,
      search: 'vfs',
      zoom: ['a'],
      selected: ['a']
    });
    expect(model.values.zoom_path).toEqual(['a']);
    expect([view.updates, model.saves]).toEqual([1, 1]);
  });

  it('is updated once for a change of the model, and does not change the model', () => {
    const { view, model } = linked();
    model.receive({ search: 'vfs', icicle: true });
    expect(view.now).toEqual({ ...FLAMEGRAPH_STATE.initial, search: 'vfs', icicle: true });
    expect([view.updates, model.saves]).toEqual([1, 0]);
  });

  it('updates the model if it cannot show the state of the model', () => {
    const { view, model } = linked();
    model.receive({ zoom_path: ['a', 'b', 'c'] });
    expect(model.values.zoom_path).toEqual(['a', 'b']);
    expect([view.updates, model.saves]).toEqual([1, 1]);
  });

  it('begins with the state of the model', () => {
    const model = new Model();
    model.values.search = 'vfs';
    const view = new View();
    new Link(view as unknown as FlamegraphView, model);
    expect([view.now.search, model.saves]).toEqual(['vfs', 0]);
  });

  it('can share a model with another view', () => {
    const { view, model } = linked();
    const other = new View();
    const link = new Link(other as unknown as FlamegraphView, model);
    other.onState = link.updateModel;
    other.update({ search: 'x' });
    expect([view.now.search, view.updates, other.updates, model.saves]).toEqual(['x', 1, 1, 1]);
  });

  it('is independent of the model after the link is disposed', () => {
    const { view, model, link } = linked();
    link.dispose();
    model.receive({ search: 'vfs' });
    view.update({ icicle: true });
    expect([view.now.search, model.values.icicle, model.saves]).toEqual(['', false, 0]);
  });
});

describe('a live model', () => {
  it('is reported to listeners from before and after it is announced, until it is retracted', () => {
    const seen: (LiveModel | null)[] = [];
    const leave = whenLive('one', found => seen.push(found));
    const model = new Model();
    const retract = announce('one', model);
    announce('two', new Model());
    whenLive('one', found => seen.push(found))();
    retract();
    leave();
    announce('one', model);
    expect(seen).toEqual([null, model, model, null]);
  });

  it('is not retracted by an older model of the same name', () => {
    const model = new Model();
    const older = announce('three', new Model());
    announce('three', model);
    older();
    whenLive('three', found => {
      expect(found).toBe(model);
    })();
  });
});
