import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ComparedRuns } from '../../src/protocol/compareRuns';
import type { RunInfo } from '../../src/runs/info';
import type { Queue } from '../../src/host/queue/queue';
import type { RunEntry } from '../../src/host/runsView/entry';
import type { Session } from '../../src/host/session';
import { closeAll, endless, folder, type Product, product, replaceIn, short, until, write } from './support';

const command = <T = unknown>(name: string, ...args: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(`dropoutStudio.${name}`, ...args);
const set = (key: string, value: unknown): Thenable<void> =>
  vscode.workspace.getConfiguration('dropoutStudio').update(key, value, vscode.ConfigurationTarget.Workspace);
const infoOf = (directory: string): RunInfo => JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunInfo;

/** Endless, with epochs long enough that the window has time for others. */
const long = (): string => endless().replace('"samples": 200', '"samples": 20000');

describe('the queue of runs', () => {
  let parts: Product;
  let queue: Queue;
  before(async () => {
    parts = await product();
    ({ queue } = parts);
    await parts.runs.ready;
  });
  afterEach(async () => {
    queue.remove(queue.state.waiting.map(({ id }) => id));
    queue.resume();
    await Promise.all(parts.sessions.alive.map((session) => session.stop()));
    await set('parallelRuns', undefined);
    await closeAll();
    await until('sessions to end', () => parts.sessions.alive.length === 0);
  });

  let count = 0;
  /** A file whose runs can be told from those of others. */
  const model = async (text: string): Promise<{ uri: vscode.Uri; name: string }> => {
    const name = `queued ${++count}`;
    return { uri: await write(text.replace(/"name": "\w+"/, `"name": "${name}"`)), name };
  };
  const waiting = (): string[] => queue.state.waiting.map(({ name }) => name);
  const untilWaiting = (...names: string[]): Promise<unknown> =>
    until(`${names.join(', ') || 'nothing'} to wait`, () => waiting().join() === names.join());
  const runsOf = (uri: vscode.Uri): RunEntry[] => parts.runs.entries.filter((run) => run.model?.file === uri.fsPath);
  const trained = (): Session[] => parts.sessions.alive.filter(({ snapshot }) => snapshot.state === 'training');
  const untilRun = (uri: vscode.Uri, state: string): Promise<RunEntry> =>
    until(`a run of ${uri.fsPath} that is ${state}`, () => runsOf(uri).find((run) => run.state === state), 60);

  it('trains one after the other, with a limit of one', async () => {
    const [first, second] = [await model(long()), await model(short(3))];
    await command('queueRun', first.uri);
    await command('queueRun', second.uri);
    const run = await untilRun(first.uri, 'training');
    await untilWaiting(second.name);
    assert.equal(trained().length, 1);
    await command('runs.stop', vscode.Uri.file(run.directory));
    await untilRun(second.uri, 'finished');
    assert.deepEqual(waiting(), []);
    assert.equal((await untilRun(first.uri, 'stopped')).unfinished, true);
  });

  it('trains two at once with a limit of two, and what waits begins when the limit rises', async () => {
    const models = [await model(long()), await model(long()), await model(long())];
    await set('parallelRuns', 2);
    for (const { uri } of models) await command('queueRun', uri);
    await until('two to be trained', () => trained().length === 2);
    await untilWaiting(models[2].name);
    await set('parallelRuns', 3);
    await until('three to be trained', () => trained().length === 3);
    await untilWaiting();
  });

  it('waits for what was started by hand, and takes the place of what is paused', async () => {
    const [byHand, queued] = [await model(long()), await model(long())];
    await command('train', byHand.uri);
    await command('queueRun', queued.uri);
    assert.deepEqual(waiting(), [queued.name]);
    await command('pause', byHand.uri);
    await untilRun(queued.uri, 'training');
    await untilWaiting();
  });

  it('is put in another order, and loses what is removed', async () => {
    await command('pauseQueue');
    const models = [await model(short(2)), await model(short(2)), await model(short(2))];
    for (const { uri } of models) await command('queueRun', uri);
    const [a, b, c] = models.map(({ name }) => name);
    const node = (name: string) => ({ queued: queue.state.waiting.find((run) => run.name === name)!.id });
    await command('queue.moveUp', node(c));
    assert.deepEqual(waiting(), [a, c, b]);
    await command('queue.moveToTop', node(b));
    await command('queue.moveDown', node(c));
    assert.deepEqual(waiting(), [b, a, c]);
    await command('queue.remove', node(a));
    assert.deepEqual(waiting(), [b, c]);
    await command('resumeQueue');
    await Promise.all([models[1], models[2]].map(({ uri }) => untilRun(uri, 'finished')));
    const [second, third] = [runsOf(models[1].uri)[0], runsOf(models[2].uri)[0]];
    assert.ok(infoOf(second.directory).ended! <= infoOf(third.directory).started, 'they were trained in another order');
    assert.deepEqual(runsOf(models[0].uri), []);
  });

  it('trains the model as it was when it was queued', async () => {
    await command('pauseQueue');
    const { uri } = await model(short(2));
    const document = await vscode.workspace.openTextDocument(uri);
    const before = document.getText();
    await command('queueRun', uri);
    await replaceIn(document, '"units": 16', '"units": 5');
    await command('resumeQueue');
    const { directory } = await untilRun(uri, 'finished');
    assert.equal(readFileSync(join(directory, 'model.netjson'), 'utf8'), before);
    await vscode.commands.executeCommand('vscode.open', uri);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('repeats a model over three seeds, on an example with few epochs, and the repeats compare', async () => {
    const example = readFileSync(join(folder().fsPath, 'moons.netjson'), 'utf8');
    const text = example.replace(/"epochs": \d+/, '"epochs": 3');
    assert.notEqual(text, example);
    const uri = await write(text, 'moons-few-epochs.netjson');
    await set('parallelRuns', 2);
    let ended: readonly string[] | undefined;
    const listening = queue.onDidEndRepeats((repeats) => (ended = repeats.directories));
    await command('repeatRun', uri, 3);
    const directories = await until('the repeats to be over', () => ended, 60);
    listening.dispose();
    const seed = Number(/"training"[^]*"seed": (\d+)/.exec(text)![1]);
    const seeds = directories.map((directory) => infoOf(directory).seeds.training).sort((a, b) => a - b);
    assert.deepEqual(seeds, [seed, seed + 1, seed + 2]);
    for (const directory of directories) assert.equal(infoOf(directory).reason, 'finished');
    const compared = await command<ComparedRuns>('compareRuns', directories);
    assert.equal(compared.comparison.repeats[0].runs.length, 3);
    await until('names that tell them apart', () =>
      seeds.every((s) => runsOf(uri).some(({ name }) => name?.endsWith(`, seed ${s}`))),
    );
  });

  it('repeats a run with the seeds after its own, and counts it among the repeats', async () => {
    const { uri } = await model(short(2));
    await command('queueRun', uri);
    const { directory } = await untilRun(uri, 'finished');
    let ended: readonly string[] | undefined;
    const listening = queue.onDidEndRepeats((repeats) => (ended = repeats.directories));
    await command('repeatRun', { run: directory }, 2);
    const directories = await until('the repeats to be over', () => ended, 60);
    listening.dispose();
    assert.deepEqual(
      directories.map((d) => infoOf(d).seeds.training),
      [3, 4, 5],
    );
    assert.equal(directories[0], directory);
  });

  it('lets go of the worker of a run that nobody looks at, and shows one that somebody does', async () => {
    const { uri } = await model(long());
    await command('queueRun', uri);
    const { directory } = await untilRun(uri, 'training');
    await command('runs.open', { run: directory });
    const document = await until('its designer', () =>
      vscode.workspace.textDocuments.find(
        ({ uri: { scheme, query } }) => scheme === 'dropout-run' && query.includes(directory),
      ),
    );
    const session = parts.sessions.get(document.uri);
    assert.equal(session, queue.sessionOf(directory));
    assert.ok(!session.snapshot.outdated);
    await session.stop();
    await untilRun(uri, 'stopped');
    assert.equal(queue.sessionOf(directory), session);
    assert.ok(session.snapshot.step > 0);
    await closeAll();
    await until('the session to go', () => !queue.sessionOf(directory));
  });

  it('takes a run to be gone on with while its model is being trained', async () => {
    const { uri, name } = await model(long());
    const interrupted = async (): Promise<string> => {
      const known = runsOf(uri).map(({ directory }) => directory);
      await command('queueRun', uri);
      const { directory } = await until(
        'a run',
        () => runsOf(uri).find((run) => run.state === 'training' && !known.includes(run.directory)),
        60,
      );
      await command('runs.stop', { run: directory });
      await until('its end', () => parts.runs.get(directory)?.state === 'stopped', 60);
      return directory;
    };
    const [first, second] = [await interrupted(), await interrupted()];
    await command('runs.resume', { run: first });
    await until('the first to go on', () => parts.runs.get(first)?.state === 'training', 60);
    // Answers once its message is closed.
    void command('runs.resume', { run: second });
    await until('the second to wait', () => queue.state.waiting.some(({ resumes }) => resumes === second));
    assert.match(queue.state.waiting[0].name, new RegExp(`^${name}, `));
    assert.equal(trained().length, 1);
    await command('runs.stop', { run: first });
    await until('the second to go on', () => parts.runs.get(second)?.state === 'training', 60);
    await untilWaiting();
    await until('more than it had', () => infoOf(second).resumed?.length === 1);
    assert.equal(runsOf(uri).length, 2);
  });

  it('passes over a run that cannot be trained', async () => {
    await command('pauseQueue');
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder(), 'few.csv'),
      new TextEncoder().encode(
        'x,y,class\n' + Array.from({ length: 40 }, (_, i) => `${i},${-i},${i % 2 ? 'a' : 'b'}\n`).join(''),
      ),
    );
    const data = '"data": { "source": "csv", "path": "few.csv", "target": "class" },\n';
    const [broken, whole] = [await model(short(2).replace(/"data": \{.*\},\n/, data)), await model(short(2))];
    await command('queueRun', broken.uri);
    await command('queueRun', whole.uri);
    assert.deepEqual(waiting(), [broken.name, whole.name]);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), 'few.csv'));
    await command('resumeQueue');
    await untilRun(whole.uri, 'finished');
    assert.deepEqual(waiting(), [broken.name]);
    assert.match(queue.state.waiting[0].problem!, /few\.csv/);
    assert.deepEqual(runsOf(broken.uri), []);
  });

  it('refuses a model with errors, and one that waits already', async () => {
    await command('pauseQueue');
    const [wrong, right] = [await model(short(2).replace('"rate": 0.5', '"rate": 1.5')), await model(short(2))];
    const noData = await model(
      short(2).replace(/"data": \{.*\},\n/, '"data": { "source": "csv", "path": "no.csv", "target": "c" },\n'),
    );
    await command('queueRun', wrong.uri);
    await command('queueRun', noData.uri);
    assert.deepEqual(waiting(), []);
    await command('queueRun', right.uri);
    await command('queueRun', right.uri);
    assert.deepEqual(waiting(), [right.name]);
  });
});
