import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY_QUEUE, type QueuedRun, type QueueState, type Repeats, RunQueue } from '../../../src/runs/queue';
import { QueueFile } from '../../../src/runs/queueFile';
import { RunningFile } from '../../../src/runs/runningFile';

const run = (name: string, seed = 1): Omit<QueuedRun, 'id'> => ({
  name,
  file: `/w/${name}.netjson`,
  text: `{ "name": "${name}" }`,
  seed,
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A world whose runs are loaded, end and fail when the test says so. */
class World {
  limit = 1;
  /** By name and seed. */
  readonly training = new Set<string>();
  readonly begun: string[] = [];
  readonly failures: string[] = [];
  readonly ended: Repeats[] = [];
  readonly states: QueueState[] = [];
  readonly queue: RunQueue;
  /** Those that are being read. */
  private readonly loading = new Map<string, { done: (directory?: string) => void; fail: (error: Error) => void }>();

  constructor() {
    this.queue = new RunQueue({
      limit: () => this.limit,
      busy: () => this.training.size,
      begin: ({ name, seed }) => {
        const key = `${name} ${seed}`;
        this.begun.push(key);
        return new Promise((done, fail) => this.loading.set(key, { done, fail }));
      },
      cancel: ({ name, seed }) => this.loading.get(`${name} ${seed}`)!.done(),
      isAlive: (directory) => this.training.has(directory.replace('/w/runs/', '')),
      changed: () => this.states.push(this.queue.state),
      failed: ({ name }, problem) => this.failures.push(`${name}: ${problem}`),
      ended: (repeats) => this.ended.push(repeats),
    });
  }

  get waiting(): string[] {
    return this.queue.state.waiting.map(({ name, seed }) => `${name} ${seed}`);
  }

  async loaded(key: string): Promise<void> {
    this.training.add(key);
    this.loading.get(key)!.done(`/w/runs/${key}`);
    await turn();
  }

  async fails(key: string, message: string): Promise<void> {
    this.loading.get(key)!.fail(new Error(message));
    await turn();
  }

  async ends(key: string): Promise<void> {
    this.training.delete(key);
    this.queue.fill();
    await turn();
  }
}

describe('a queue of runs', () => {
  let world: World;
  beforeEach(() => (world = new World()));

  it('begins them in their order, one after the other', async () => {
    world.queue.add([run('a'), run('b')]);
    world.queue.add([run('c')]);
    assert.deepEqual([world.begun, world.waiting], [['a 1'], ['a 1', 'b 1', 'c 1']]);
    assert.ok(world.queue.isBeginning(world.queue.state.waiting[0].id));
    await world.loaded('a 1');
    assert.deepEqual([world.begun, world.waiting], [['a 1'], ['b 1', 'c 1']]);
    await world.ends('a 1');
    await world.loaded('b 1');
    await world.ends('b 1');
    await world.loaded('c 1');
    await world.ends('c 1');
    assert.deepEqual([world.begun, world.waiting], [['a 1', 'b 1', 'c 1'], []]);
  });

  it('begins as many at once as may be, and counts what it did not begin itself', async () => {
    world.limit = 3;
    world.training.add('by hand');
    world.queue.add(['a', 'b', 'c', 'd'].map((name) => run(name)));
    assert.deepEqual(world.begun, ['a 1', 'b 1']);
    await world.loaded('b 1');
    await world.loaded('a 1');
    assert.equal(world.begun.length, 2);
    await world.ends('by hand');
    assert.deepEqual(world.begun, ['a 1', 'b 1', 'c 1']);
    world.limit = 4;
    world.queue.fill();
    assert.deepEqual(world.begun, ['a 1', 'b 1', 'c 1', 'd 1']);
  });

  it('begins nothing while it is paused, and lets go on what is being trained', async () => {
    world.queue.add([run('a'), run('b')]);
    await world.loaded('a 1');
    world.queue.pause();
    await world.ends('a 1');
    world.queue.add([run('c')]);
    assert.deepEqual([world.begun, world.waiting], [['a 1'], ['b 1', 'c 1']]);
    world.queue.resume();
    assert.deepEqual(world.begun, ['a 1', 'b 1']);
  });

  it('is put in another order, never beyond its ends', () => {
    world.queue.pause();
    const [a, b, c] = world.queue.add(['a', 'b', 'c'].map((name) => run(name)));
    world.queue.move(c, -1);
    assert.deepEqual(world.waiting, ['a 1', 'c 1', 'b 1']);
    world.queue.move(a, 1);
    assert.deepEqual(world.waiting, ['c 1', 'a 1', 'b 1']);
    world.queue.move(b, -10);
    assert.deepEqual(world.waiting, ['b 1', 'c 1', 'a 1']);
    world.queue.move(b, 10);
    assert.deepEqual(world.waiting, ['c 1', 'a 1', 'b 1']);
    world.queue.move('no such run', 1);
    assert.deepEqual(world.waiting, ['c 1', 'a 1', 'b 1']);
    world.queue.resume();
    assert.deepEqual(world.begun, ['c 1']);
  });

  it('loses what is removed, also what is just being read', async () => {
    const [a, , c] = world.queue.add(['a', 'b', 'c', 'd'].map((name) => run(name)));
    world.queue.remove([a, c]);
    await turn();
    assert.deepEqual([world.begun, world.waiting, world.failures], [['a 1', 'b 1'], ['b 1', 'd 1'], []]);
  });

  it('passes over a run that cannot begin, until it is asked for again', async () => {
    const [a] = world.queue.add([run('a'), run('b'), run('c')]);
    await world.fails('a 1', 'no data');
    assert.deepEqual([world.begun, world.failures], [['a 1', 'b 1'], ['a: no data']]);
    assert.equal(world.queue.state.waiting[0].problem, 'no data');
    await world.loaded('b 1');
    world.queue.retry(a);
    await world.ends('b 1');
    assert.deepEqual([world.begun.slice(2), world.queue.state.waiting[0].problem], [['a 1'], undefined]);
    await world.loaded('a 1');
    assert.deepEqual(world.waiting, ['c 1']);
  });

  it('refuses a run that waits already, and then queues nothing of what it came with', async () => {
    world.queue.pause();
    world.queue.add([run('a'), run('a', 2)]);
    assert.throws(() => world.queue.add([run('b'), run('a', 2)]), /a with seed 2 waits in the queue already/);
    assert.throws(() => world.queue.add([run('b'), run('b')]), /b with seed 1 waits/);
    assert.deepEqual(world.waiting, ['a 1', 'a 2']);
    world.queue.add([
      { ...run('a'), text: '{ "name": "a" } // changed' },
      { ...run('a'), epochs: 3 },
    ]);
    world.queue.resume();
    await world.loaded('a 1');
    // What is being trained waits no longer.
    world.queue.add([run('a')]);
    assert.deepEqual(world.waiting, ['a 2', 'a 1', 'a 1', 'a 1']);
  });

  it('tells of repeats once all of them are over, whatever became of each', async () => {
    world.limit = 2;
    const repeats = { name: 'a', directories: ['/w/runs/before'] };
    world.queue.add([run('a', 7), run('a', 8), run('a', 9)], repeats);
    await world.loaded('a 7');
    await world.fails('a 8', 'no memory');
    await world.loaded('a 9');
    await world.ends('a 9');
    assert.equal(world.ended.length, 0);
    await world.ends('a 7');
    const directories = ['/w/runs/before', '/w/runs/a 7', '/w/runs/a 9'];
    assert.deepEqual(
      world.ended.map((group) => group.directories),
      [directories],
    );
    assert.deepEqual(world.queue.state.repeats, []);
    await world.ends('a 7');
    assert.equal(world.ended.length, 1);
  });

  it('tells of repeats whose last ones are removed', async () => {
    const [, ...others] = world.queue.add([run('a', 7), run('a', 8), run('a', 9)], { name: 'a', directories: [] });
    await world.loaded('a 7');
    await world.ends('a 7');
    world.queue.remove(others);
    await turn();
    assert.deepEqual(world.ended[0].directories, ['/w/runs/a 7']);
  });

  describe('over the end of a window', () => {
    let folder: string;
    let file: QueueFile;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'queue-'));
      file = new QueueFile(join(folder, 'storage', 'queue.json'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('is remembered, and waits to be asked to go on', async () => {
      world.queue.add([run('a'), run('a', 2)], { name: 'a', directories: [] });
      world.queue.add([{ ...run('b'), epochs: 4 }, run('c')]);
      await world.loaded('a 1');
      // The window closes while the second is being read: that one has not begun.
      await world.ends('a 1');
      world.queue.close();
      await world.fails('a 2', 'The run was ended.');
      await file.write(world.queue.state);
      const json = JSON.parse(await readFile(file.path, 'utf8')) as { texts: string[] };
      assert.equal(json.texts.length, 3);

      const next = new World();
      assert.equal(next.queue.restore(await new QueueFile(file.path).read()), 3);
      const before = JSON.parse(JSON.stringify(world.queue.state)) as QueueState;
      assert.deepEqual(next.queue.state, { ...before, paused: true });
      assert.deepEqual([next.begun, next.waiting, next.ended], [[], ['a 2', 'b 1', 'c 1'], []]);
      next.queue.resume();
      await next.loaded('a 2');
      await next.ends('a 2');
      assert.deepEqual(next.ended[0].directories, ['/w/runs/a 1', '/w/runs/a 2']);
      const [added] = next.queue.add([run('d')]);
      assert.equal(new Set([added, ...world.queue.state.waiting.map(({ id }) => id)]).size, 4);
    });

    it('is remembered with what is gone on with, and does not end the repeats that it is one of', async () => {
      world.queue.add([run('a'), run('a', 2)], { name: 'a', directories: [] });
      await world.loaded('a 1');
      world.queue.add([{ ...run('a'), resumes: '/w/runs/a 1' }]);
      assert.throws(
        () => world.queue.add([{ ...run('a'), resumes: '/w/runs/a 1' }]),
        /waits in the queue already, to be/,
      );
      await world.ends('a 1');
      await world.loaded('a 2');
      await world.ends('a 2');
      await world.loaded('a 1');
      assert.deepEqual(world.ended, []);
      world.queue.add([{ ...run('b'), resumes: '/w/runs/b 1' }]);
      await file.write(world.queue.state);
      assert.deepEqual(
        (await file.read()).waiting.map(({ resumes }) => resumes),
        ['/w/runs/b 1'],
      );
      await world.ends('a 1');
      assert.equal(world.ended.length, 1);
    });

    it('stays paused where it was paused, and comes before what was queued meanwhile', async () => {
      world.queue.pause();
      world.queue.add([run('a')]);
      await file.write(world.queue.state);
      const next = new World();
      next.limit = 0;
      next.queue.add([run('b')]);
      assert.equal(next.queue.restore(await file.read()), 0);
      assert.deepEqual([next.waiting, next.queue.state.paused], [['a 1', 'b 1'], true]);
    });

    it('leaves no file where nothing is to be remembered', async () => {
      assert.deepEqual(await file.read(), EMPTY_QUEUE);
      await file.write({ ...EMPTY_QUEUE, paused: true });
      assert.deepEqual(await file.read(), { ...EMPTY_QUEUE, paused: true });
      await file.write(EMPTY_QUEUE);
      assert.deepEqual(await readdir(join(folder, 'storage')), []);
    });

    it('writes only the last of states that come faster than they are written', async () => {
      world.queue.pause();
      const written = ['a', 'b', 'c', 'd'].map((name) => {
        world.queue.add([run(name)]);
        return file.write(world.queue.state);
      });
      await Promise.all(written);
      assert.equal((await file.read()).waiting.length, 4);
      assert.deepEqual(await readdir(join(folder, 'storage')), ['queue.json']);
    });

    for (const [what, text, why] of [
      ['cut short', '{ "format": 1, "wai', /JSON/],
      ['of a newer version', '{ "format": 2 }', /format 2, and this version reads format 1/],
      ['no object', '[]', /an object in the file/],
      [
        'without the text of a run',
        '{ "format": 1, "texts": [], "repeats": [], "waiting": [{ "id": "1", "name": "a", "file": "/a", "text": 0, "seed": 1 }] }',
        /a text in waiting\[0\]\.text/,
      ],
      [
        'with a seed that is none',
        '{ "format": 1, "texts": ["{}"], "repeats": [], "waiting": [{ "id": "1", "name": "a", "file": "/a", "text": 0, "seed": -1 }] }',
        /whole number from 0 in waiting\[0\]\.seed/,
      ],
    ] as const)
      it(`that is ${what} is told and put aside`, async () => {
        const path = join(folder, 'queue.json');
        await writeFile(path, text);
        const damaged = new QueueFile(path);
        await assert.rejects(damaged.read(), (error: Error) => {
          assert.equal(error.name, 'RunError');
          return why.test(error.message) && error.message.includes(`${path}.unreadable`);
        });
        assert.equal(await readFile(`${path}.unreadable`, 'utf8'), text);
        assert.deepEqual(await damaged.read(), EMPTY_QUEUE);
      });

    it('has what was being trained beside it, until nothing is', async () => {
      const running = new RunningFile(join(folder, 'storage', 'running.json'));
      assert.deepEqual(await running.read(), []);
      const runs = [{ directory: '/w/runs/a 1', document: 'file:///w/a.netjson' }];
      await running.write(runs);
      assert.deepEqual(await new RunningFile(running.path).read(), runs);
      await running.write([]);
      assert.deepEqual(await readdir(join(folder, 'storage')), []);
      await writeFile(running.path, '{ "format": 1, "running": [{ "directory": "/w/runs/a 1" }] }');
      await assert.rejects(running.read(), /a text in running\[0\]\.document.*running\.json\.unreadable/);
      assert.deepEqual(await running.read(), []);
    });
  });
});
