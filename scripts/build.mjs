// Builds the product: node scripts/build.mjs [--production] [--watch] [--tests]
//   dist/extension.js  the extension host's bundle, the only one that may import `vscode`
//   dist/worker.js     the training worker        dist/cli.js  the command line
//   dist/runs.js       the worker that reads runs for lists, without the engine
//   dist/helper.js     what threads beside it run: the kernels alone
//   dist/page.js, dist/page.css  what a network exported as a page runs in any browser
//   dist/webview/      the pages: the designer (main) and the comparison of two versions (compare)
//   out/test/          with --tests: every suite, bundled
import { build, context } from 'esbuild';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKernels } from '../kernels/build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const flags = new Set(process.argv.slice(2));
const unknown = [...flags].find((f) => !['--production', '--watch', '--tests'].includes(f));
if (unknown) {
  console.error(`build: unknown option ${unknown}; known are --production, --watch, --tests`);
  process.exit(2);
}
const production = flags.has('--production');

const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: production ? false : 'linked',
  minify: production,
  target: 'node20',
  logLevel: 'warning',
  // jsonc-parser's `main` is a UMD file whose inner requires esbuild cannot follow: take its ES module.
  mainFields: ['module', 'main'],
  // The kernels are a few kilobytes: a part of the bundle, found wherever it runs.
  loader: { '.wasm': 'binary' },
};
const node = { ...common, platform: 'node', format: 'cjs' };

/** @returns every file below `folder` whose name ends in `ending`, relative to the root */
function find(folder, ending) {
  const walk = (dir) =>
    readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
      e.isDirectory() ? walk(join(dir, e.name)) : e.name.endsWith(ending) ? [relative(root, join(dir, e.name))] : [],
    );
  return walk(join(root, folder)).map((f) => f.split(sep).join('/'));
}

const bundles = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  { ...node, entryPoints: ['src/worker/main.ts'], outfile: 'dist/worker.js' },
  { ...node, entryPoints: ['src/worker/runsMain.ts'], outfile: 'dist/runs.js' },
  { ...node, entryPoints: ['src/threads/helper.ts'], outfile: 'dist/helper.js' },
  {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...common,
    platform: 'browser',
    // One script within the page, in files that go out of the house: small, and without a map.
    format: 'iife',
    globalName: 'dropoutStudio',
    target: 'es2022',
    minify: true,
    sourcemap: false,
    entryPoints: { page: 'src/page/main.ts' },
    outdir: 'dist',
  },
  { ...common, entryPoints: { page: 'src/page/page.css' }, outdir: 'dist', minify: true, sourcemap: false },
  {
    ...common,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    mainFields: ['browser', 'module', 'main'],
    entryPoints: {
      main: 'webview/main.tsx',
      compare: 'webview/compare/main.tsx',
      compareRuns: 'webview/compareRuns/main.tsx',
    },
    outdir: 'dist/webview',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
    loader: { '.ttf': 'file' },
  },
];

if (flags.has('--tests')) {
  rmSync(join(root, 'out/test'), { recursive: true, force: true });
  bundles.push(
    {
      ...common,
      platform: 'node',
      format: 'esm',
      splitting: true,
      outbase: '.',
      outdir: 'out',
      outExtension: { '.js': '.mjs' },
      packages: 'external',
      jsx: 'automatic',
      entryPoints: ['unit', 'conformance', 'browser'].flatMap((s) => find(`test/${s}`, '.test.ts')),
      // jsonc-parser's CommonJS file has no named exports that Node can see: bundle it like the product does.
      plugins: [bundleInside(['jsonc-parser'])],
    },
    {
      ...node,
      entryPoints: ['test/extension/index.ts'],
      outfile: 'out/test/extension/index.js',
      external: ['vscode', 'mocha'],
    },
  );
}

/** Lets `packages: 'external'` make exceptions. */
function bundleInside(names) {
  return {
    name: 'bundle-inside',
    setup(b) {
      b.onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, async (args) => {
        if (args.pluginData === 'inside') return undefined;
        return b.resolve(`./node_modules/${args.path}`, { resolveDir: root, kind: args.kind, pluginData: 'inside' });
      });
    },
  };
}

await buildKernels();
if (flags.has('--watch')) {
  for (const options of bundles) await (await context({ ...options, logLevel: 'info' })).watch();
} else {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await Promise.all(bundles.map((options) => build(options)));
  chmodSync(join(root, 'dist/cli.js'), 0o755);
}
