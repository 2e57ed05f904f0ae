import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Session } from '../../src/host/session';
import { closeAll, endless, product, replaceIn, short, until, untilState, write } from './support';

const run = (command: string, uri: vscode.Uri): Thenable<unknown> =>
  vscode.commands.executeCommand(`dropoutStudio.${command}`, uri);

describe('a session', () => {
  let session: Session | undefined;

  async function start(text: string): Promise<{ uri: vscode.Uri; session: Session }> {
    const uri = await write(text);
    session = (await product()).sessions.get(uri);
    await run('train', uri);
    return { uri, session };
  }

  afterEach(async () => {
    await session?.stop();
    session = undefined;
    await closeAll();
  });

  it('trains to the end and keeps every epoch', async () => {
    const { session } = await start(short(5));
    const { history, end, step, stepsPerEpoch } = await untilState(session, 'finished');
    assert.deepEqual(
      history.map((e) => e.epoch),
      [1, 2, 3, 4, 5],
    );
    assert.equal(step, 5 * stepsPerEpoch);
    assert.equal(end?.reason, 'finished');
    for (const { train, trainDropoutOff, validation } of history) {
      for (const value of [train.loss, trainDropoutOff.loss, validation!.loss])
        assert.ok(Number.isFinite(value) && value > 0);
      assert.ok(train.min <= train.loss && train.loss <= train.max);
    }
  });

  it('trains on as many threads as the setting says, where a step has work for them, to the same losses', async () => {
    const settings = vscode.workspace.getConfiguration('dropoutStudio');
    const losses: number[][] = [];
    try {
      for (const threads of [1, 3]) {
        await settings.update('threads', threads, vscode.ConfigurationTarget.Workspace);
        const { session } = await start(short(2).replace('"units": 16', '"units": 4001'));
        const { history } = await untilState(session, 'finished');
        assert.equal(session.threads, threads);
        losses.push(history.map((e) => e.train.loss));
      }
      assert.deepEqual(losses[1], losses[0]);
      const { session } = await start(short(2));
      await untilState(session, 'finished');
      assert.equal(session.threads, 1);
    } finally {
      await settings.update('threads', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('pauses, stays where it is, steps one batch at a time, resumes and stops', async () => {
    const { uri, session } = await start(endless());
    await until('some steps', () => session.snapshot.step > 20);
    await run('pause', uri);
    assert.equal(session.snapshot.state, 'paused');
    const { step } = session.snapshot;
    await pause(150);
    assert.equal(session.snapshot.step, step);
    await run('step', uri);
    assert.equal(session.snapshot.step, step + 1);
    await run('step', uri);
    assert.equal(session.snapshot.step, step + 2);
    assert.equal(session.snapshot.state, 'paused');
    await run('resume', uri);
    await until('more steps', () => session.snapshot.step > step + 20);
    assert.equal(session.snapshot.state, 'training');
    await run('stop', uri);
    assert.equal(session.snapshot.state, 'stopped');
    const stopped = session.snapshot.step;
    await pause(100);
    assert.equal(session.snapshot.step, stopped);
  });

  it('steps from the start where no run is alive', async () => {
    const uri = await write(endless());
    session = (await product()).sessions.get(uri);
    await run('step', uri);
    assert.deepEqual([session.snapshot.state, session.snapshot.step], ['paused', 1]);
  });

  it('survives closing the editor and opening it again', async () => {
    const uri = await write(endless());
    session = (await product()).sessions.get(uri);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'dropoutStudio.designer');
    await run('train', uri);
    await until('an epoch', () => session!.snapshot.history.length > 0);
    await closeAll();
    const { step } = session.snapshot;
    await until('training to go on', () => session!.snapshot.step > step + 50);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'dropoutStudio.designer');
    assert.equal((await product()).sessions.get(uri), session);
    assert.equal(session.snapshot.state, 'training');
    assert.equal(session.snapshot.history[0].epoch, 1);
  });

  it('takes a rate that changes in the text from the next step on', async () => {
    const { uri, session } = await start(endless(0.5));
    const document = await vscode.workspace.openTextDocument(uri);
    await until('some steps', () => session.snapshot.step > 5);
    await run('pause', uri);
    const { step } = session.snapshot;
    await replaceIn(document, '"rate": 0.5', '"rate": 0.2');
    await run('step', uri);
    await until('the change', () => session.snapshot.changes.length > 0);
    const [change] = session.snapshot.changes;
    assert.deepEqual(
      { ...change, epoch: 0 },
      { step, epoch: 0, layer: 'drop1', parameter: 'rate', from: 0.5, to: 0.2 },
    );
    assert.equal(session.snapshot.outdated, false);
    await replaceIn(document, '"optimizer": "adam"', '"optimizer": { "kind": "adam", "learningRate": 0.01 }');
    await until('the second change', () => session.snapshot.changes.length > 1);
    assert.deepEqual(session.snapshot.changes[1], {
      step: step + 1,
      epoch: session.snapshot.epoch,
      parameter: 'optimizer.learningRate',
      from: 0.001,
      to: 0.01,
    });
    assert.equal(session.snapshot.outdated, false);
    await replaceIn(document, '"units": 16', '"units": 17');
    await until('the run to be outdated', () => session.snapshot.outdated);
    assert.equal(session.snapshot.state, 'paused');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('tells of a worker that dies, and can train again', async () => {
    const { uri, session } = await start(endless());
    await until('some steps', () => session.snapshot.step > 5);
    const { client } = session as unknown as { client: { worker: { terminate(): Promise<void> } } };
    await client.worker.terminate();
    const { message } = await untilState(session, 'failed');
    assert.match(message!, /worker died after step \d+.*Train again/s);
    const begun = run('train', uri);
    const loading = await untilState(session, 'loading');
    assert.equal(loading.message, undefined, 'what was wrong with the last run shines through');
    assert.deepEqual([loading.history, loading.sight, loading.step], [[], undefined, 0]);
    await begun;
    await until('the new run', () => session.snapshot.state === 'training' && session.snapshot.step > 0);
  });

  it('says what is missing where it cannot train, and the host stays alive', async () => {
    const uri = await write(endless().replace('"rate": 0.5', '"rate": 1.2'));
    const { sessions, documents } = await product();
    const document = await vscode.workspace.openTextDocument(uri);
    documents.get(document);
    assert.throws(
      () => sessions.source(document),
      /Line 8: Layer "drop1", "rate": expected a number from 0 and below 1, found 1\.2/,
    );
    assert.equal(sessions.get(uri).snapshot.state, 'idle');
  });

  it('refuses a model whose data cannot be read, and names the file', async () => {
    const uri = await write(
      endless().replace(
        /"data": \{.*\},\n/,
        '"data": { "source": "csv", "path": "nowhere.csv", "target": "class" },\n',
      ),
    );
    const { sessions } = await product();
    const document = await vscode.workspace.openTextDocument(uri);
    const own = sessions.get(uri);
    await assert.rejects(own.train(sessions.source(document)), /nowhere\.csv/);
    assert.equal(own.snapshot.state, 'failed');
    assert.match(own.snapshot.message!, /nowhere\.csv/);
  });

  it('trains two networks at the same time', async () => {
    const first = await start(endless());
    const second = await write(endless(0.1));
    const other = (await product()).sessions.get(second);
    await run('train', second);
    const at = first.session.snapshot.step;
    await until('both to go on', () => other.snapshot.step > 20 && first.session.snapshot.step > at);
    await other.stop();
  });
});
