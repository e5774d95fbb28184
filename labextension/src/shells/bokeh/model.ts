/** The Bokeh model `duronb.Flamegraph`: properties on one side, the viewer on the other. */

import { Drawn, FLAMEGRAPH_STATE, ThemeName, ViewState, drawFlamegraph, embedded } from '../../viewer';
import packed from '../page/script';
import { LayoutDOM, LayoutDOMView, PluginModule } from './bokehjs';

/** Where a document says that the model is; documents are kept in notebooks, so these names stay as they are. */
const MODULE = 'duronb';
/** What documents of duronb 0.1.0 say. */
const MODULE_BEFORE = 'duronb.views.flamegraph';
const NAME = 'Flamegraph';

/** State that the model has as properties. */
const KEYS = Object.keys(FLAMEGRAPH_STATE.initial) as (keyof ViewState)[];

/** The plugin module that BokehJS runs: its base classes exist only then. */
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

    /** Models laid out inside of this one: there are none. */
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
          this.follow();
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
      // BokehJS empties the shadow root each time; the drawn view moves on to the new one.
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
        host: embedded(packed),
        state: this.state(),
        onState: state => {
          // The model has the properties of a flamegraph; a difference keeps more in its own view.
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
      return FLAMEGRAPH_STATE.whole(this.model);
    }

    /** Move the view to where the properties say. */
    private follow(): void {
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
    // Python has checked the values; `Any` is spelled the same in every 3.x.
    Flamegraph.define(({ Any }) => ({
      payload: [Any, ''],
      theme: [Any, 'auto'],
      ...Object.fromEntries(
        KEYS.map(key => [key, [Any, FLAMEGRAPH_STATE.initial[key]]] as [string, [unknown, unknown]])
      )
    }));
    Flamegraph.override({ sizing_mode: 'stretch_width' });

    // A newer bundle in a later output of the same notebook takes over from an older one.
    register({ Flamegraph }, true);
  }
};
