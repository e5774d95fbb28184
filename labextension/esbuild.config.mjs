// Bundles all shells. Those outside of JupyterLab are single scripts that Python adds to its outputs. `jupyter-builder`
// packs the shell of JupyterLab into the extension.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build, context, transform } from 'esbuild';

const outputDirectory = '../duronb/dist';
const pageScript = resolve(outputDirectory, 'page.js');

/** Writes `]]>` as `]] >` (as in `a[b[0]]>c`) because it would end the CDATA section with the script in an SVG. */
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

/** Creates the module `shells/page/script`. The other shells add the page's script to the pages that they export. */
const packedPage = {
  name: 'packed-page',
  setup(bundler) {
    bundler.onResolve({ filter: /\/page\/script$/ }, () => ({ path: pageScript, namespace: 'packed-page' }));
    bundler.onLoad({ filter: /.*/, namespace: 'packed-page' }, async ({ path }) => {
      const packed = gzipSync(await readFile(path), { level: 9 }).toString('base64');
      return { contents: `export default '${packed}';`, loader: 'js', watchFiles: [path] };
    });
  }
};

/** Imports style sheets as text, which the viewer adds to its shadow root. */
const stylesAsText = {
  name: 'styles-as-text',
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path), {
        loader: 'css',
        minify: true,
        sourcefile: path
      });
      return { contents: code, loader: 'text' };
    });
  }
};

const everywhere = {
  bundle: true,
  // The bundles must be ASCII without "</script", since they are inlined in HTML pages and in SVG files.
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'info',
  target: ['es2022']
};

const script = { ...everywhere, outdir: outputDirectory, format: 'iife', minify: true };

// The page is built first since the other bundles contain it.
const bundles = [
  {
    ...script,
    entryPoints: { page: 'src/shells/page/index.ts', svg: 'src/shells/svg/index.ts' },
    plugins: [stylesAsText, cdataSafe]
  },
  {
    ...script,
    entryPoints: { duronb: 'src/shells/bokeh/index.ts' },
    plugins: [stylesAsText, packedPage, cdataSafe]
  },
  {
    ...script,
    format: 'esm',
    entryPoints: { widget: 'src/shells/widget/index.ts' },
    plugins: [stylesAsText, packedPage]
  },
  {
    ...everywhere,
    outdir: 'lib',
    format: 'esm',
    // JupyterLab provides some packages; `jupyter-builder` bundles the others.
    packages: 'external',
    sourcemap: process.argv.includes('--sourcemap'),
    entryPoints: { 'lab/renderer': 'src/lab/renderer/index.ts' },
    plugins: [stylesAsText, packedPage]
  }
];

for (const bundle of bundles) {
  await build(bundle);
}
if (process.argv.includes('--watch')) {
  for (const bundle of bundles) {
    await (await context(bundle)).watch();
  }
}
