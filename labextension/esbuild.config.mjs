// Bundles the shells that are not JupyterLab's: each one is a single script that Python puts into its output.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build, context } from 'esbuild';

const outputDirectory = '../duronb/dist';

/** `a[b[0]]>c` is fine JavaScript, but `]]>` ends the CDATA section that the SVG's script is in. */
const cdataSafe = {
  name: 'cdata-safe',
  setup(bundler) {
    bundler.onEnd(async result => {
      if (result.errors.length > 0) {
        return;
      }
      for (const name of Object.keys(options.entryPoints)) {
        const path = join(outputDirectory, `${name}.js`);
        const script = await readFile(path, 'utf8');
        await writeFile(path, script.replaceAll(']]>', ']] >'));
      }
    });
  }
};

const options = {
  entryPoints: {
    duronb: 'src/bokeh/index.ts',
    page: 'src/page/index.ts',
    svg: 'src/svg/index.ts'
  },
  outdir: outputDirectory,
  bundle: true,
  format: 'iife',
  // ASCII and no "</script": the bundles are inlined in HTML pages and in the CDATA section of an SVG.
  charset: 'ascii',
  minify: true,
  legalComments: 'none',
  logLevel: 'info',
  target: ['es2022'],
  plugins: [cdataSafe]
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  await build(options);
}
