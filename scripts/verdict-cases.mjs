// The verdict's cases: node scripts/verdict-cases.mjs [--train] [--tuning] [--check]
//   --train   trains all cases again and writes their curves to test/fixtures/verdict/curves.json: a minute or two
//   --tuning  leaves the held-out cases out of what is printed, and writes nothing
// Without: judges the curves, prints what was right and writes it into docs/verdict.md, between its markers.
import { build } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inRoot, root } from './lib/paths.mjs';

const fixture = inRoot('test', 'fixtures', 'verdict', 'curves.json');
const train = process.argv.includes('--train');
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [train ? 'test/harness/verdict/curves.ts' : 'test/harness/verdict/judge.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  loader: { '.wasm': 'binary' },
  write: false,
});
const made = { exports: {} };
new Function('module', 'exports', 'require', outputFiles[0].text)(made, made.exports, createRequire(import.meta.url));

if (train) {
  const curves = await made.exports.trainAll(inRoot('examples'), console.log);
  writeFileSync(fixture, `[\n${curves.map((c) => JSON.stringify(c)).join(',\n')}\n]\n`);
  console.log(`wrote ${fixture}`);
} else {
  const curves = JSON.parse(readFileSync(fixture, 'utf8'));
  const tuning = process.argv.includes('--tuning');
  const report = made.exports.report(tuning ? curves.filter((c) => c.set === 'tuning') : curves);
  console.log(report.text);
  if (tuning) console.log(report.misses.filter((line) => line).join('\n'));
  else {
    const page = inRoot('docs', 'verdict.md');
    const text = readFileSync(page, 'utf8').replace(
      /(<!-- measured -->\n)[^]*?(<!-- end -->)/,
      `$1\n${report.text}\n$2`,
    );
    writeFileSync(page, text);
    console.log(`wrote ${page}`);
  }
}
