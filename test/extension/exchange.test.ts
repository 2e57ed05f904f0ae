import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ExportedRun, ImportedNetworkInfo } from '../../src/protocol/exchange';
import { closeAll, folder, product, short, until, untilState, write } from './support';

const root = process.env.DROPOUT_STUDIO_ROOT!;
const inFolder = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(folder(), ...path);
const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );

describe('networks go elsewhere and come back', () => {
  afterEach(closeAll);

  it('exports the run that was just made, and imports what it wrote as the same network', async () => {
    const uri = await write(short(3));
    const session = (await product()).sessions.get(uri);
    await vscode.commands.executeCommand('dropoutStudio.train', uri);
    await untilState(session, 'finished');
    const run = await until('the run on disk', () => session.snapshot.kept?.directory);
    const target = inFolder('exported.onnx');
    const exported = await vscode.commands.executeCommand<ExportedRun>('dropoutStudio.export', {
      run: vscode.Uri.file(run),
      format: 'onnx',
      target,
      scaling: false,
    });
    assert.deepEqual([exported.written, exported.checkpoint], [[target.fsPath], 'best']);
    const model = inFolder('imported.netjson');
    const imported = await vscode.commands.executeCommand<ImportedNetworkInfo>('dropoutStudio.import', {
      from: target,
      model,
    });
    assert.ok(imported.run);
    const texts = await Promise.all(
      [uri, model].map(async (file) => new TextDecoder().decode(await vscode.workspace.fs.readFile(file))),
    );
    assert.equal(texts[1], texts[0]);
    await until('the designer', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'imported.netjson');
  });

  it('exports a page that runs the network, and a card that tells of it', async () => {
    const uri = await write(short(3));
    const session = (await product()).sessions.get(uri);
    await vscode.commands.executeCommand('dropoutStudio.train', uri);
    await untilState(session, 'finished');
    // It has ended before all of it is on disk.
    await session.save();
    const run = vscode.Uri.file(await until('the run on disk', () => session.snapshot.kept?.directory));
    const written = async (format: string, target: vscode.Uri): Promise<readonly string[]> =>
      (await vscode.commands.executeCommand<ExportedRun>('dropoutStudio.export', { run, format, target })).written;
    const page = inFolder('exported.html');
    assert.deepEqual(await written('html', page), [page.fsPath]);
    assert.match(
      new TextDecoder().decode(await vscode.workspace.fs.readFile(page)),
      /^<!doctype html>[^]*dropoutStudio/,
    );
    const files = await written('card', inFolder('card'));
    assert.deepEqual(
      files.filter((file) => !file.endsWith('.svg')),
      [inFolder('card', 'MODEL_CARD.md').fsPath],
    );
    assert.ok(files.length > 1);
  });

  it('imports what PyTorch exported, and opens it in the designer', async () => {
    const from = inFolder('torch-residual.onnx');
    copyFileSync(join(root, 'test/fixtures/formats/torch-residual.onnx'), from.fsPath);
    const model = inFolder('residual.netjson');
    await vscode.commands.executeCommand('dropoutStudio.import', { from, model });
    await until('the designer', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'residual.netjson');
    const { documents } = await product();
    const { diagnostics } = await documents.inspect(await vscode.workspace.openTextDocument(model));
    assert.deepEqual(
      diagnostics.filter((d) => d.severity === 'error'),
      [],
    );
  });

  it('imports what Keras saved, with its weights, and opens it in the designer', async () => {
    const from = inFolder('keras3-functional.keras');
    copyFileSync(join(root, 'test/fixtures/formats/keras3-functional.keras'), from.fsPath);
    const model = inFolder('gated.netjson');
    const imported = await vscode.commands.executeCommand<ImportedNetworkInfo>('dropoutStudio.import', { from, model });
    assert.ok(imported.run);
    assert.match(imported.notes.join(' '), /Huber/);
    await until('the designer', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'gated.netjson');
    const { documents } = await product();
    const { diagnostics } = await documents.inspect(await vscode.workspace.openTextDocument(model));
    assert.deepEqual(
      diagnostics.filter((d) => d.severity === 'error'),
      [],
    );
  });

  it('imports layers of Keras alone: a model, and no run', async () => {
    const from = inFolder('config.json');
    copyFileSync(join(root, 'test/fixtures/formats/keras2-sequential-config.json'), from.fsPath);
    const model = inFolder('config.netjson');
    const imported = await vscode.commands.executeCommand<ImportedNetworkInfo>('dropoutStudio.import', { from, model });
    assert.equal(imported.run, undefined);
    assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(model)), /"alphaDropout", "rate": 0\.1/);
  });

  it('makes a network of a link of the Playground', async () => {
    const model = inFolder('playground.netjson');
    const from = 'https://playground.example/#activation=tanh&networkShape=4,2&dataset=xor&problem=classification';
    await vscode.commands.executeCommand('dropoutStudio.import', { from, model });
    assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(model)), /"source": "xor"/);
  });

  it('writes nothing where a file is none', async () => {
    const from = await write('<html>', 'broken.onnx');
    const model = inFolder('broken.netjson');
    const answer = await vscode.commands.executeCommand('dropoutStudio.import', { from, model });
    assert.equal(answer, undefined);
    assert.equal(await exists(model), false);
  });
});
