import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { torchOptions } from '../../src/host/pytorch';
import type { Session } from '../../src/host/session';
import { pythonOn } from '../../src/model/torchOptions';
import { honest, isAlive, putFakePython } from '../harness/fakePython';
import { closeAll, endless, product, short, until, untilState, write } from './support';

/** What a stand-in for Python does at its start where it is not asked for its PyTorch. */
const partOf = (work: string): string =>
  `if (process.argv[2] !== '-c') { const { writeFileSync } = require('node:fs'); const rest = process.argv.slice(2); ${work} }`;

describe('training with PyTorch', function () {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  let session: Session | undefined;
  let place: string;
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('dropoutStudio.pytorch');
  const set = async (name: string, value: unknown): Promise<void> =>
    settings().update(name, value, vscode.ConfigurationTarget.Global);

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'python-'));
  });
  afterEach(async () => {
    await session?.stop();
    session = undefined;
    await closeAll();
    for (const name of ['python', 'nodes', 'nodeRank', 'rendezvous', 'processes', 'communication'])
      await set(name, undefined);
    await rm(place, { recursive: true });
  });
  async function start(text: string, command: string, answer?: string): Promise<Session> {
    // A path with a space, as many have.
    await set('python', await putFakePython(join(place, 'a python'), answer));
    const uri = await write(text);
    session = (await product()).sessions.get(uri);
    await vscode.commands.executeCommand(`dropoutStudio.${command}`, uri);
    return session;
  }
  const chosen = (text: string): string => text.replace('"epochs"', '"backend": "torchrun", "epochs"');

  it('is chosen by the model, and trains to the end in the program', async () => {
    const session = await start(chosen(short(3)), 'train');
    const { step, stepsPerEpoch, history, log, kept, end } = await untilState(session, 'finished');
    assert.equal(step, 3 * stepsPerEpoch);
    // The stand-in tells of 1, 2, 3... in each span.
    assert.ok(history.every(({ train }) => train.min === 1 && train.max >= 1));
    assert.deepEqual([end?.reason, log?.[0].event.type], ['finished', 'started']);
    assert.ok(log?.[0].event.type === 'started' && log[0].event.backend?.torch === '9.9');
    assert.equal(session.snapshot.backend?.torch, '9.9');
    const info = JSON.parse(await readFile(join(kept!.directory!, 'run.json'), 'utf8')) as { backend?: object };
    assert.deepEqual(info.backend, { name: 'torchrun', torch: '9.9', processes: 1 });
  });

  it('is a command for any model, with masks, pause, a step and going on', async () => {
    const session = await start(endless(), 'trainWithPytorch', `setTimeout(() => { ${honest} }, 10);`);
    session.watch({ visible: true, sample: 'auto', frozen: false });
    await until('masks', () => session.snapshot.sight?.layers.some(({ mask }) => mask));
    await session.pause();
    const { step, state } = session.snapshot;
    assert.equal(state, 'paused');
    await session.step();
    assert.equal(session.snapshot.step, step + 1);
    await session.resume();
    await until('more steps', () => session.snapshot.step > step + 1);
    await session.stop();
    assert.equal(session.snapshot.state, 'stopped');
  });

  it('says why a program died, and Resume goes on in PyTorch from where it was', async () => {
    const dying = `if (order.epoch > 2) { console.error('RuntimeError: no room'); process.exit(1); } else { ${honest} }`;
    const session = await start(short(4), 'trainWithPytorch', dying);
    const { message, history, stepsPerEpoch } = await untilState(session, 'failed');
    assert.match(
      message!,
      /did not go on\. It ended \(exit code 1\)\. RuntimeError: no room .*Resume goes on with it from step/,
    );
    assert.equal(history.length, 2);
    await putFakePython(join(place, 'a python'));
    const { sessions } = await product();
    await sessions.resumeRun(session.uri, session.snapshot.kept!.directory!);
    const { step, log } = await untilState(session, 'finished');
    assert.equal(step, 4 * stepsPerEpoch);
    assert.ok(log?.[0].event.type === 'resumed' && log[0].event.backend?.torch === '9.9');
  });

  it('leaves no process behind when the run is stopped, or its worker is ended', async () => {
    for (const end of [() => session!.stop(), () => session!.leaveRun()]) {
      // Once, before the first step is told of: whoever reads it meets it whole.
      const noting = `globalThis.noted ??= require('node:fs').writeFileSync(${JSON.stringify(join(place, 'pid'))}, String(process.pid)) ?? true;`;
      const alive = await start(endless(), 'trainWithPytorch', `${noting} setTimeout(() => { ${honest} }, 10);`);
      await until('a step', () => alive.snapshot.step > 0);
      const pid = Number(await readFile(join(place, 'pid'), 'utf8'));
      assert.ok(isAlive(pid));
      await end();
      await until('the process to end', () => !isAlive(pid));
    }
    // It has left its run, and has nothing to stop.
    session = undefined;
  });

  it('says what to install where there is no Python, and what settings lack', async () => {
    const nowhere = join(place, 'nowhere');
    const uri = await write(chosen(short(2)));
    const session = (await product()).sessions.get(uri);
    await set('python', nowhere);
    await vscode.commands.executeCommand('dropoutStudio.train', uri);
    assert.equal(session.snapshot.state, 'failed');
    assert.equal(
      session.snapshot.message,
      `There is no Python "${nowhere}": install Python 3 with PyTorch, or name the one that has it, with --python or the setting dropoutStudio.pytorch.python.`,
    );
    await set('nodes', 2);
    await assert.rejects(torchOptions(uri), /say where the machines meet, as host:port of the one of rank 0/);
    await set('rendezvous', 'here:29500');
    await set('processes', 4);
    assert.deepEqual(await torchOptions(uri), {
      python: nowhere,
      processes: 4,
      hosts: { address: 'here:29500', count: 2, rank: 0 },
      patience: 300,
    });
    await set('rendezvous', 'here:70000');
    await assert.rejects(torchOptions(uri), /rendezvous; found "here:70000"/);
    await set('nodeRank', 2);
    await set('rendezvous', 'here:29500');
    await assert.rejects(torchOptions(uri), /nodeRank is 2: of 2 machines .* the last has rank 1\./);
    await set('nodeRank', 1);
    assert.equal((await torchOptions(uri)).hosts?.rank, 1);
    await vscode.commands.executeCommand('dropoutStudio.train', uri);
    assert.match(session.snapshot.message, /kept by the machine of rank 0, and .*nodeRank is 1 here: use the command/);
    await set('python', '.venv/bin/python');
    await assert.rejects(torchOptions(uri), /python is "\.venv\/bin\/python": write it as a full path, or as a name/);
    await set('python', undefined);
    await set('processes', 0.5);
    await assert.rejects(torchOptions(uri), /processes: a whole number from 1 to 1024 expected, found 0\.5\./);
    await set('communication', 'mpi');
    await assert.rejects(torchOptions(uri), /"automatic", "gloo" or "nccl" expected, found "mpi"\./);
  });

  it('takes part in the run of another machine, which keeps it, until that is over', async () => {
    const noting = `writeFileSync(${JSON.stringify(join(place, 'arguments'))}, JSON.stringify(rest)); process.exit(0);`;
    await set('python', await putFakePython(join(place, 'python'), undefined, undefined, partOf(noting)));
    await set('nodes', 3);
    await set('nodeRank', 2);
    await set('rendezvous', 'here:29500');
    const uri = await write(short(2));
    await vscode.commands.executeCommand('dropoutStudio.trainWithPytorch', uri);
    const given = JSON.parse(await readFile(join(place, 'arguments'), 'utf8')) as string[];
    for (const word of ['--nnodes=3', '--node_rank=2', '--master_addr=here', '--master_port=29500'])
      assert.ok(given.includes(word), word);
    const { state, kept } = (await product()).sessions.get(uri).snapshot;
    assert.deepEqual([state, kept], ['idle', undefined]);
  });

  describe('with the Python extension', () => {
    interface Environments {
      updateActiveEnvironmentPath(path: string): Promise<void>;
    }
    let environments: Environments;
    before(async function () {
      const extension = vscode.extensions.getExtension<{ environments: Environments }>('ms-python.python');
      if (!extension) this.skip();
      ({ environments } = await extension.activate());
    });
    afterEach(() => environments?.updateActiveEnvironmentPath('python'));

    /** An environment of its own, as venv makes one. */
    const environment = async (name: string, version: string): Promise<string> => {
      await mkdir(join(place, name, 'bin'), { recursive: true });
      await putFakePython(join(place, name, 'bin', 'python'), undefined, version);
      return join(place, name);
    };
    const trained = async (uri: vscode.Uri): Promise<string | undefined> => {
      session = (await product()).sessions.get(uri);
      await vscode.commands.executeCommand('dropoutStudio.train', uri);
      return (await untilState(session, 'finished')).backend?.torch;
    };

    it('trains in the environment that was chosen, then in another; the setting goes before', async () => {
      const uri = await write(chosen(short(1)));
      await environments.updateActiveEnvironmentPath(await environment('one', '7.1'));
      assert.equal(await trained(uri), '7.1');
      // Its interpreter names an environment as well as its folder does.
      await environments.updateActiveEnvironmentPath(join(await environment('other', '7.2'), 'bin', 'python'));
      assert.equal(await trained(uri), '7.2');
      await set('python', join(await environment('set', '7.3'), 'bin', 'python'));
      assert.equal(await trained(uri), '7.3');
    });

    it('says so where the environment is gone, or has no Python', async () => {
      const uri = await write(chosen(short(1)));
      const gone = join(place, 'gone');
      await environments.updateActiveEnvironmentPath(gone);
      session = (await product()).sessions.get(uri);
      await vscode.commands.executeCommand('dropoutStudio.train', uri);
      assert.equal(
        session.snapshot.message,
        `The environment "${gone}", chosen with the Python extension, is not there: choose another by "Python: Select Interpreter", or name a Python in the setting dropoutStudio.pytorch.python.`,
      );
      await mkdir(gone);
      await assert.rejects(torchOptions(uri), /chosen with the Python extension, has no Python: choose another/);
    });

    it('takes the Python on the PATH where nobody chose, and where there is no such extension', async () => {
      const uri = vscode.Uri.file('/x');
      const onPath = pythonOn(process.platform);
      assert.equal((await torchOptions(uri)).python, onPath);
      await environments.updateActiveEnvironmentPath(await environment('one', '7.1'));
      assert.equal((await torchOptions(uri, true, null)).python, onPath);
      const broken = { activate: () => Promise.reject(new Error('no jedi')) };
      await assert.rejects(torchOptions(uri, true, broken), /cannot be asked for its environment \(no jedi\): name a/);
    });
  });

  it('is refused in a workspace that is not trusted, which cannot choose a Python either', async () => {
    await assert.rejects(
      torchOptions(vscode.Uri.file('/x'), false),
      /starts programs, and this workspace is not trusted/,
    );
    const { packageJSON } = vscode.extensions.getExtension('dropout-studio.dropout-studio')! as {
      packageJSON: {
        capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
        contributes: { configuration: { properties: Record<string, { scope: string }> } };
      };
    };
    const all = Object.entries(packageJSON.contributes.configuration.properties).filter(([name]) =>
      name.startsWith('dropoutStudio.pytorch.'),
    );
    assert.ok(all.length > 0 && all.every(([, { scope }]) => scope === 'machine'));
    assert.deepEqual(
      all.map(([name]) => name).sort(),
      [...packageJSON.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
    );
  });
});
