// Part "data": a CSV file of a million rows, read as training reads it: how fast, and how much memory at its peak.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodes } from '../lib/machine.mjs';
import { median } from '../lib/measure.mjs';
import { count, figure, table } from '../lib/text.mjs';

const ROWS = 1_000_000;
const COLUMNS = 30;

/** Numbers of eight digits or so, and a class of two. @param {string} file */
function writeTable(file) {
  const handle = openSync(file, 'w');
  let state = 1;
  const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  let text = `${Array.from({ length: COLUMNS - 1 }, (_, c) => `c${c}`).join()},y\n`;
  for (let row = 0; row < ROWS; row++) {
    for (let c = 1; c < COLUMNS; c++) text += `${(200 * draw() - 100).toFixed(6)},`;
    text += draw() < 0.5 ? 'no\n' : 'yes\n';
    if (text.length < 1 << 20) continue;
    writeSync(handle, text);
    text = '';
  }
  writeSync(handle, text);
  closeSync(handle);
}

/** @param {{ rounds: number, bundle: string }} options */
export async function dataPart({ rounds, bundle }) {
  const folder = mkdtempSync(join(tmpdir(), 'dropout-studio-bench-'));
  try {
    const file = join(folder, 'table.csv');
    console.log(`writing ${count(ROWS)} rows...`);
    writeTable(file);
    const { size } = statSync(file);
    const lines = [];
    for (const [major, { program }] of nodes()) {
      const runs = [];
      // A process each: what one leaves in memory should not be in the next one's way.
      for (let i = 0; i < Math.min(rounds, 3); i++)
        runs.push(
          JSON.parse(
            execFileSync(program, [join(dirname(bundle), 'table.js'), file, String(COLUMNS)], { encoding: 'utf8' }),
          ),
        );
      const of = (pick) => median(runs.map(pick));
      const seconds = of((run) => run.seconds);
      lines.push([
        `Node ${major}`,
        figure(seconds),
        figure(size / 1e6 / seconds),
        figure(of((run) => run.peak) / 1e6),
        figure(runs[0].final / 1e6),
        of((run) => run.peak / run.final).toFixed(2),
      ]);
    }
    return [
      '## Data',
      `A CSV file of ${count(ROWS)} rows by ${COLUMNS} columns, ${figure(size / 1e6)} MB, read, split and standardized as before ` +
        'training. The peak is what the process had at most beyond what it had before: text, numbers and all else. At most 1.5 times the samples is what we hold ourselves to.',
      table([['', 'seconds', 'MB/s', 'peak, MB', 'samples, MB', 'peak / samples'], ...lines]),
    ].join('\n\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
