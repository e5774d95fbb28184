// Draws a model as soon as the loader is present. `entry` contains the id of its element and Bokeh's JSON item.
function queueModel(entry) {
  (window.duronbQueue = window.duronbQueue || []).push(entry);
  if (window.duronbDraw) window.duronbDraw();
}
