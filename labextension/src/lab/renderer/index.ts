/** The JupyterLab shell: draws the payload's MIME type, also in notebooks that are not trusted. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import {
  Drawn,
  FlamegraphView,
  MIME_TYPE,
  ViewOptions,
  drawFlamegraph,
  embedded,
  stateKind
} from '../../viewer';
import packed from '../../shells/page/script';
import { Link } from '../../shells/widget/link';
import { whenLive } from '../../shells/widget/live_models';
import { KeptState, samePicture, storedState } from './saved_state';

/** Before text/html (50) and before widgets (-10): the same output draws with and without its kernel. */
const RANK = -20;

/** One output with a flamegraph. */
export class FlamegraphRenderer extends Widget implements IRenderMime.IRenderer {
  private source: unknown = null;
  private view: Drawn | null = null;
  private link: Link | null = null;
  private leave: (() => void) | null = null;
  private readonly kept = new KeptState();

  constructor() {
    super();
    this.addClass('jp-duronb-Flamegraph');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const source: unknown = model.data[MIME_TYPE];
    if (this.view !== null && samePicture(source, this.source)) {
      // The state that is kept comes back here, and so does what another view of the same output has kept.
      if (this.kept.follows(model, source)) {
        this.view.update({ ...stateKind(source).initial, ...storedState(source) });
      }
      return;
    }
    this.clear();
    this.source = source;
    this.kept.follows(model, source);
    const view = drawFlamegraph(this.node, source, {
      ...wishes(source),
      showRun: true,
      host: embedded(packed),
      onState: state => {
        this.link?.tell();
        this.kept.keep(state);
      }
    });
    this.view = view;
    // A payload that cannot be drawn is said in the view; it is no error of JupyterLab's.
    await view.ready.catch(() => undefined);
    const live = (source as { live?: unknown } | undefined)?.live;
    if (this.view === view && view instanceof FlamegraphView && typeof live === 'string') {
      this.leave = whenLive(live, found => {
        this.link?.dispose();
        this.link = found === null ? null : new Link(view, found);
      });
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.clear();
      super.dispose();
    }
  }

  private clear(): void {
    this.leave?.();
    this.link?.dispose();
    this.kept.forget();
    this.view?.dispose();
    this.leave = this.link = this.view = null;
  }
}

/** Theme and height that were asked for in Python. */
function wishes(source: unknown): Pick<ViewOptions, 'theme' | 'height'> {
  const { theme, height } = { ...(source as { theme?: unknown; height?: unknown } | undefined) };
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    height: typeof height === 'number' && height > 0 ? height : null
  };
}

export const rendererFactory: IRenderMime.IRendererFactory = {
  // Text, numbers and a canvas: nothing in a payload is executed or interpreted as markup.
  safe: true,
  mimeTypes: [MIME_TYPE],
  defaultRank: RANK,
  createRenderer: () => new FlamegraphRenderer()
};

const extension: IRenderMime.IExtension = {
  id: '@duronb/labextension:flamegraph',
  description: 'Draws duronb flamegraphs in notebook outputs.',
  rendererFactory,
  rank: RANK,
  dataType: 'json'
};

export default extension;
