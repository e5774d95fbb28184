/** The JupyterLab shell: draws the payload's MIME type, also in notebooks that are not trusted. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import { FlamegraphView, MIME_TYPE } from '../flamegraph';

/** Before text/html (50), so that the same output draws where scripts do not run. */
const RANK = 40;

/** One output with a flamegraph. */
export class FlamegraphRenderer extends Widget implements IRenderMime.IRenderer {
  private view: FlamegraphView | null = null;

  constructor() {
    super();
    this.addClass('jp-duronb-Flamegraph');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.view?.dispose();
    this.view = new FlamegraphView(this.node, model.data[MIME_TYPE], { showRun: true });
    // A payload that cannot be drawn is said in the view; it is no error of JupyterLab's.
    await this.view.ready.catch(() => undefined);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.view?.dispose();
      this.view = null;
      super.dispose();
    }
  }
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
