// Loads BokehJS and duronb's models if needed, and draws the models in the queue.
//
// version: version of BokehJS; a notebook may contain several.
// addresses: URLs of the scripts of BokehJS; empty if loadBokeh contains them.
// loadBokeh, registerModels: run the source of BokehJS and of the models.
function startDrawing(version, addresses, loadBokeh, registerModels) {
  var root = window;
  var queue = (root.duronbQueue = root.duronbQueue || []);

  function bokeh() {
    var found = root.Bokeh;
    if (!found) return null;
    return found.version === version ? found : found[version] || null;
  }

  function show(entry, host) {
    var place = document.createElement('div');
    var still = Array.from(host.childNodes);
    host.setAttribute('data-duronb-drawn', '');
    root.duronbCount = (root.duronbCount || 0) + 1;
    place.id = entry.id + '-view-' + root.duronbCount;
    host.appendChild(place);
    bokeh()
      .embed.embed_item(entry.item, place.id)
      .then(
        function () {
          still.forEach(function (node) {
            node.remove();
          });
        },
        function (error) {
          place.remove();
          console.error('duronb: the flamegraph is not drawn', error);
        }
      );
  }

  function draw() {
    var waiting = [];
    queue.splice(0).forEach(function (entry) {
      var drawable = '[data-duronb="' + entry.id + '"]:not([data-duronb-drawn])';
      var hosts = bokeh() ? document.querySelectorAll(drawable) : [];
      if (hosts.length) {
        hosts.forEach(function (host) {
          show(entry, host);
        });
      } else if ((entry.tries = (entry.tries || 0) + 1) < 300) {
        waiting.push(entry);
      }
    });
    queue.push.apply(queue, waiting);
    clearTimeout(root.duronbTimer);
    if (queue.length) root.duronbTimer = setTimeout(draw, 100);
  }

  root.duronbDraw = draw;
  if (!bokeh()) {
    addresses.forEach(function (address) {
      var script = document.createElement('script');
      script.src = address;
      script.async = false;
      document.head.appendChild(script);
    });
    loadBokeh.call(root);
  }
  // A later output of the same notebook may contain newer models, which replace the older ones.
  registerModels.call(root);
  draw();
}
