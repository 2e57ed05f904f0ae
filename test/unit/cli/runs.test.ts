import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { json, model, workplace } from './support';

describe('netjson runs', () => {
  const { run, at, put } = workplace();

  it('lists runs, the newest first, by how they stand', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'runs/a']);
    await run(['train', 'm.netjson', '--run-dir', 'runs/b', '--json'], { stopAt: '"epoch":2' });
    await mkdir(at('runs', 'c'));
    await writeFile(at('runs', 'c', 'run.json'), '{');
    await mkdir(at('runs', 'no-run'));
    const { code, out } = await run(['runs', 'list', '--json']);
    assert.equal(code, 0);
    assert.deepEqual(
      json(out).map(({ name, state }) => [name, state]),
      [
        ['b', 'stopped'],
        ['a', 'finished'],
        ['c', 'damaged'],
      ],
    );
    await writeFile(at('runs', 'a', 'notes.json'), '{"format":1,"name":"with dropout","note":"kept"}');
    const { out: told } = await run(['runs', 'list']);
    assert.match(told, /^ +run +name +model +started +state +epoch +best loss +trained$/m);
    assert.match(told, /a +with dropout +test +\d{4}-\d\d-\d\d \d\d:\d\d +finished +4\/4 +0\.\d+/);
    const [, noted] = json((await run(['runs', 'list', '--json'])).out);
    assert.deepEqual(noted.notes, { name: 'with dropout', note: 'kept' });
    assert.match((await run(['runs', 'show', 'a'])).err, /There is no folder/);
    assert.match((await run(['runs', 'show', 'runs/a'])).out, /name +with dropout\n +note +kept\n/);
  });

  it('shows a run with what of it is not whole', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'r']);
    const whole = await run(['runs', 'show', 'r', '--json']);
    assert.deepEqual([whole.code, (json(whole.out)[0].metrics as unknown[]).length], [0, 4]);
    const file = at('r', 'checkpoints', 'best.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 2] ^= 4;
    await writeFile(file, bytes);
    const { code, out, err } = await run(['runs', 'show', 'r']);
    assert.equal(code, 1);
    assert.match(out, /state +finished/);
    assert.match(err, /best\.safetensors.*SHA-256/);
    assert.equal((await run(['runs', 'show', 'nowhere'])).code, 2);
  });

  it('deletes to .trash, or for good; none where one of them is no run', async () => {
    await put(model());
    for (const name of ['a', 'b', 'c']) await run(['train', 'm.netjson', '--run-dir', `runs/${name}`]);
    assert.equal((await run(['runs', 'delete', 'runs/a', 'runs/nowhere'])).code, 2);
    assert.ok(existsSync(at('runs', 'a')));
    assert.equal((await run(['runs', 'delete', 'runs/a', 'runs/b'])).code, 0);
    assert.equal((await run(['runs', 'delete', 'runs/c', '--permanent'])).code, 0);
    assert.deepEqual(await readdir(at('runs')), ['.trash']);
    assert.deepEqual((await readdir(at('runs', '.trash'))).sort(), ['a', 'b']);
    assert.deepEqual(json((await run(['runs', 'list', '--json'])).out || '{}'), [{}]);
  });

  it('says what it takes', async () => {
    assert.match((await run(['runs'])).err, /runs takes list, show, compare or delete/);
    assert.match((await run(['runs', 'remove'])).err, /found "remove"/);
    assert.equal((await run(['runs', 'show'])).code, 2);
    const strange = await run(['runs', 'list', '--csv']);
    assert.deepEqual([strange.code, /runs list has no option --csv\. It takes --json/.test(strange.err)], [2, true]);
    assert.match((await run(['runs', '--help'])).out, /netjson runs list/);
  });
});
