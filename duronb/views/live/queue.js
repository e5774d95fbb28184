// Draws a model as soon as the loader is there: `entry` has the id of its place and Bokeh's JSON item.
function queueModel(entry) {
  (window.duronbQueue = window.duronbQueue || []).push(entry);
  if (window.duronbDraw) window.duronbDraw();
}
