// npm run bench: measures, prints what it found and writes it to bench/RESULTS.md. See bench/README.md.
import { machine, nodes, othersAtWork } from './lib/machine.mjs';
import { bundleOurs } from './lib/bundle.mjs';
import { readWorkloads } from './lib/ours.mjs';
import { resultsFile, writeSection } from './lib/results.mjs';
import { parseArgs } from 'node:util';
import { Refusal, runScript } from '../scripts/lib/install.mjs';
import { dataPart } from './parts/data.mjs';
import { gemmPart } from './parts/gemm.mjs';
import { livePart } from './parts/live.mjs';
import { peersPart } from './parts/peers.mjs';
import { runsPart } from './parts/runs.mjs';
import { scalingPart } from './parts/scaling.mjs';
import { designerPart, startPart, viewPart } from './parts/studio.mjs';

const HELP = `npm run bench [-- [PART...] [options]]

Parts, all of them unless some are named:
  peers    training steps beside PyTorch, TensorFlow.js, ConvNetJS and brain.js, which it installs into bench/.peers
  gemm     matrix products against the peak of this machine's 128-bit vectors, and against BLAS
  scaling  steps a second against width, depth, batch and number of samples
  data     a CSV file of a million rows: seconds, and memory at the peak against that of the samples
  runs     the list of a thousand runs, in the worker that the Runs view asks
  live     what the picture and each panel cost training, in the worker; drawing 8 x 1,024 units in the page
  view     live view on against off in the real VS Code, and how late its extension host is while training
  start    activation of the extension, and the time from Train to the first point on the curve
  designer opening a large network, moving its picture, and how soon text and picture follow each other

  --rounds N        turns that everyone gets; ratios are medians over them (7)
  --seconds S       how long a burst of one takes, about (0.5)
  --workloads a,b   not all four
  --no-write        print only, and leave bench/RESULTS.md as it is
  --help

Close what else is at work first. Everything together takes about a quarter of an hour, the first
time longer: peers are installed.`;

/** @type {Map<string, (options: any) => Promise<string>>} in the order of the results */
const parts = new Map([
  ['peers', peersPart],
  ['gemm', gemmPart],
  ['scaling', scalingPart],
  ['data', dataPart],
  ['runs', runsPart],
  ['live', livePart],
  ['view', viewPart],
  ['start', startPart],
  ['designer', designerPart],
]);

/** Cores that others may keep busy before the results say so. */
const quiet = 0.2;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '7' },
        seconds: { type: 'string', default: '0.5' },
        workloads: { type: 'string' },
        'no-write': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

async function main() {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(HELP);
    return;
  }
  const unknown = positionals.find((name) => !parts.has(name));
  if (unknown !== undefined) throw new Refusal(`There is no part "${unknown}".\n\n${HELP}`);
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Refusal('--rounds: a whole number from 1 expected.');
  if (!(seconds > 0)) throw new Refusal('--seconds: a number above 0 expected.');

  const bundle = await bundleOurs();
  const all = await readWorkloads(bundle);
  const asked = values.workloads?.split(',');
  const nowhere = asked?.find((id) => !all.some((w) => w.id === id));
  if (nowhere !== undefined)
    throw new Refusal(`There is no workload "${nowhere}"; there are ${all.map((w) => w.id).join(', ')}.`);
  const workloads = all.filter((w) => !asked || asked.includes(w.id));

  const versions = [...nodes().values()].map(({ version }) => version);
  const on = `${machine()}; Node ${versions.join(' and ')}`;
  console.log(on);
  for (const [name, run] of parts) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(`\n${name}\n`);
    const before = await othersAtWork();
    if (before > quiet) console.log(`Other programs keep ${before.toFixed(1)} cores busy.`);
    const text = await run({ rounds, seconds, workloads, bundle });
    const busy = Math.max(before, await othersAtWork());
    const warning = busy > quiet ? ` **Not quiet: other programs kept up to ${busy.toFixed(1)} cores busy.**` : '';
    const command = ['npm run bench --', name, ...process.argv.slice(2).filter((arg) => !parts.has(arg))].join(' ');
    const footer = `Measured on ${on}.${warning} Made by \`${command}\`.`;
    const section = [text, footer].join('\n\n');
    console.log(`\n${section}\n`);
    if (!values['no-write']) await writeSection([...parts.keys()], name, section);
  }
  if (!values['no-write']) console.log(`Written to ${resultsFile}`);
}

await runScript(main);
