/** The JupyterLab shell. It draws outputs of the payload's MIME type, also in notebooks that are not trusted. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import {
  Drawn,
  FlamegraphView,
  MIME_TYPE,
  ViewOptions,
  drawFlamegraph,
  embeddedScript,
  stateKind
} from '../../viewer';
import packed from '../../shells/page/script';
import { Link } from '../../shells/widget/link';
import { whenLive } from '../../shells/widget/live_models';
import { KeptState, samePicture, storedState } from './saved_state';

/** A lower rank than text/html (50) and widgets (-10), so that outputs are drawn the same with and without a kernel. */
const RANK = -20;

/** The renderer of an output. */
export class FlamegraphRenderer extends Widget implements IRenderMime.IRenderer {
  private source: unknown = null;
  private view: Drawn | null = null;
  private link: Link | null = null;
  private unwatch: (() => void) | null = null;
  private readonly kept = new KeptState();

  constructor() {
    super();
    this.addClass('jp-duronb-Flamegraph');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const source: unknown = model.data[MIME_TYPE];
    if (this.view !== null && samePicture(source, this.source)) {
      // JupyterLab renders an output again after its state is stored, by this view or by another view of the output.
      if (this.kept.read(model, source)) {
        this.view.update({ ...stateKind(source).initial, ...storedState(source) });
      }
      return;
    }
    this.clear();
    this.source = source;
    this.kept.read(model, source);
    const view = drawFlamegraph(this.node, source, {
      ...requestedOptions(source),
      showRun: true,
      host: embeddedScript(packed),
      onState: state => {
        this.link?.updateModel();
        this.kept.store(state);
      }
    });
    this.view = view;
    // The view shows an error of the payload. It is not an error of JupyterLab.
    await view.ready.catch(() => undefined);
    const live = (source as { live?: unknown } | undefined)?.live;
    if (this.view === view && view instanceof FlamegraphView && typeof live === 'string') {
      this.unwatch = whenLive(live, found => {
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
    this.unwatch?.();
    this.link?.dispose();
    this.kept.forget();
    this.view?.dispose();
    this.unwatch = this.link = this.view = null;
  }
}

/** Return the theme and the height that were requested in Python. */
function requestedOptions(source: unknown): Pick<ViewOptions, 'theme' | 'height'> {
  const { theme, height } = { ...(source as { theme?: unknown; height?: unknown } | undefined) };
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    height: typeof height === 'number' && height > 0 ? height : null
  };
}

export const rendererFactory: IRenderMime.IRendererFactory = {
  // A payload is shown as text and on a canvas. Nothing in it is executed or interpreted as markup.
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
