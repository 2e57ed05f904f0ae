import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { layers } from '../../../src/engine/layers/index';
import { losses } from '../../../src/engine/losses/index';
import { optimizers } from '../../../src/engine/optimizers/index';
import { dropoutStream } from '../../../src/engine/rng/philox';
import { lossLines } from '../../../src/formats/pytorch/loss';
import { drawnModule } from '../../../src/formats/pytorch/masks';
import { optimizerOf, pytorchOptimizers } from '../../../src/formats/pytorch/optimizers';
import { launchArguments, recordOf } from '../../../src/torchrun/process';
import type { JsonObject } from '../../../src/model/json';
import { honest, isAlive, putFakePython } from '../../harness/fakePython';
import { json, model, workplace } from './support';

const training = model().training as JsonObject;

describe('netjson train --backend torchrun', function () {
  // The stand-in is started by its first line.
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  const { run, at, put } = workplace();
  const train = async (answer: string, ...more: string[]) => {
    await put(model());
    await putFakePython(at('python'), answer);
    const options = ['--backend', 'torchrun', '--python', at('python'), '--json'];
    return run(['train', 'm.netjson', '--run-dir', 'r', ...options, ...more]);
  };

  it('hands each epoch to the program, and measures, keeps and ends as the engine does', async () => {
    const { code, out, err } = await train(honest, '--processes', '2', '--communication', 'gloo');
    assert.deepEqual([code, err], [0, '']);
    const events = json(out);
    const epochs = events.filter(({ event }) => event === 'epoch');
    assert.equal(epochs.length, 4);
    // 30 samples in batches of 8: the last is of 6. (8 · 1 + 8 · 2 + 8 · 3 + 6 · 4) / 30
    assert.deepEqual(epochs[0].train, { loss: 2.4 });
    assert.equal(epochs[3].step, 16);
    assert.equal(events.at(-1)!.reason, 'finished');
    assert.ok(existsSync(at('r', 'checkpoints', 'best.safetensors')));
    // Its texts stay, its data goes.
    for (const name of ['model.py', 'train.py', 'tensors.py']) assert.ok(existsSync(at('r', 'torchrun', name)), name);
    for (const name of ['samples', 'state']) assert.ok(!existsSync(at('r', 'torchrun', `${name}.safetensors`)));
    const given = JSON.parse(await readFile(at('r', 'torchrun', 'arguments.json'), 'utf8')) as string[];
    assert.ok(given.includes('--nproc_per_node=2') && given.at(-1) === 'gloo', given.join(' '));
  });

  it('takes a Python by its path from the folder at hand', async () => {
    await put(model());
    await mkdir(at('.venv'));
    await putFakePython(at('.venv', 'python'));
    const { code, err } = await run(['train', 'm.netjson', '--backend', 'torchrun', '--python', '.venv/python']);
    assert.deepEqual([code, err], [0, '']);
  });

  const backendKept = async (): Promise<unknown> =>
    (JSON.parse(await readFile(at('r', 'run.json'), 'utf8')) as { backend?: unknown }).backend;
  const epochsOf = (out: string): unknown[] =>
    json(out).flatMap(({ event, epoch }) => (event === 'epoch' ? [epoch] : []));
  const cutOff = async (): Promise<void> => {
    const { code, err } = await train('if (order.epoch === 3) process.exit(3); else ' + honest);
    assert.equal(code, 1);
    assert.match(err, /It ended \(exit code 3\)\.\nThe run is kept up to epoch 2; go on with --resume/);
    await putFakePython(at('python'));
  };

  it('goes on with a run that was cut off as it was made', async () => {
    await cutOff();
    const made = { name: 'torchrun', torch: '9.9', processes: 1 };
    assert.deepEqual(await backendKept(), made);
    const { code, out, err } = await run(['train', '--resume', 'r', '--json', '--python', at('python')]);
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(epochsOf(out), [3, 4]);
    assert.deepEqual(await backendKept(), made);
  });

  it('goes on in the other backend where it is asked to, and says what that means', async () => {
    await cutOff();
    const builtin = await run(['train', '--resume', 'r', '--json', '--backend', 'builtin']);
    assert.equal(builtin.code, 0);
    assert.match(
      builtin.err,
      /was trained by PyTorch until here, and goes on with the built-in engine: .* to rounding/,
    );
    assert.deepEqual(epochsOf(builtin.out), [3, 4]);
    assert.equal(await backendKept(), undefined);
    const torch = ['--backend', 'torchrun', '--python', at('python')];
    const again = await run(['train', '--resume', 'r', '--json', '--epochs', '5', ...torch]);
    assert.match(again.err, /by the built-in engine until here, and goes on with PyTorch/);
    assert.deepEqual(epochsOf(again.out), [5]);
  });

  it('is chosen by the model, and not by it where the command line says otherwise', async () => {
    await putFakePython(at('python'));
    await put(model({ training: { ...training, backend: 'torchrun' } }));
    const chosen = await run(['train', 'm.netjson', '--run-dir', 'a', '--json', '--python', at('python')]);
    assert.deepEqual([chosen.code, chosen.err], [0, '']);
    assert.deepEqual(json(chosen.out)[0].backend, { name: 'torchrun', torch: '9.9', processes: 1 });
    const not = await run(['train', 'm.netjson', '--run-dir', 'b', '--json', '--backend', 'builtin']);
    assert.deepEqual([not.code, json(not.out)[0].backend], [0, undefined]);
  });

  it('names the release to install where PyTorch is too old, or is no PyTorch', async () => {
    const answer = async (version: string, more: JsonObject = {}): Promise<string> => {
      await put(model({ training: { ...training, ...more } }));
      await writeFile(at('python'), `#!${process.execPath}\nconsole.log(${JSON.stringify(version)});\n`);
      await chmod(at('python'), 0o755);
      const { code, err } = await run(['train', 'm.netjson', '--backend', 'torchrun', '--python', at('python')]);
      assert.equal(code, 1);
      return err;
    };
    assert.match(
      await answer('1.12.1'),
      /has PyTorch 1\.12\.1, and 1\.13 is the oldest that can be used: install it with ".*--upgrade torch"/,
    );
    assert.match(await answer('1.13.0', { optimizer: 'nadam' }), /whose NAdam is another: 2\.0 is the oldest for it/);
    assert.match(await answer('hello'), /says that its PyTorch is of version "hello"/);
  });

  it('says why a program went wrong, and keeps the run', async () => {
    const dies = await train("console.error('ValueError: no such thing'); process.exit(1);");
    assert.match(dies.err, /did not go on\. It ended \(exit code 1\)\. ValueError: no such thing\n/);
    assert.equal(dies.code, 1);
    assert.ok(existsSync(at('r', 'run.json')));
  });

  it('ends a program that says nothing any more', async () => {
    const { code, err } = await train('setInterval(() => {}, 1000);', '--patience', '1');
    assert.equal(code, 1);
    assert.match(err, /It has said nothing for 1 second, and was ended\./);
  });

  it('ends processes that hang in a group of their own and hold its output, as those of torchrun do', async function () {
    this.timeout(30_000);
    const hanging =
      "process.on('SIGTERM', () => {}); require('fs').writeFileSync('worker', `${process.pid}`); setInterval(() => {}, 1000);";
    const { code, err } = await train(
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(hanging)}], { detached: true, stdio: 'inherit' });`,
      '--patience',
      '1',
    );
    assert.equal(code, 1);
    assert.match(err, /It has said nothing for 1 second, and was ended\./);
    assert.ok(!isAlive(Number(await readFile(at('r', 'torchrun', 'worker'), 'utf8'))));
  });

  it('says that a process was killed, as torchrun reports it', async () => {
    const report = [
      'Traceback (most recent call last):',
      'torch.distributed.elastic.multiprocessing.errors.ChildFailedError: ',
      '============================================================',
      '  exitcode  : -9 (pid: 1)',
      '  traceback : Signal 9 (SIGKILL) received by PID 1',
      '============================================================',
    ].join('\n');
    const { err } = await train(`console.error(${JSON.stringify(report)}); process.exit(1);`);
    assert.match(
      err,
      /exit code 1\)\. A process of it was ended by SIGKILL: by somebody, or by the system, as where memory/,
    );
    assert.doesNotMatch(err, /====/);
  });

  it('passes on what is no record', async () => {
    const few = await train("console.log('loading…'); console.log('{\"event\": 1}'); " + honest);
    assert.equal(few.code, 0);
    assert.match(few.err, /the program for PyTorch says: loading…\n/);
  });

  it('ends a program that prints without end', async () => {
    const many = await train("for (let i = 0; i < 2000; i++) console.log('rubbish');");
    assert.equal(many.code, 1);
    assert.match(many.err, /printed more than 1000 lines that are no records, the last "rubbish"/);
  });

  it('does not take steps that were not asked for', async () => {
    const { code, err } = await train('tell([1]);');
    assert.equal(code, 1);
    assert.match(err, /told of 1 steps of epoch 1; 4 of epoch 1 were asked for\./);
  });

  it('does not take weights of another shape', async () => {
    const { code, err } = await train(
      "const { readFileSync, writeFileSync } = require('node:fs'); const bytes = readFileSync('state.safetensors'); " +
        "writeFileSync('state.safetensors', bytes.toString('latin1').replace('[6,2]', '[2,6]'), 'latin1'); " +
        honest,
    );
    assert.equal(code, 1);
    assert.match(err, /wrote no "hidden\.weight" of shape \[6, 2\], but one of \[2, 6\]/);
  });

  it('says what to install where there is no Python or no PyTorch, with nothing written', async () => {
    await put(model());
    const args = ['train', 'm.netjson', '--run-dir', 'r', '--backend', 'torchrun', '--python'];
    const none = await run([...args, at('nowhere')]);
    assert.equal(none.code, 1);
    assert.match(none.err, /There is no Python ".*nowhere": install Python 3 with PyTorch/);
    await writeFile(at('bare'), `#!${process.execPath}\nprocess.exit(1);\n`);
    await chmod(at('bare'), 0o755);
    const bare = await run([...args, at('bare')]);
    assert.match(bare.err, /"(.*)bare" has no PyTorch: install it with "\1bare -m pip install torch numpy"\./);
    assert.ok(!existsSync(at('r')));
  });

  it('takes part in the run of another machine with the model alone, and keeps nothing', async () => {
    // Its data is not there.
    await put(model({ data: { source: 'csv', path: 'nowhere.csv', target: 'x' } }));
    const begin = (code: number): string =>
      `if (process.argv[2] !== '-c') { const fs = require('fs'); fs.copyFileSync('train.py', ${JSON.stringify(at('train.py'))}); console.error('RuntimeError: This machine has another program'); process.exit(${code}); }`;
    await putFakePython(at('python'), undefined, undefined, begin(0));
    const hosts = ['--nodes', '2', '--node-rank', '1', '--rendezvous', 'a:29500'];
    const args = ['train', 'm.netjson', '--backend', 'torchrun', '--python', at('python'), ...hosts];
    const over = await run(args);
    assert.deepEqual(
      [over.code, over.err],
      [0, 'netjson: machine 1 takes part in the run of a:29500, which keeps it\n'],
    );
    assert.match(await readFile(at('train.py'), 'utf8'), /DistributedDataParallel/);
    assert.ok(!existsSync(at('runs')));
    await putFakePython(at('python'), undefined, undefined, begin(1));
    const wrong = await run(args);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.err,
      /did not go on\. It ended \(exit code 1\)\. RuntimeError: This machine has another program/,
    );
    const kept = await run([...args, '--run-dir', 'r']);
    assert.deepEqual(
      [kept.code, /--run-dir: the run is made and kept by the machine of rank 0/.test(kept.err)],
      [2, true],
    );
  });

  it('refuses options that do not go together', async () => {
    await put(model());
    const refused = async (words: RegExp, ...args: string[]): Promise<void> => {
      const { code, err } = await run(['train', 'm.netjson', ...args]);
      assert.equal(code, 2);
      assert.match(err, words);
    };
    await refused(/--processes needs --backend torchrun/, '--processes', '2');
    await refused(/"builtin" or "torchrun" expected, found "torch"/, '--backend', 'torch');
    const three = ['--backend', 'torchrun', '--nodes', '3', '--rendezvous', 'a:29500', '--node-rank', '3'];
    await refused(/of 3 machines the last has rank 2, found 3\./, ...three);
    await refused(/HOST:PORT expected, found "a:0"/, '--backend', 'torchrun', '--nodes', '2', '--rendezvous', 'a:0');
    await refused(/need --nodes N, --node-rank R and --rendezvous/, '--backend', 'torchrun', '--nodes', '2');
  });
});

