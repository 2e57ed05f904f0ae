import assert from 'node:assert/strict';
import { contender, median, slope, takeTurns } from '../../../bench/lib/measure.mjs';
import { withSection } from '../../../bench/lib/results.mjs';
import { Runner } from '../../../bench/lib/runner.mjs';
import { figure, spread, table } from '../../../bench/lib/text.mjs';
import { peakRate } from '../../../bench/runners/peak';

describe('npm run bench', () => {
  it('takes the middle, and fits a slope', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2])], [2, 2.5]);
    const power = [1, 2, 4, 8].map((x) => [Math.log(x), Math.log(5 * x ** 1.5)] as [number, number]);
    assert.ok(Math.abs(slope(power) - 1.5) < 1e-12);
  });

  it('fills a burst, and asks whoever is slow for fewer', async () => {
    const at = (seconds: number) => contender((times) => Promise.resolve(times * seconds), { seconds: 1, rounds: 7 });
    const asked = async (seconds: number) => {
      const { times, rounds } = await at(seconds);
      return { times, rounds };
    };
    assert.deepEqual(await asked(0.01), { times: 100, rounds: 7 });
    assert.deepEqual(await asked(3), { times: 1, rounds: 7 });
    assert.deepEqual(await asked(10), { times: 1, rounds: 3 });
    assert.deepEqual(await asked(60), { times: 1, rounds: 2 });
  });

  it('lets everyone take turns, and makes ratios of neighbours', async () => {
    const order: string[] = [];
    const of = (name: string, seconds: number, rounds = 2) => ({
      burst: (times: number) => {
        order.push(name);
        return Promise.resolve(times * seconds);
      },
      times: 10,
      rounds,
    });
    const ours = new Map([
      ['new', of('new', 1)],
      ['old', of('old', 2)],
    ]);
    const peers = new Map([
      ['fast', of('fast', 1)],
      ['slow', of('slow', 8, 1)],
    ]);
    const { ratios, rates } = await takeTurns(ours, peers, 2);
    assert.equal(order.join(' '), 'new fast old new slow old old fast new');
    assert.deepEqual(ratios.get('new')?.get('fast'), [1, 1]);
    assert.deepEqual(ratios.get('old')?.get('slow'), [4]);
    assert.deepEqual(rates.get('slow'), [0.125]);
    assert.equal(rates.get('new')?.length, 3);
  });

  it('gets answers of a child, its errors, and its last words', async () => {
    const child = `
      process.stdin.on('data', (text) => {
        const { op, params } = JSON.parse(text);
        if (op === 'die') { process.stderr.write('out of memory'); process.exitCode = 3; process.stdin.destroy(); return; }
        console.log('a banner');
        console.log('reply ' + JSON.stringify(op === 'double' ? { ok: 2 * params.x } : { error: 'no ' + op }));
      });`;
    const runner = new Runner('the child', process.execPath, ['-e', child]);
    assert.equal(await runner.ask('double', { x: 21 }), 42);
    await assert.rejects(runner.ask('halve', {}), /^Error: no halve$/);
    await assert.rejects(runner.ask('die', {}), /the child ended \(exit code 3\)\nout of memory/);
    await runner.close();
  });

  it('writes a section without touching the others, in their order', () => {
    const order = ['one', 'two'];
    const first = withSection('', order, 'two', 'second');
    const both = withSection(first, order, 'one', 'first');
    assert.match(both, /^# Measured[^]*<!-- one -->\n\nfirst\n\n<!-- \/one -->\n\n<!-- two -->\n\nsecond\n/);
    assert.equal(withSection(both, order, 'two', 'second'), both);
  });

  it('writes figures with as many digits as they are good for', () => {
    assert.deepEqual([0.04567, 1.234, 45.67, 45678].map(figure), ['0.0457', '1.23', '45.7', '45,700']);
    assert.equal(spread([1.2, 0.9, 45.67]), '1.20 (0.90 to 45.7)');
    assert.equal(
      table([
        ['a', 'b'],
        ['1', '2'],
      ]),
      '| a | b |\n| :-- | --: |\n| 1 | 2 |',
    );
  });

  it('has a loop that runs at the peak, or says that this Node has no relaxed SIMD', () => {
    assert.ok(peakRate({ fused: false }).gflops > 0);
    try {
      assert.ok(peakRate({ fused: true }).gflops > 0);
    } catch (error) {
      assert.match(String(error), /no relaxed SIMD/);
    }
  });
});
