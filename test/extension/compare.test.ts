import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { headVersion } from '../../src/host/compare/git';
import { nameOf } from '../../src/host/uris';
import type { Compared } from '../../src/protocol/compare';
import { closeAll, endless, folder, product, replaceIn, until, write } from './support';

const compared = (command: string, ...of: unknown[]): Thenable<Compared | undefined> =>
  vscode.commands.executeCommand<Compared | undefined>(`dropoutStudio.${command}`, ...of);

/** What differs: `changed drop1`. */
const marks = (found: Compared | undefined): string[] | undefined =>
  found?.comparison?.layers.filter((l) => l.mark !== 'same').map((l) => `${l.mark} ${l.id}`);

const shown = (label: string): Promise<unknown> =>
  until(`the comparison "${label}"`, () =>
    vscode.window.tabGroups.all
      .flatMap((g) => g.tabs)
      .some((t) => t.label === label && t.input instanceof vscode.TabInputWebview),
  );

describe('comparing', () => {
  before(product);
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAll();
  });

  it('shows a file beside another, with what was not saved yet', async () => {
    const one = await write(endless());
    const two = await write(endless());
    const document = await vscode.workspace.openTextDocument(two);
    await vscode.window.showTextDocument(document);
    await replaceIn(document, '"rate": 0.5', '"rate": 0.3');
    assert.ok(document.isDirty);
    const found = await compared('compareWithFile', one, two);
    assert.deepEqual(marks(found), ['changed drop1']);
    assert.deepEqual([found?.before.title, found?.after.title], [nameOf(one), nameOf(two)]);
    await shown(`${nameOf(one)} \u2194 ${nameOf(two)}`);
    await vscode.window.showTextDocument(document);
  });

  it('takes the two files that are selected in the explorer', async () => {
    const one = await write(endless());
    const two = await write(endless(0.2));
    assert.deepEqual(marks(await compared('compareWithFile', one, [one, two])), ['changed drop1']);
    await shown(`${nameOf(one)} \u2194 ${nameOf(two)}`);
    assert.deepEqual(marks(await compared('compareWithFile', one, [two, one])), ['changed drop1']);
    // Whatever the second call opened stands in the list by the time a later tab does.
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(one));
    const tabs = () => vscode.window.tabGroups.all.flatMap((g) => g.tabs);
    await until('the text', () => tabs().some((t) => t.input instanceof vscode.TabInputText));
    assert.equal(tabs().filter((t) => t.input instanceof vscode.TabInputWebview).length, 1);
  });

  it('says which of the two is not valid, and where', async () => {
    const one = await write(endless());
    const two = await write(endless(1.2));
    const found = await compared('compareWithFile', one, two);
    assert.equal(found?.comparison, undefined);
    const [problem, ...more] = found!.problems;
    assert.deepEqual([problem.side, problem.line, more], ['after', 8, []]);
    assert.match(problem.message, /found 1\.2/);
  });

  it('says of a file that is gone that it cannot be read', async () => {
    const one = await write(endless());
    const found = await compared('compareWithFile', one, vscode.Uri.joinPath(folder(), 'gone.netjson'));
    assert.match(found!.problems[0].message, /gone\.netjson cannot be read/);
  });

  it('shows the model of a run beside the file it was made from', async () => {
    const uri = await write(endless());
    const run = vscode.Uri.joinPath(folder(), 'runs', 'test-20260102-030405');
    await write(endless(0.1), 'runs/test-20260102-030405/model.netjson');
    const found = await compared('compareWithRun', uri, run);
    assert.deepEqual(marks(found), ['changed drop1']);
    assert.equal(found?.before.title, 'Run test-20260102-030405');
    assert.equal(found?.comparison?.layers.find((l) => l.id === 'drop1')?.changes[0].before, 0.1);
  });
});

describe('comparing with Git', function () {
  this.timeout(60_000);
  let repository: string | undefined;
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository, encoding: 'utf8' });
  const setting = vscode.workspace.getConfiguration('git');
  const file = (name: string): vscode.Uri => vscode.Uri.file(join(repository!, name));

  before(async function () {
    try {
      execFileSync('git', ['--version']);
    } catch {
      this.skip();
    }
    await product();
    // Where Git is turned off, it says so.
    const extension = vscode.extensions.getExtension<{ enabled: boolean }>('vscode.git');
    if (!extension) return this.skip();
    repository = realpathSync.native(mkdtempSync(join(tmpdir(), 'dropout-studio-git-')));
    git('init', '--quiet');
    writeFileSync(join(repository, 'model.netjson'), endless());
    git('add', '.');
    git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'first');
    await assert.rejects(headVersion(file('model.netjson')), /Git extension is missing or turned off/);
    await setting.update('enabled', true, vscode.ConfigurationTarget.Global);
    await until('Git', () => extension.isActive && extension.exports.enabled);
  });
  after(async () => {
    await closeAll();
    await setting.update('enabled', false, vscode.ConfigurationTarget.Global);
    if (repository) rmSync(repository, { recursive: true, force: true });
  });

  it('shows the last commit beside the file, and names it', async () => {
    writeFileSync(join(repository!, 'model.netjson'), endless(0.3));
    const found = await compared('compareWithHead', file('model.netjson'));
    assert.deepEqual(marks(found), ['changed drop1']);
    assert.equal(found?.before.title, 'model.netjson (HEAD)');
    assert.equal(found?.before.detail, `Git commit ${git('rev-parse', 'HEAD').slice(0, 8)}`);
    await shown('model.netjson (HEAD) \u2194 model.netjson');
  });

  it('says of a file that was never committed that it is not in HEAD', async () => {
    writeFileSync(join(repository!, 'new.netjson'), endless());
    await assert.rejects(headVersion(file('new.netjson')), /new\.netjson is not in Git's HEAD/);
    assert.equal(await compared('compareWithHead', file('new.netjson')), undefined);
  });

  it('follows when what is shown is committed', async () => {
    const uri = file('model.netjson');
    writeFileSync(uri.fsPath, endless(0.3));
    assert.deepEqual(marks(await compared('compareWithHead', uri)), ['changed drop1']);
    git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--all', '--message', 'second');
    // Asked for again, what is open is brought to the front as it now is.
    let now: string[] | undefined;
    for (let i = 0; i < 300 && now?.length !== 0; i++) {
      now = marks(await compared('compareWithHead', uri));
      await new Promise((r) => setTimeout(r, 50));
    }
    assert.deepEqual(now, []);
  });

  it('says of a file in no repository that it is in none', async () => {
    await assert.rejects(headVersion(await write(endless())), /is in no Git repository/);
  });
});
