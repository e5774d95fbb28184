/** The style sheet of a view. In the view's shadow root it affects nothing else. */

import graph from './graph.css';
import legend from './legend.css';
import popup from './popup.css';
import run from './run.css';
import selection from './selection.css';
import surroundings from './surroundings.css';
import table from './table.css';
import toolbar from './toolbar.css';
import tooltip from './tooltip.css';
import view from './view.css';

/** All parts. A later part may replace rules of an earlier one. */
export const STYLES = [
  view,
  toolbar,
  popup,
  selection,
  graph,
  legend,
  tooltip,
  table,
  run,
  surroundings
].join('');
