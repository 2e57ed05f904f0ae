import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/model/json';
import { json, model, workplace } from './support';

describe('netjson --json', () => {
  const { run, at, put } = workplace();

  /** The part of docs/cli.md that tells what the objects hold. */
  const told = async (): Promise<string> => {
    const text = await readFile(join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'docs', 'cli.md'), 'utf8');
    return text.slice(text.indexOf('## With `--json`'));
  };
  const rowOf = (text: string, command: string): string =>
    text.split('\n').find((line) => line.startsWith(`| \`${command}\``)) ?? '';

  it('writes of every command one object a line, and no key that docs/cli.md does not tell', async () => {
    await put(model());
    await put('x,y\n0.5,0.5\n', 'new.csv');
    const text = await told();
    const check = (objects: readonly JsonObject[], row: string, ...besides: string[]): void => {
      assert.notEqual(rowOf(text, row), '', row);
      for (const key of objects.flatMap((object) => Object.keys(object)))
        assert.ok(
          [row, ...besides].some((name) => rowOf(text, name).includes(`"${key}"`)),
          `"${key}" of ${row} is not told`,
        );
    };
    const objects = async (...args: string[]): Promise<JsonObject[]> => {
      const { code, out, err } = await run([...args, '--json']);
      assert.equal(code, 0, err);
      return json(out);
    };
    check(await objects('check', 'm.netjson'), 'check');
    const events = await objects('train', 'm.netjson', '--run-dir', 'runs/a');
    const eventsOf = (name: string): JsonObject[] =>
      events
        .filter(({ event }) => event === name)
        .map((event) => Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'event')));
    for (const name of ['start', 'epoch', 'end']) {
      assert.ok(eventsOf(name).length > 0, name);
      check(eventsOf(name), name);
    }
    await run(['train', 'm.netjson', '--run-dir', 'runs/b', '--seed', '3', '--tensorboard']);
    await writeFile(at('runs', 'a', 'notes.json'), '{"format":1,"name":"first"}');
    check(await objects('evaluate', 'runs/a', '--mc', '2'), 'evaluate');
    check(await objects('predict', 'runs/a', '--input', 'new.csv', '--output', 'o.csv', '--mc', '2'), 'predict');
    check(await objects('runs', 'list'), 'runs list');
    check(await objects('runs', 'show', 'runs/a'), 'runs show', 'runs list');
    const [compared] = await objects('runs', 'compare', 'runs/a', 'runs/b');
    check([compared], 'runs compare');
    assert.equal((compared.runs as readonly JsonObject[])[0].name, 'first (a)');
    check(await objects('export', 'runs/a', '--format', 'safetensors', '--output', 'w.safetensors'), 'export');
    const [deleted] = await objects('runs', 'delete', 'runs/a');
    check([deleted], 'runs delete');
    assert.equal(deleted.trash, at('runs', '.trash', 'a'));
    check(await objects('runs', 'delete', 'runs/b', '--permanent'), 'runs delete');
  });

  it('ends repeats with their comparison', async () => {
    await put(model());
    const { code, out, err } = await run(['train', 'm.netjson', '--seeds', '2', '--json']);
    assert.equal(code, 0, err);
    const events = json(out);
    const seeds = events.filter(({ event }) => event === 'start').map(({ seed }) => seed);
    assert.deepEqual(seeds, [7, 8]);
    const { event, repeats } = events.at(-1)!;
    assert.equal(event, 'comparison');
    assert.deepEqual(
      (repeats as readonly JsonObject[]).map(({ runs }) => runs),
      [[0, 1]],
    );
  });
});
