/** The Bokeh model `duronb.Flamegraph`, which connects its properties with a view. */

import { Drawn, FLAMEGRAPH_STATE, ThemeName, ViewState, drawFlamegraph, embeddedScript } from '../../viewer';
import packed from '../page/script';
import { DEFAULTS } from './defaults';
import { LayoutDOM, LayoutDOMView, PluginModule } from './bokehjs';

/** Module of the model in documents. These names must not change since documents are stored in notebooks. */
const MODULE = 'duronb';
/** Module of the model in documents of duronb 0.1.0. */
const MODULE_BEFORE = 'duronb.views.flamegraph';
const NAME = 'Flamegraph';

/** Fields of the state, which are properties of the model. */
const KEYS = Object.keys(FLAMEGRAPH_STATE.initial) as (keyof ViewState)[];

/** The plugin module. BokehJS runs it after its base classes have been defined. */
export const plugin: PluginModule = require => {
  const layouts = require('models/layouts/layout_dom') as {
    LayoutDOM: typeof LayoutDOM;
    LayoutDOMView: typeof LayoutDOMView;
  };
  const { register_models: register } = require('base') as {
    register_models: (models: Record<string, unknown>, force?: boolean) => void;
  };

  class Shell extends layouts.LayoutDOMView {
    static __name__ = `${NAME}View`;
    private container: HTMLDivElement | null = null;
    private view: Drawn | null = null;
    private following = false;

    /** Return the models inside of this one, which has no children. */
    override get child_models(): [] {
      return [];
    }

    override connect_signals(): void {
      super.connect_signals();
      const { payload, theme, height } = this.model.properties;
      this.connect(payload.change, () => {
        this.dispose();
        this.mount();
      });
      for (const key of KEYS) {
        this.connect(this.model.properties[key].change, () => {
          this.updateView();
        });
      }
      this.connect(theme.change, () => {
        this.view?.setTheme(this.model.theme as ThemeName);
      });
      this.connect(height.change, () => {
        this.view?.setHeight(this.model.height);
      });
    }

    override render(): void {
      // BokehJS empties the shadow root each time, so the existing view is moved into it again.
      super.render();
      if (this.container === null) {
        this.mount();
      } else {
        this.shadow_el.append(this.container);
      }
    }

    override remove(): void {
      this.dispose();
      super.remove();
    }

    private mount(): void {
      this.container = document.createElement('div');
      this.container.style.width = '100%';
      this.shadow_el.append(this.container);
      this.view = drawFlamegraph(this.container, this.model.payload, {
        theme: this.model.theme as ThemeName,
        height: this.model.height,
        host: embeddedScript(packed),
        state: this.state(),
        onState: state => {
          // The model has only the fields of a flamegraph. A differential view has further ones.
          const shown = FLAMEGRAPH_STATE.part(state);
          if (!this.following && !FLAMEGRAPH_STATE.same(shown, this.state())) {
            this.model.setv({ ...shown });
          }
        }
      });
    }

    private dispose(): void {
      this.view?.dispose();
      this.container?.remove();
      this.view = null;
      this.container = null;
    }

    private state(): ViewState {
      return FLAMEGRAPH_STATE.complete(this.model);
    }

    /** Update the view from the properties. */
    private updateView(): void {
      if (this.view === null) {
        return;
      }
      this.following = true;
      this.view.update(this.state());
      this.following = false;
    }
  }

  for (const module of [MODULE, MODULE_BEFORE]) {
    class Flamegraph extends layouts.LayoutDOM {
      static __module__ = module;
      static __name__ = NAME;
    }
    (Flamegraph.prototype as { default_view?: unknown }).default_view = Shell;
    // Python has checked the values, and all 3.x versions of BokehJS have `Any`.
    Flamegraph.define(({ Any }) => ({
      payload: [Any, ''],
      theme: [Any, 'auto'],
      ...Object.fromEntries(
        KEYS.map(key => [key, [Any, FLAMEGRAPH_STATE.initial[key]]] as [string, [unknown, unknown]])
      )
    }));
    Flamegraph.override(DEFAULTS);

    // A bundle in a later output of a notebook replaces the model of an earlier bundle.
    register({ Flamegraph }, true);
  }
};
