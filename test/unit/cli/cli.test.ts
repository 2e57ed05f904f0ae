import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { version } from '../../../package.json';
import { model, workplace } from './support';

describe('netjson: the command line', () => {
  const { run, at, put } = workplace();

  it('helps: of the whole, of each command, and its version', async () => {
    for (const args of [['--help'], ['-h'], ['check', '--help'], ['train', '-h'], ['bench', '--help']]) {
      const { code, out, err } = await run(args);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /netjson/);
    }
    assert.deepEqual(await run(['--version']), { code: 0, out: `${version}\n`, err: '' });
    assert.match(
      (await run(['--help'])).out,
      /check.*\n.*train.*\n.*evaluate.*\n.*predict.*\n.*export.*\n.*import.*\n.*runs.*\n.*bench/,
    );
  });
  it('says what is wrong with it, with exit code 2 and nothing on standard output', async () => {
    await put(model());
    const wrong: [string[], RegExp][] = [
      [[], /netjson check|check models/],
      [['trian'], /no command "trian"\. Did you mean "train"\?/],
      [
        ['measure'],
        /no command "measure"\. Commands are check, train, evaluate, predict, export, import, runs and bench/,
      ],
      [['--jsn'], /no option "--jsn"/],
      [['check'], /at least one FILE/],
      [['check', 'm.netjson', '--jsno'], /check has no option --jsno\. Did you mean "--json"\?/],
      [['check', 'none.netjson'], /no file none\.netjson/],
      [['train'], /needs a FILE/],
      [['train', 'm.netjson', 'n.netjson'], /one FILE, found 2/],
      [['train', 'm.netjson', '--epochs'], /--epochs/],
      [['train', 'm.netjson', '--epochs', '0'], /--epochs: a whole number from 1 .* found "0"/],
      [['train', 'm.netjson', '--seed', '1.5'], /--seed/],
      [['train', 'm.netjson', '--seed=-1'], /--seed/],
      [['train', 'm.netjson', '--threads', 'many'], /--threads/],
      [['train', 'm.netjson', '--threads', '0'], /--threads: a whole number from 1 to 64 expected, found "0"/],
      [['train', 'm.netjson', '--threads', '65'], /--threads: a whole number from 1 to 64/],
      [['train', 'm.netjson', '--run-dir', ''], /--run-dir/],
      [['train', 'm.netjson', '--resume', 'r'], /leave FILE out/],
      [['train', '--resume', 'r', '--seed', '1'], /leave --seed out/],
      [['train', '--resume', 'r', '--run-dir', 'q'], /leave --run-dir out/],
      [['train', '--resume', 'r'], /There is no folder/],
    ];
    for (const [args, message] of wrong) {
      const { code, out, err } = await run(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(out, '', args.join(' '));
      assert.match(err, message);
    }
    assert.deepEqual(await readdir(at()), ['m.netjson']);
  });
});
