// Bundles the shells that are not JupyterLab's: each one is a single script that Python puts into its output.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build, context } from 'esbuild';

const outputDirectory = '../duronb/dist';
// Beside what tsc makes: there JupyterLab's build finds it too.
const packedScript = 'lib/shells/page/script.js';

/** `a[b[0]]>c` is fine JavaScript, but `]]>` ends the CDATA section that the SVG's script is in. */
const cdataSafe = {
  name: 'cdata-safe',
  setup(bundler) {
    bundler.onEnd(async result => {
      if (result.errors.length > 0) {
        return;
      }
      for (const name of Object.keys(bundler.initialOptions.entryPoints)) {
        const path = join(outputDirectory, `${name}.js`);
        const script = await readFile(path, 'utf8');
        await writeFile(path, script.replaceAll(']]>', ']] >'));
      }
    });
  }
};

/** Packs the page's script into a module: the other shells put it into the pages that they make. */
const packPage = {
  name: 'pack-page',
  setup(bundler) {
    bundler.onEnd(async result => {
      if (result.errors.length > 0) {
        return;
      }
      const script = await readFile(join(outputDirectory, 'page.js'));
      const packed = gzipSync(script, { level: 9 }).toString('base64');
      await mkdir(dirname(packedScript), { recursive: true });
      await writeFile(packedScript, `export default '${packed}';\n`);
    });
  }
};

/** Finds that module, of which the sources have only the type. */
const packedPage = {
  name: 'packed-page',
  setup(bundler) {
    bundler.onResolve({ filter: /\/page\/script$/ }, () => ({ path: resolve(packedScript) }));
  }
};

const options = {
  outdir: outputDirectory,
  bundle: true,
  format: 'iife',
  // ASCII and no "</script": the bundles are inlined in HTML pages and in the CDATA section of an SVG.
  charset: 'ascii',
  minify: true,
  legalComments: 'none',
  logLevel: 'info',
  target: ['es2022']
};

// The page goes first: it is in the others.
const bundles = [
  {
    ...options,
    entryPoints: { page: 'src/shells/page/index.ts', svg: 'src/shells/svg/index.ts' },
    plugins: [cdataSafe, packPage]
  },
  { ...options, entryPoints: { duronb: 'src/shells/bokeh/index.ts' }, plugins: [packedPage, cdataSafe] },
  { ...options, format: 'esm', entryPoints: { widget: 'src/shells/widget/index.ts' }, plugins: [packedPage] }
];

for (const bundle of bundles) {
  await build(bundle);
}
if (process.argv.includes('--watch')) {
  for (const bundle of bundles) {
    await (await context(bundle)).watch();
  }
}
