// Part "gemm": our matrix products against the most that 128-bit vectors give here, and against BLAS through PyTorch.
import { nodes } from '../lib/machine.mjs';
import { contender, median, rateNow } from '../lib/measure.mjs';
import { oursRunner } from '../lib/ours.mjs';
import { installDebianTorch, installTorch } from '../lib/peers.mjs';
import { figure, table } from '../lib/text.mjs';
import { torchRunner } from './peers.mjs';

/**
 * @typedef {{ form: 'AB' | 'ATB' | 'ABT', m: number, n: number, depth: number }} Product
 *
 * Who takes part; rates, and shares of the peak, by product. `fused` is how ours multiplies and adds; others' is not asked.
 * @typedef {{ name: string, runner: import('../lib/runner.mjs').Runner, fused?: boolean, version: string,
 *   rates: number[][], shares: number[][], peaks: number[] }} Column
 */

/** What workload a multiplies in a step: forward, gradient of the kernel, gradient of the input; and a large square. */
const products = /** @type {{ title: string, product: Product }[]} */ ([
  { title: 'a, first layer', product: { form: 'AB', m: 128, n: 1024, depth: 784 } },
  { title: 'a, second layer', product: { form: 'AB', m: 128, n: 1024, depth: 1024 } },
  { title: 'a, last layer', product: { form: 'AB', m: 128, n: 10, depth: 1024 } },
  { title: "a, first kernel's gradient", product: { form: 'ATB', m: 784, n: 1024, depth: 128 } },
  { title: "a, second kernel's gradient", product: { form: 'ATB', m: 1024, n: 1024, depth: 128 } },
  { title: "a, second layer's input gradient", product: { form: 'ABT', m: 128, n: 1024, depth: 1024 } },
  { title: 'square', product: { form: 'AB', m: 1024, n: 1024, depth: 1024 } },
]);

const forms = { AB: 'A B', ATB: 'Aᵀ B', ABT: 'A Bᵀ' };

/**
 * One column of the table for everyone who takes part; those who cannot say why.
 * @param {string} bundle
 * @param {(text: string) => void} note
 * @returns {Promise<Column[]>}
 */
async function start(bundle, note) {
  /** @type {Column[]} */
  const columns = [];
  const add = async (/** @type {Omit<Column, 'version' | 'rates' | 'shares' | 'peaks'>} */ column) => {
    try {
      const { version } = await column.runner.ask('prepareProduct', products[0].product);
      const each = () => products.map(() => /** @type {number[]} */ ([]));
      columns.push({ ...column, version, rates: each(), shares: each(), peaks: [] });
    } catch (error) {
      note(`${column.name}: ${error instanceof Error ? error.message : error}`);
      await column.runner.close();
    }
  };
  for (const [major, { program }] of nodes()) {
    const runner = oursRunner(program, bundle);
    const fused = await runner.ask('peak', { fused: true }).then(
      () => true,
      () => false,
    );
    await add({ name: `ours, Node ${major}`, runner, fused });
  }
  for (const [name, install] of /** @type {const} */ ([
    ['PyTorch (PyPI)', installTorch],
    ['PyTorch (Debian, OpenBLAS)', installDebianTorch],
  ])) {
    try {
      await add({ name, runner: torchRunner(name, install())(1) });
    } catch (error) {
      note(`${name} is left out: ${error instanceof Error ? error.message : error}`);
    }
  }
  return columns;
}

/** @param {{ rounds: number, seconds: number, bundle: string }} options */
export async function gemmPart({ rounds, seconds, bundle }) {
  /** @type {string[]} */
  const notes = [];
  const columns = await start(bundle, (text) => notes.push(text));
  try {
    for (const [at, { title, product }] of products.entries()) {
      console.log(`${title}...`);
      const operations = 2 * product.m * product.n * product.depth;
      const ready = [];
      for (const { runner } of columns) {
        await runner.ask('prepareProduct', product);
        const burst = async (/** @type {number} */ times) => (await runner.ask('product', { times })).seconds;
        ready.push(await contender(burst, { seconds: seconds / 4, rounds }));
      }
      for (let round = 0; round < rounds; round++) {
        for (const [i, { runner, fused, rates, shares, peaks }] of columns.entries()) {
          const gflops = ((await rateNow(ready[i])) * operations) / 1e9;
          rates[at].push(gflops);
          if (fused === undefined) continue;
          // Right beside it: the clock of a core is not the same all the time.
          const peak = (await runner.ask('peak', { fused })).gflops;
          peaks.push(peak);
          shares[at].push(gflops / peak);
        }
      }
    }
  } finally {
    await Promise.all(columns.map(({ runner }) => runner.close()));
  }
  return section(columns, rounds, notes);
}

/**
 * @param {Column[]} columns
 * @param {number} rounds
 * @param {string[]} notes
 */
function section(columns, rounds, notes) {
  const ours = columns.filter((c) => c.fused !== undefined);
  const rows = products.map(({ title, product: { form, m, n, depth } }, at) => [
    title,
    forms[form],
    `${m} x ${n} x ${depth}`,
    ...columns.map(({ rates }) => figure(median(rates[at]))),
    ...ours.map(({ shares }) => `${Math.round(100 * median(shares[at]))}%`),
  ]);
  const about = ({ name, version, fused, peaks }) =>
    fused === undefined
      ? `- ${name}: ${version}`
      : `- ${name}: kernel set ${version}; peak ${figure(median(peaks))} GFLOP/s, with ${fused ? 'fused multiply-adds' : 'multiplications and additions, for it knows no relaxed SIMD'}`;
  return [
    '## Matrix products',
    `GFLOP/s on one thread, medians of ${rounds} rounds in turns; m x n x depth. The peak is what one core does with 128-bit ` +
      'vectors in registers, measured right beside each product; BLAS uses wider vectors where the machine has them. ' +
      'Wanted of the large products: 85% of the peak.',
    table([
      ['product', 'form', 'shape', ...columns.map((c) => c.name), ...ours.map((c) => `${c.name} of the peak`)],
      ...rows,
    ]),
    [...columns.map(about), ...notes.map((n) => `- ${n}`)].join('\n'),
  ].join('\n\n');
}
