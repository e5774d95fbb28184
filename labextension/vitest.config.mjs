import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { defineConfig } from 'vitest/config';

const MARK = '\0text:';

/** A style sheet is imported as text, as in the bundles; the mark keeps vite's own handling of styles away. */
const stylesAsText = {
  name: 'styles-as-text',
  enforce: 'pre',
  resolveId: (id, importer) => (id.endsWith('.css') ? `${MARK}${resolve(dirname(importer), id)}.js` : null),
  load: async id =>
    id.startsWith(MARK)
      ? `export default ${JSON.stringify(await readFile(id.slice(MARK.length, -'.js'.length), 'utf8'))};`
      : null
};

// The time-out is for a machine that does something else at the same time.
export default defineConfig({
  plugins: [stylesAsText],
  test: { include: ['src/**/*.spec.ts'], testTimeout: 120_000 }
});
