import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { defineConfig } from 'vitest/config';

const MARK = '\0text:';

/** Imports style sheets as text, as in the bundles. The mark prevents that vite handles them as styles. */
const stylesAsText = {
  name: 'styles-as-text',
  enforce: 'pre',
  resolveId: (id, importer) => (id.endsWith('.css') ? `${MARK}${resolve(dirname(importer), id)}.js` : null),
  load: async id =>
    id.startsWith(MARK)
      ? `export default ${JSON.stringify(await readFile(id.slice(MARK.length, -'.js'.length), 'utf8'))};`
      : null
};

// The time-out is long for machines that are busy with other work.
export default defineConfig({
  plugins: [stylesAsText],
  test: { include: ['src/**/*.spec.ts'], testTimeout: 120_000 }
});
