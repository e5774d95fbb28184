/*
 * Runs in every page before the page's own scripts and says when the page came to rest.
 *
 * A frame counts as changed when since the frame before an input arrived, something was drawn on a canvas, an element was
 * added or removed, or a text or an attribute was set. "painted" is the start of the second animation frame after the last
 * change: by then the main thread has handed over the first. No MutationObserver looks at attributes: it would cost the
 * DOM tools an object for each of their tens of thousands of writes, where a flag costs next to nothing.
 */
(() => {
  if (window.top !== window || window.__bench) {
    return;
  }
  const QUIET = 15;
  let changed = true;
  let drawn = 0;

  const flag = (prototype, names) => {
    for (const name of names) {
      const original = prototype?.[name];
      if (typeof original === 'function') {
        prototype[name] = function (...values) {
          changed = true;
          drawn += 1;
          return original.apply(this, values);
        };
      }
    }
  };
  flag(window.CanvasRenderingContext2D?.prototype, ['fillRect', 'clearRect', 'fill', 'drawImage', 'putImageData', 'fillText']);
  for (const type of ['WebGLRenderingContext', 'WebGL2RenderingContext']) {
    flag(window[type]?.prototype, ['drawArrays', 'drawElements', 'clear']);
  }
  flag(window.ImageBitmapRenderingContext?.prototype, ['transferFromImageBitmap']);
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    changed = true;
    return setAttribute.call(this, name, value);
  };

  const observer = new MutationObserver(() => {
    changed = true;
  });
  const observe = root => observer.observe(root, { childList: true, characterData: true, subtree: true });
  observe(document);
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    observe(root);
    return root;
  };

  let step = null;

  const frame = () => {
    const now = performance.now();
    if (observer.takeRecords().length > 0) {
      changed = true;
    }
    if (step !== null && step.from !== null) {
      if (step.pending) {
        step.painted = now;
        step.pending = false;
      }
      if (changed) {
        step.pending = true;
        step.quiet = 0;
      } else {
        step.quiet += 1;
      }
      if (step.quiet >= QUIET && !step.pending && step.ready()) {
        const { from, painted, resolve } = step;
        step = null;
        resolve({ ms: painted - from, at: painted, drawn });
      }
    }
    changed = false;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.addEventListener('load', () => {
    changed = true;
  });

  const begin = (from, ready) => {
    drawn = 0;
    const result = new Promise(resolve => {
      step = { from, painted: from, pending: true, quiet: 0, ready, resolve };
    });
    return result;
  };

  const loaded = begin(0, () => document.readyState === 'complete' && window.__bench.ready);
  window.__bench = {
    ready: false,
    /* Wait until a viewer has its data, and for rest after that; the clock has run since the navigation began. */
    async waitFor(check) {
      for (;;) {
        let answer = false;
        try {
          answer = check();
        } catch {
          // Not there yet.
        }
        if (await answer) {
          window.__bench.ready = true;
          return loaded;
        }
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    },
    /* Wait for an event, and for rest after it; the clock starts with the event's own time stamp. */
    arm(type) {
      const result = begin(null, () => true);
      const own = step;
      window.addEventListener(
        type,
        event => {
          if (own.from === null) {
            own.from = event.timeStamp;
            changed = true;
          }
        },
        { capture: true, once: true }
      );
      window.__bench.result = result;
    },
    /* Call a function of the page, and wait for rest after it. */
    call(action) {
      const result = begin(performance.now(), () => true);
      changed = true;
      action();
      return result;
    },
    rest() {
      return begin(performance.now(), () => true);
    }
  };
})();
