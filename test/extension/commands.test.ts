import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import { templates } from '../../src/model/templates';
import { closeAll, endless, product, until, write } from './support';

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
