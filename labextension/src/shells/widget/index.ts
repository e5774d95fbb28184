/** The notebook widget. It draws where widgets are rendered; in JupyterLab it only announces its model. */

import { FlamegraphView, ThemeName, embeddedScript } from '../../viewer';
import packed from '../page/script';
import { Link, stateOf } from './link';
import { LiveModel, announce } from './live_models';

function initialize({ model }: { model: LiveModel }): () => void {
  return announce(String(model.get('_live')), model);
}

function render({ model, el }: { model: LiveModel; el: HTMLElement }): () => void {
  let link: Link | null = null;
  const view = new FlamegraphView(el, model.get('payload'), {
    theme: model.get('theme') as ThemeName,
    height: model.get('height') as number | null,
    showRun: true,
    host: embeddedScript(packed),
    state: stateOf(model),
    onState: () => link?.updateModel()
  });
  link = new Link(view, model);
  return () => {
    link.dispose();
    view.dispose();
  };
}

export default { initialize, render };
