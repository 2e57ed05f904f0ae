import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { json, model, workplace } from './support';

describe('netjson and runs that are not whole', () => {
  const { run, at, put } = workplace();
  const edit = async (path: string, change: (text: string) => string): Promise<void> =>
    writeFile(at(path), change(await readFile(at(path), 'utf8')));
  beforeEach(async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'runs/a', '--keep-epochs', '2']);
  });

  it('lists one whose run.json is gone, or of a newer version, with what is wrong', async () => {
    for (const name of ['newer', 'gone', 'noted']) await cp(at('runs', 'a'), at('runs', name), { recursive: true });
    await edit('runs/newer/run.json', (text) => text.replace('"format": 1', '"format": 2'));
    await rm(at('runs', 'gone', 'run.json'));
    await writeFile(at('runs', 'noted', 'notes.json'), '{');
    const { code, out, err } = await run(['runs', 'list']);
    assert.equal(code, 0);
    assert.match(out, /gone +damaged/);
    assert.match(err, /^netjson: newer: run\.json: It has format 2.*Update/m);
    assert.match(err, /^netjson: gone: run\.json: It is missing/m);
    assert.match(err, /^netjson: noted: notes\.json: It is damaged/m);
    const states = json((await run(['runs', 'list', '--json'])).out).map(({ name, state }) => [name, state]);
    assert.deepEqual(Object.fromEntries(states), {
      a: 'finished',
      noted: 'finished',
      newer: 'damaged',
      gone: 'damaged',
    });
  });

  it('measures one whose clock was set back: nothing of it is damaged', async () => {
    await edit('runs/a/run.json', (text) => text.replace(/"ended": "\d+/, '"ended": "1999'));
    const shown = await run(['runs', 'show', 'runs/a']);
    assert.match(shown.err, /clock was set back/);
    assert.equal((await run(['evaluate', 'runs/a'])).code, 0);
  });

  it('says which other weights there are where a checkpoint is damaged, and takes them', async () => {
    await truncate(at('runs', 'a', 'checkpoints', 'best.safetensors'), 100);
    const damaged = await run(['evaluate', 'runs/a']);
    assert.equal(damaged.code, 1);
    assert.match(
      damaged.err,
      /best\.safetensors is damaged\. .* The run has others: epoch-000002, epoch-000004, last\./,
    );
    assert.equal((await run(['evaluate', 'runs/a', '--checkpoint', 'last'])).code, 0);
    await put('x,y\n0.5,0.5\n', 'new.csv');
    assert.equal((await run(['predict', 'runs/a', '--input', 'new.csv'])).code, 1);
    const answered = await run(['predict', 'runs/a', '--input', 'new.csv', '--checkpoint', 'epoch-000002']);
    assert.equal(answered.code, 0);
    assert.equal(answered.out.trim().split('\n').length, 2);
    const unknown = await run(['predict', 'runs/a', '--input', 'new.csv', '--checkpoint', 'epoch-2']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /no checkpoint "epoch-2"\. It has best, epoch-000002/);
  });

  it('goes on from the newest weights that are whole, and says so', async () => {
    await run(['train', 'm.netjson', '--run-dir', 'runs/b', '--keep-epochs', '2', '--json'], { stopAt: '"epoch":3' });
    await truncate(at('runs', 'b', 'checkpoints', 'last.safetensors'), 100);
    const { code, err } = await run(['train', '--resume', 'runs/b', '--json']);
    assert.equal(code, 0);
    assert.match(err, /last\.safetensors: It is damaged\. .*\n.*goes on from step 8, to the same numbers/);
    const ends = await Promise.all(
      ['a', 'b'].map((name) => readFile(at('runs', name, 'checkpoints', 'last.safetensors'))),
    );
    assert.deepEqual(ends[1], ends[0]);
  });

  it('tells of a model that was changed once, and exits with 1', async () => {
    await cp(at('runs', 'a'), at('runs', 'b'), { recursive: true });
    await edit('runs/b/model.netjson', (text) => `${text} `);
    const { code, err } = await run(['runs', 'compare', 'runs/a', 'runs/b']);
    assert.equal(code, 1);
    assert.equal(err.match(/changed after the run/g)?.length, 1);
    const measured = await run(['evaluate', 'runs/b']);
    assert.deepEqual([measured.code, /put the text back as it was/.test(measured.err)], [1, true]);
  });

  it('helps whoever named something else than a run', async () => {
    const messages: readonly (readonly [string, RegExp])[] = [
      ['runs', /is not a run: it has no run\.json\. There are runs in it: .*a\.$/m],
      ['m.netjson', /is a file; a run is the folder that its run\.json is in/],
      ['nowhere', /There is no folder .*nowhere\./],
    ];
    for (const [named, message] of messages) {
      const { code, err } = await run(['evaluate', named]);
      assert.equal(code, 2);
      assert.match(err, message);
    }
    await mkdir(at('empty'));
    assert.deepEqual((await run(['runs', 'list', 'empty'])).code, 0);
    assert.deepEqual((await run(['runs', 'list', 'nowhere'])).code, 2);
    assert.match((await run(['runs', 'list', 'm.netjson'])).err, /is a file/);
    const { code, err } = await run(['predict', 'runs/a', '--input', 'm.netjson', '--output', 'no/x.csv']);
    assert.notEqual(code, 0);
    assert.doesNotMatch(err, /\.tmp/);
    await assert.rejects(stat(at('no')));
  });
});