describe('A training program for PyTorch', () => {
  it('has a form for every optimizer and every loss', () => {
    assert.deepEqual([...pytorchOptimizers].sort(), [...optimizers.keys()].sort());
    for (const optimizer of optimizers.values()) {
      const { kind } = optimizer;
      const params = { learningRate: 0.1, momentum: 0.5, centered: true };
      const named = optimizerOf({ kind, params }).slots;
      assert.deepEqual(Object.keys(named).sort(), [...optimizer.slots(params)].sort(), kind);
    }
    for (const kind of losses.keys()) assert.ok(lossLines({ kind, params: {} }, {}).length > 0);
  });

  it('draws from counters for every kind that drops or adds noise', () => {
    for (const { kind, group, example } of layers.values()) {
      const shape = [4, 4, 2];
      const params = { ...example, rate: 0.5, units: 3, blockSize: 2, stddev: 1 };
      const layer = { id: 'x', index: 1, kind, params, shape, inputs: ['i'], inputShapes: [shape] };
      const module = drawnModule({ ...layer, parameters: 0, multiplyAdds: 0 }, 'first');
      assert.equal(module !== undefined, group === 'Dropout', kind);
      // The stream of the engine: see rng/philox.ts.
      if (module !== undefined) assert.ok(module.includes(`stream=${dropoutStream('x')}`), module);
    }
  });

  it('reads records, with numbers that JSON has not', () => {
    assert.deepEqual(recordOf('{"event": "steps", "epoch": 2, "step": 7, "losses": [0.5, NaN, -Infinity]}'), {
      event: 'steps',
      epoch: 2,
      step: 7,
      losses: [0.5, NaN, NaN],
      seconds: 0,
    });
    for (const line of ['', 'text', '{', '{"event": "other"}', '{"event": "steps", "losses": ["1"]}'])
      assert.equal(recordOf(line), undefined);
  });

  it('starts one machine at a free port, and several where they meet', () => {
    assert.ok(launchArguments({ python: 'p' }).includes('--rdzv_endpoint=localhost:0'));
    const hosts = { address: 'a:29500', count: 3, rank: 0 };
    const several = launchArguments({ python: 'p', processes: 4, hosts });
    for (const word of [
      '--nnodes=3',
      '--node_rank=0',
      '--rdzv_backend=static',
      '--master_addr=a',
      '--nproc_per_node=4',
    ])
      assert.ok(several.includes(word), word);
    assert.ok(launchArguments({ python: 'p', hosts }, 2).includes('--node_rank=2'));
  });
});
