/** Removes the empty space that a scene has on the screen. */

import { ROW, Scene, rowTop } from '../draw/scene';

/** Return the same picture with the height of its rows. */
export function trimmed(scene: Scene): Scene {
  let top = Infinity;
  let bottom = -Infinity;
  for (const pane of scene.panes) {
    const last = pane.shown.rows.length - 2;
    for (const row of last >= pane.first ? [pane.first, last] : []) {
      top = Math.min(top, rowTop(pane, row));
      bottom = Math.max(bottom, rowTop(pane, row) + ROW);
    }
  }
  if (top >= bottom) {
    return scene;
  }
  return {
    ...scene,
    panes: scene.panes.map(pane => ({ ...pane, base: pane.base - top })),
    height: bottom - top
  };
}
