import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { runsApi } from '../../../src/worker/runs';
import { model, workplace } from '../cli/support';

describe('runs as the worker tells of them', () => {
  const { run, at, put } = workplace();

  it('have what a list shows: state, best epoch, time, model, notes', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'runs/a']);
    await run(['train', 'm.netjson', '--run-dir', 'runs/b', '--json'], { stopAt: '"epoch":2' });
    await runsApi.noteRun(at('runs', 'a'), { name: 'first', pinned: true });
    const [b, a] = await runsApi.listRuns(at('runs'));
    assert.deepEqual([a.state, a.unfinished, a.name, a.pinned, a.last?.epoch], ['finished', false, 'first', true, 4]);
    assert.ok(a.best && a.best.epoch >= 1 && a.seconds! >= 0 && a.test!.loss > 0);
    assert.deepEqual(a.model, { name: 'test', file: at('m.netjson'), there: true });
    assert.deepEqual([b.state, b.unfinished, b.name], ['stopped', true, undefined]);
    await rm(at('m.netjson'));
    assert.deepEqual((await runsApi.lookAtRun(at('runs', 'b')))?.model?.there, false);
  });

  it('that are damaged say so, as do damaged notes', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'runs/a']);
    await writeFile(at('runs', 'a', 'notes.json'), '{');
    await mkdir(at('runs', 'b'));
    await writeFile(at('runs', 'b', 'run.json'), '{');
    const [a, b] = await runsApi.listRuns(at('runs'));
    assert.equal(a.state, 'finished');
    assert.match(a.problems[0], /notes\.json is damaged/);
    assert.deepEqual([b.state, b.model, b.unfinished], ['damaged', undefined, false]);
    assert.match(b.problems[0], /run\.json: It is damaged/);
    assert.equal(await runsApi.lookAtRun(at('runs', 'none')), undefined);
  });

  it('know their size, and go to .trash', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'runs/a']);
    const [size, none] = await runsApi.sizesOfRuns([at('runs', 'a'), at('runs', 'none')]);
    assert.ok(size > 1000);
    assert.equal(none, 0);
    await runsApi.refuseDeletingRun(at('runs', 'a'));
    const where = await runsApi.trashRun(at('runs', 'a'));
    assert.equal(basename(where), 'a');
    assert.deepEqual(await readdir(at('runs')), ['.trash']);
    assert.deepEqual(await runsApi.listRuns(at('runs')), []);
    await assert.rejects(Promise.resolve(runsApi.refuseDeletingRun(at('runs', 'a'))), /There is no folder/);
  });
});
