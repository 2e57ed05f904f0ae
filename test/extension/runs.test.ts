import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { RunLibrary } from '../../src/host/runsView/library';
import type { Session } from '../../src/host/session';
import type { ComparedRuns } from '../../src/protocol/compareRuns';
import { answering, closeAll, endless, folder, product, short, until, untilState, write } from './support';

const command = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`dropoutStudio.${name}`, ...args);

/** Ends the session's worker as a crash does: from outside, without a word. */
async function killWorker(session: Session): Promise<void> {
  const { client } = session as unknown as { client: { worker: { terminate(): Promise<number> } } };
  await client.worker.terminate();
  await untilState(session, 'failed');
}

/** VS Code lets go of a document some time after its tab was closed: there may be those of other runs. */
const isOf = (directory: string, { uri }: vscode.TextDocument): boolean =>
  uri.scheme === 'dropout-run' && uri.query.includes(directory);

describe('runs that last', () => {
  let session: Session | undefined;
  let library: RunLibrary;
  before(async () => {
    library = (await product()).runs;
    await library.ready;
  });
  afterEach(async () => {
    await session?.stop();
    session = undefined;
    await closeAll();
  });

  async function start(text: string): Promise<{ uri: vscode.Uri; session: Session }> {
    const uri = await write(text);
    session = (await product()).sessions.get(uri);
    await command('train', uri);
    return { uri, session };
  }
  const directoryOf = (of: Session): Promise<string> => until('the run on disk', () => of.snapshot.kept?.directory);
  const untilEntry = (directory: string, state: string): Promise<unknown> =>
    until(`the run to be listed as ${state}`, () => library.get(directory)?.state === state);

  it('are in the view while they train, and as they ended after', async () => {
    const { uri, session } = await start(endless());
    const directory = await directoryOf(session);
    await untilEntry(directory, 'training');
    await until('an epoch', () => (library.get(directory)?.last?.epoch ?? 0) > 1);
    await command('pause', uri);
    await untilEntry(directory, 'paused');
    await command('runs.continue', vscode.Uri.file(directory));
    await untilEntry(directory, 'training');
    await command('runs.stop', vscode.Uri.file(directory));
    await untilEntry(directory, 'stopped');
    const entry = library.get(directory)!;
    assert.equal(entry.unfinished, true);
    assert.equal(entry.model?.file, uri.fsPath);
    assert.ok(entry.best && entry.last!.epoch >= entry.best.epoch);
  });

  it('are named, noted and pinned in their own folder', async () => {
    const { session } = await start(short(3));
    const directory = await directoryOf(session);
    await untilEntry(directory, 'finished');
    const run = vscode.Uri.file(directory);
    await command('runs.rename', run, ' wide ');
    await command('runs.note', run, 'the first');
    await command('runs.pin', run);
    const { name, note, pinned } = library.get(directory)!;
    assert.deepEqual([name, note, pinned], ['wide', 'the first', true]);
    const notes = JSON.parse(readFileSync(join(directory, 'notes.json'), 'utf8')) as object;
    assert.deepEqual(notes, { format: 1, name: 'wide', note: 'the first', pinned: true });
    await command('runs.unpin', run);
    assert.equal(library.get(directory)?.pinned, undefined);
  });

  it('show their model as it was, which nobody can change, and give it away as a new one', async () => {
    const { uri, session } = await start(short(3));
    const directory = await directoryOf(session);
    await untilEntry(directory, 'finished');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(short(3).replace('"units": 16', '"units": 99')));
    await command('runs.openModel', vscode.Uri.file(directory));
    const shown = await until('the model as it was', () =>
      vscode.workspace.textDocuments.find((document) => isOf(directory, document)),
    );
    assert.equal(shown.getText(), short(3));
    assert.equal(vscode.workspace.fs.isWritableFileSystem('dropout-run'), false);
    const copy = vscode.Uri.joinPath(folder(), 'copy-of-a-run.netjson');
    await command('runs.duplicate', vscode.Uri.file(directory), copy);
    assert.equal(readFileSync(copy.fsPath, 'utf8'), short(3));
  });

  it('are shown as they ended, and give their weights to a new run', async () => {
    const { uri, session: trained } = await start(short(6));
    const directory = await directoryOf(trained);
    await untilEntry(directory, 'finished');
    const { history, end } = trained.snapshot;
    const run = vscode.Uri.file(directory);
    await command('runs.open', run);
    const document = await until('the model as it was', () =>
      vscode.workspace.textDocuments.find((document) => isOf(directory, document)),
    );
    const { sessions } = await product();
    const shown = sessions.get(document.uri);
    assert.equal(shown.snapshot.state, 'finished');
    assert.deepEqual(shown.snapshot.history, history);
    assert.deepEqual(shown.snapshot.end?.best, end?.best);
    assert.deepEqual(shown.snapshot.stored?.weights, { checkpoint: 'last', epoch: 6 });
    const answer = await shown.examine({ lens: 'confusion', ask: { part: 'validation' } }, 'test', 'soon');
    assert.equal((answer as unknown as { counts: unknown[] }).counts.length, 2);
    await until(
      'a picture of the step that would come',
      () => shown.snapshot.sight?.step === trained.snapshot.step,
      60,
    );

    await command('runs.restore', run, 'best');
    assert.equal(trained.snapshot.state, 'paused');
    assert.deepEqual(
      [trained.snapshot.step, trained.snapshot.initial?.checkpoint, trained.snapshot.kept?.directory],
      [0, 'best', undefined],
    );
    await command('resume', uri);
    await untilState(trained, 'finished');
    const next = await directoryOf(trained);
    assert.notEqual(next, directory);
    const info = JSON.parse(readFileSync(join(next, 'run.json'), 'utf8')) as { initial: { run: string } };
    assert.equal(info.initial.run, basename(directory));

    await closeAll();
    await until('the run shown to be let go', () => sessions.get(document.uri).snapshot.state === 'idle');
  });

  it('that do not fit the model in front say what does not', async () => {
    const { session: trained } = await start(short(3));
    const directory = await directoryOf(trained);
    await untilEntry(directory, 'finished');
    const text = short(3).replace('"units": 16', '"units": 5');
    await vscode.workspace.fs.writeFile(trained.uri, new TextEncoder().encode(text));
    const { sessions, documents } = await product();
    const document = await vscode.workspace.openTextDocument(trained.uri);
    await until('the change to arrive', () => documents.get(document).analysis.model?.layers[1].params.units === 5);
    await assert.rejects(
      sessions.restoreWeights(trained.uri, { directory, checkpoint: 'best' }),
      /do not fit this model: "hidden1\/kernel" should be of shape \[2, 5\], found \[2, 16\]/,
    );
  });

  it('go to the trash, but not while somebody writes them', async () => {
    const { session } = await start(endless());
    const directory = await directoryOf(session);
    await untilEntry(directory, 'training');
    await assert.rejects(library.trash([directory]), /being written/);
    assert.ok(existsSync(join(directory, 'run.json')));
    await session.stop();
    await untilEntry(directory, 'stopped');
    await command('runs.delete', vscode.Uri.file(directory));
    assert.equal(library.get(directory), undefined);
    assert.ok(!existsSync(directory));
  });

  it('are gone on with after their worker died, with the curves of before', async () => {
    const { session } = await start(endless());
    const directory = await directoryOf(session);
    await until('a checkpoint after some epochs', () => (session.snapshot.kept?.checkpoint?.epoch ?? 0) > 3, 60);
    await killWorker(session);
    await untilEntry(directory, 'interrupted');
    const before = session.snapshot.history;
    assert.match(session.snapshot.message!, /Resume goes on with it from step \d+/);
    await command('runs.resume', vscode.Uri.file(directory));
    await until('more epochs', () => session.snapshot.history.length > before.length + 2, 60);
    assert.equal(session.snapshot.kept?.directory, directory);
    // Timeless: what was measured again is the same.
    assert.deepEqual(session.snapshot.history.slice(0, before.length), before);
    await untilEntry(directory, 'training');
  });

  it('are gone on with from the palette, to the numbers of a run that nothing interrupted', async () => {
    // Long enough to be stopped on the way.
    const text = (name: string): string =>
      short(600).replace('"name": "short"', `"name": "${name}"`).replace('"samples": 200', '"samples": 4000');
    const { session: whole } = await start(text('whole'));
    await until('the end of the whole run', () => whole.snapshot.state === 'finished', 120);
    const { uri, session: parts } = await start(text('parts'));
    const directory = await directoryOf(parts);
    await until('some epochs', () => parts.snapshot.history.length > 5);
    await command('stop', uri);
    assert.equal(parts.snapshot.state, 'stopped');
    await untilEntry(directory, 'stopped');
    const asked = await answering(
      'showQuickPick',
      (_, items) => items.find((item) => (item as { directory?: string }).directory === directory),
      async () => void (await command('resumeRun', uri)),
    );
    assert.deepEqual(asked, ['Resume Run']);
    await until('the end of the run gone on with', () => parts.snapshot.state === 'finished', 120);
    assert.equal(parts.snapshot.kept?.directory, directory);
    assert.deepEqual(parts.snapshot.history, whole.snapshot.history);
    assert.deepEqual(parts.snapshot.end, whole.snapshot.end);
  });

  it('have the twin of a run that nothing interrupted when they are gone on with', async function () {
    this.timeout(240_000);
    const text = (name: string): string =>
      short(200).replace('"name": "short"', `"name": "${name}"`).replace('"samples": 200', '"samples": 4000');
    const withTwin = async (name: string): Promise<{ uri: vscode.Uri; session: Session }> => {
      const uri = await write(text(name));
      session = (await product()).sessions.get(uri);
      session.setTwin(true);
      await command('train', uri);
      return { uri, session };
    };
    const { session: whole } = await withTwin('whole');
    const ended = (of: Session) => of.snapshot.state === 'finished' && of.snapshot.twin?.end !== undefined;
    await until('the end of the whole run and its twin', () => ended(whole), 120);
    const { uri, session: parts } = await withTwin('parts');
    await until('some epochs', () => parts.snapshot.history.length > 5);
    await command('stop', uri);
    assert.equal(parts.snapshot.state, 'stopped');
    const directory = await directoryOf(parts);
    await untilEntry(directory, 'stopped');
    await command('runs.resume', vscode.Uri.file(directory));
    await until('the end of the run gone on with and its twin', () => ended(parts), 120);
    assert.equal(whole.snapshot.twin!.history.length, 200);
    assert.deepEqual(parts.snapshot.twin!.history, whole.snapshot.twin!.history);
    assert.deepEqual(parts.snapshot.history, whole.snapshot.history);
    assert.ok(parts.snapshot.log!.some(({ event }) => event.type === 'twinBegan'));
  });

  it('are compared as the view calls them, where two are selected', async () => {
    const { session: one } = await start(short(3));
    const first = await directoryOf(one);
    await untilEntry(first, 'finished');
    await library.note(first, { name: 'with dropout' });
    const { session: two } = await start(short(4));
    const second = await directoryOf(two);
    await untilEntry(second, 'finished');
    const selected = [first, second].map((run) => ({ run }));
    const compared = (await command('runs.compare', selected[1], selected)) as ComparedRuns;
    const names = compared.comparison.runs.map(({ name }) => name);
    assert.equal(names[0], 'with dropout');
    assert.match(names[1], /^short, \d+ \w+ \d\d:\d\d$/);
    assert.deepEqual(
      compared.histories.map((history) => history.length),
      [3, 4],
    );
    assert.deepEqual(
      compared.comparison.differences.filter(({ of }) => of === 'training').map(({ values }) => values),
      [['3', '4']],
    );
  });

  it('are kept out of Git where that is wanted: one line, asked for once', async () => {
    const git = vscode.Uri.joinPath(folder(), '.git');
    const ignore = vscode.Uri.joinPath(folder(), '.gitignore');
    await vscode.workspace.fs.createDirectory(git);
    await vscode.workspace.fs.writeFile(ignore, new TextEncoder().encode('dist'));
    try {
      const asked = await answering(
        'showInformationMessage',
        (_, items) => items.find((item) => String(item).includes('.gitignore')),
        async () => {
          for (let n = 0; n < 2; n++) {
            const { session } = await start(endless());
            const directory = await directoryOf(session);
            await untilEntry(directory, 'training');
            await session.stop();
            await untilEntry(directory, 'stopped');
          }
          await until('the line', () => readFileSync(ignore.fsPath, 'utf8') !== 'dist');
        },
      );
      const offers = asked.filter((text) => text.includes('Git'));
      assert.deepEqual(offers, [
        'Runs are kept in runs: metrics and weights, which can be large. Keep them out of Git?',
      ]);
      assert.equal(readFileSync(ignore.fsPath, 'utf8'), 'dist\nruns/\n');
    } finally {
      await vscode.workspace.fs.delete(git, { recursive: true });
      await vscode.workspace.fs.delete(ignore);
    }
  });

  it('train on in memory where the folder of runs is a file, which is said once', async () => {
    const settings = vscode.workspace.getConfiguration('dropoutStudio');
    const { Workspace } = vscode.ConfigurationTarget;
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder(), 'no-folder'), new Uint8Array());
    await settings.update('runsFolder', '${workspaceFolder}/no-folder', Workspace);
    // Each step tries again.
    await settings.update('checkpoints.everySeconds', 0, Workspace);
    try {
      const said = await answering(
        'showErrorMessage',
        () => undefined,
        async () => {
          const { session } = await start(endless());
          const problem = await until('the problem to be told', () => session.snapshot.kept?.problem);
          assert.match(problem, /no-folder/);
          const { epoch } = session.snapshot;
          await until('more epochs', () => session.snapshot.epoch > epoch + 20);
          assert.equal(session.snapshot.state, 'training');
          await session.stop();
          assert.equal(session.snapshot.state, 'stopped');
        },
      );
      assert.equal(said.length, 1, said.join('\n'));
      assert.match(said[0], /cannot be kept in .*no-folder.*Training goes on in memory/);
    } finally {
      await settings.update('runsFolder', undefined, Workspace);
      await settings.update('checkpoints.everySeconds', undefined, Workspace);
    }
  });
});
