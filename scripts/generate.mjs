// Writes what is made from the catalogue: node scripts/generate.mjs [--check]
//   media/netjson.schema.json   completion and hovers in the text editor
//   docs/netjson.md             the tables of kinds, between its markers
// With --check nothing is written; the exit code says whether the files are fresh.
import { build } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { outputFiles } = await build({
  absWorkingDir: root,
  stdin: {
    contents: `export { catalogue } from './src/catalogue'; export { jsonSchema } from './src/model/schema';
               export { referenceTables } from './src/model/reference';`,
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  mainFields: ['module', 'main'],
  write: false,
});
const made = { exports: {} };
const { createRequire } = await import('node:module');
new Function('module', 'exports', 'require', outputFiles[0].text)(made, made.exports, createRequire(import.meta.url));
const { catalogue, jsonSchema, referenceTables } = made.exports;

const tables = referenceTables(catalogue);
const reference = readFileSync(join(root, 'docs/netjson.md'), 'utf8').replaceAll(
  /(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g,
  (_all, begin, section, end) => `${begin}\n${tables[section]}\n\n${end}`,
);
const files = {
  'media/netjson.schema.json': `${JSON.stringify(jsonSchema(catalogue), null, 2)}\n`,
  'docs/netjson.md': reference,
};
const stale = Object.entries(files).filter(([path, text]) => {
  try {
    return readFileSync(join(root, path), 'utf8') !== text;
  } catch {
    return true;
  }
});
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is stale: run npm run generate`);
  process.exitCode = stale.length ? 1 : 0;
} else {
  for (const [path, text] of stale) {
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}
