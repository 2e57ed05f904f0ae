import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import { templates } from '../../src/model/templates';
import { closeAll, endless, folder, product, until, write } from './support';

const activeTab = (): vscode.Tab['input'] => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

describe('the commands', () => {
  afterEach(closeAll);

  it('are all there, in one category', async () => {
    await product();
    const known = await vscode.commands.getCommands(true);
    for (const { command, category } of manifest.contributes.commands) {
      assert.ok(known.includes(command), `${command} is not registered`);
      assert.equal(category, 'Dropout Studio');
    }
  });

  it('open a network in the designer and as text', async () => {
    const uri = await write(endless());
    await vscode.commands.executeCommand('vscode.open', uri);
    const custom = await until(
      'the designer',
      () => activeTab() instanceof vscode.TabInputCustom && (activeTab() as vscode.TabInputCustom),
    );
    assert.equal(custom.viewType, 'dropoutStudio.designer');
    await vscode.commands.executeCommand('dropoutStudio.openAsText');
    await until('the text', () => activeTab() instanceof vscode.TabInputText);
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'jsonc');
    await vscode.commands.executeCommand('dropoutStudio.openInDesigner');
    await until('the designer', () => activeTab() instanceof vscode.TabInputCustom);
  });

  it('create a network from a template and open it', async () => {
    const { text } = templates.find((t) => t.id === 'xor')!;
    const uri = await vscode.commands.executeCommand<vscode.Uri>('dropoutStudio.new', {
      template: 'xor',
      name: 'test-made',
    });
    assert.ok(uri.path.endsWith('/test-made.netjson'));
    assert.equal(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), text);
    await until('the designer', () => activeTab() instanceof vscode.TabInputCustom);
  });

  describe('a template that brings data along', () => {
    const read = async (name: string): Promise<string> =>
      new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder(), name)));
    const findings = async (uri: vscode.Uri): Promise<string[]> => {
      const { documents } = await product();
      const { diagnostics } = await documents.inspect(await vscode.workspace.openTextDocument(uri));
      return diagnostics.map((d) => d.message);
    };
    const make = (template: string, name: string): Thenable<vscode.Uri> =>
      vscode.commands.executeCommand<vscode.Uri>('dropoutStudio.new', { template, name });

    for (const { id, text } of templates) {
      it(`"${id}" is written with it, if it has any, and nothing is found wrong`, async () => {
        const uri = await make(id, `test-of-${id}`);
        assert.equal(await read(`test-of-${id}.netjson`), text);
        assert.deepEqual(await findings(uri), []);
      });
    }

    it('uses the data that is there, and never overwrites data of another content', async () => {
      const wine = vscode.Uri.joinPath(folder(), 'wine.csv');
      await make('classifier', 'test-wine-1');
      const { mtime } = await vscode.workspace.fs.stat(wine);
      await make('classifier', 'test-wine-2');
      assert.equal((await vscode.workspace.fs.stat(wine)).mtime, mtime);
      await write('mine', 'wine.csv');
      const uri = await make('classifier', 'test-wine-3');
      assert.equal(await read('wine.csv'), 'mine');
      assert.match(await read('test-wine-3.netjson'), /"path": "wine-2\.csv"/);
      assert.deepEqual(await findings(uri), []);
      await vscode.workspace.fs.delete(wine);
    });

    it('takes the data away again where the network cannot be written', async () => {
      await write('mine', 'test-taken-too.netjson');
      await write('mine', 'digits.csv');
      assert.equal(await make('cnn', 'test-taken-too'), undefined);
      assert.equal(await read('test-taken-too.netjson'), 'mine');
      const names = (await vscode.workspace.fs.readDirectory(folder())).map(([name]) => name);
      assert.ok(!names.includes('digits-2.csv'), names.join());
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), 'digits.csv'));
    });
  });

  describe('a network from a table', () => {
    const table = (name: string, text: string): Promise<vscode.Uri> => write(text, name);
    const make = (file: vscode.Uri, target: string): Thenable<vscode.Uri | undefined> =>
      vscode.commands.executeCommand<vscode.Uri | undefined>('dropoutStudio.newFromCsv', { file, target });
    const rows = Array.from({ length: 40 }, (_, i) => `${(i * 37) % 41};${(i * 17) % 23}.5;${i % 2 ? 'yes' : 'no'}`);

    it('is written beside it under a free name, fits it, and opens', async () => {
      const file = await table('test-table.csv', `a;b;answer\n${rows.join('\n')}\n`);
      for (const name of ['test-table.netjson', 'test-table-2.netjson']) {
        const uri = await make(file, 'answer');
        assert.ok(uri);
        assert.equal(uri.path.split('/').at(-1), name);
        const document = await vscode.workspace.openTextDocument(uri);
        const { diagnostics } = await (await product()).documents.inspect(document);
        assert.deepEqual(
          diagnostics.map((d) => d.message),
          [],
        );
        await until('the designer', () => activeTab() instanceof vscode.TabInputCustom);
      }
    });

    it('is not made of a file that is no table', async () => {
      const file = await table('test-none.csv', 'a,b\n1,2,3\n');
      assert.equal(await make(file, 'b'), undefined);
      const names = (await vscode.workspace.fs.readDirectory(folder())).map(([name]) => name);
      assert.ok(!names.includes('test-none.netjson'), names.join());
    });
  });

  it('do not overwrite a file that is there', async () => {
    const uri = await write('mine', 'test-taken.netjson');
    void vscode.commands.executeCommand('dropoutStudio.new', { template: 'xor', name: 'test-taken' });
    await new Promise((r) => setTimeout(r, 300));
    assert.equal(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), 'mine');
  });

  it('complete and explain in the text editor, from the schema', async function () {
    const uri = await write(endless().replace('"kind": "dropout"', '"kind": ""'));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const at = document.positionAt(document.getText().indexOf('"kind": ""') + 9);
    const offered = async (): Promise<string[]> => {
      const found = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        at,
      );
      return found.items.map((i) => (typeof i.label === 'string' ? i.label : i.label.label).replaceAll('"', ''));
    };
    // The JSON service of VS Code starts in its own time.
    let labels: string[] = [];
    for (let i = 0; i < 100 && !labels.includes('dropout'); i++) {
      labels = await offered();
      if (!labels.includes('dropout')) await new Promise((r) => setTimeout(r, 100));
    }
    for (const kind of ['input', 'dense', 'dropout', 'activation'])
      assert.ok(labels.includes(kind), `${kind} is not among ${labels.join(', ')}`);
  });
});
