import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { catalogue } from '../../src/catalogue';
import { closeAll, endless, product, replaceIn, until, untilState, write } from './support';

const branches = `{
  // A branch around the dropout.
  "version": 1,
  "data": { "source": "moons", "samples": 200 },
  "layers": [
    { "id": "input", "kind": "input", "shape": [2] },
    { "id": "hidden", "kind": "dense", "units": 16, "activation": "relu" }, // "hidden" is wide
    { "id": "drop", "kind": "dropout", "rate": 0.5 },
    { "id": "both", "kind": "concat", "inputs": ["hidden", "drop"] },
    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }
  ],
  "training": { "loss": "crossentropy" }
}
`;

interface Open {
  readonly uri: vscode.Uri;
  readonly document: vscode.TextDocument;
  /** The place of a part of the text, or within it. */
  readonly at: (part: string, within?: number) => vscode.Position;
}

async function open(text: string): Promise<Open> {
  await product();
  const uri = await write(text);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  const at = (part: string, within = 0): vscode.Position => {
    const offset = document.getText().indexOf(part);
    assert.ok(offset >= 0, `the text does not hold ${part}`);
    return document.positionAt(offset + within);
  };
  return { uri, document, at };
}

const ask = <T>(command: string, ...of: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(`vscode.execute${command}`, ...of);

/** Asks until the answer will do: VS Code's own JSON service starts in its own time. */
async function askUntil<T>(what: string, question: () => Thenable<T>, good: (answer: T) => boolean): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const answer = await question();
    if (good(answer)) return answer;
    await new Promise((r) => setTimeout(r, 50));
  }
  throw new Error(`VS Code never gave ${what}.`);
}

const wordsOf = (hovers: readonly vscode.Hover[]): string[] =>
  hovers.flatMap((h) => h.contents).map((c) => (typeof c === 'string' ? c : c.value));

describe('the text editor of a model', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAll();
  });

  describe('hovers', () => {
    it('tell what a layer is, gives and costs, on its id and where it is read', async () => {
      const { uri, at } = await open(branches);
      const help = catalogue.layers.get('dense')!.help;
      for (const position of [at('"hidden", "kind"', 3), at('["hidden"', 4)]) {
        const words = wordsOf(await ask<vscode.Hover[]>('HoverProvider', uri, position)).join('\n');
        assert.ok(words.includes('**Dense** `hidden`') && words.includes(help), words);
        assert.match(words, /Gives `\[16\]`/);
        assert.match(words, /48 parameters, 32 multiply-adds a sample/);
      }
    });

    it('tell of a parameter its help, range and default, once', async () => {
      const { uri, at } = await open(branches);
      const words = await askUntil(
        'a hover on "rate"',
        async () => wordsOf(await ask<vscode.Hover[]>('HoverProvider', uri, at('"rate"', 2))).join('\n'),
        (w) => w.includes('Default'),
      );
      const { help } = catalogue.layers.get('dropout')!.parameters.rate;
      assert.equal(words.split(help.slice(0, 40)).length, 2, words);
      assert.match(words, /Number ≥ 0, < 1, or a schedule over epochs\. Default: `0\.5`/);
    });
  });

  describe('names of layers', () => {
    it('lead to their layer', async () => {
      const { uri, document, at } = await open(branches);
      const [link] = await ask<vscode.LocationLink[]>('DefinitionProvider', uri, at('["hidden"', 4));
      assert.equal(document.getText(link.targetSelectionRange), '"hidden"');
      assert.deepEqual(link.targetSelectionRange?.start, at('"hidden", "kind"'));
      assert.match(document.getText(link.targetRange), /^\{ "id": "hidden".*\}$/);
    });

    it('are found wherever they are read', async () => {
      const { uri, at } = await open(branches);
      const found = await ask<vscode.Location[]>('ReferenceProvider', uri, at('"hidden", "kind"', 3));
      assert.deepEqual(
        found.map((l) => l.range.start),
        [at('"hidden", "kind"'), at('"hidden", "drop"')],
      );
    });

    it('change everywhere in one edit, and comments keep what they say', async () => {
      const { uri, document, at } = await open(branches);
      const edit = await ask<vscode.WorkspaceEdit>('DocumentRenameProvider', uri, at('["hidden"', 4), 'wide');
      assert.equal(edit.size, 1);
      assert.ok(await vscode.workspace.applyEdit(edit));
      const expected = branches.replace('"id": "hidden"', '"id": "wide"').replace('["hidden"', '["wide"');
      assert.equal(document.getText(), expected);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), branches);
    });

    it('offer their own characters to be changed, and nothing else can be renamed', async () => {
      const { uri, document, at } = await open(branches);
      const prepare = (position: vscode.Position) =>
        vscode.commands.executeCommand<{ range: vscode.Range; placeholder: string }>(
          'vscode.prepareRename',
          uri,
          position,
        );
      const { range, placeholder } = await prepare(at('["hidden"', 4));
      assert.deepEqual([document.getText(range), placeholder], ['hidden', 'hidden']);
      await assert.rejects(async () => prepare(at('"rate"', 2)), /Only layers can be renamed/);
    });

    it('are refused where they are taken or empty, with the reason', async () => {
      const { uri, at } = await open(branches);
      const rename = async (to: string) => ask('DocumentRenameProvider', uri, at('["hidden"', 4), to);
      await assert.rejects(rename('drop'), /There is a layer "drop" already/);
      await assert.rejects(rename(' '), /A layer needs a name/);
      await assert.rejects(rename('a b'), /cannot be the name of a layer/);
    });
  });

  it('has an outline: sections, layers with kind and shape', async () => {
    const { uri } = await open(branches);
    const symbols = await ask<vscode.DocumentSymbol[]>('DocumentSymbolProvider', uri);
    // VS Code's own outline of the JSON stands beside it, without details.
    const ours = symbols.filter((s) => s.kind === vscode.SymbolKind.Module && s.detail !== '');
    assert.deepEqual(
      ours.map((s) => [s.name, s.detail]),
      [
        ['data', 'moons'],
        ['layers', '5 layers'],
        ['training', 'crossentropy'],
      ],
    );
    assert.deepEqual(
      ours[1].children.map((s) => [s.name, s.detail]),
      [
        ['input', 'input [2]'],
        ['hidden', 'dense [16]'],
        ['drop', 'dropout [16]'],
        ['both', 'concat [32]'],
        ['output', 'dense [2]'],
      ],
    );
  });

  describe('quick fixes', () => {
    /** What the light bulb at a place offers. */
    const fixesAt = async ({ uri, at }: Open, part: string): Promise<vscode.CodeAction[]> => {
      await until('a finding', () => vscode.languages.getDiagnostics(uri).some((d) => d.source === 'netjson'));
      const position = at(part, 1);
      const { value } = vscode.CodeActionKind.QuickFix;
      const range = new vscode.Range(position, position);
      return ask<vscode.CodeAction[]>('CodeActionProvider', uri, range, value);
    };
    const cases: { name: string; from: string; to: string; at: string; title: string; after: string }[] = [
      {
        name: 'correct a mistyped parameter',
        from: '"units": 16',
        to: '"unit": 16',
        at: '"unit"',
        title: 'Change "unit" to "units"',
        after: branches,
      },
      {
        name: 'add a flatten layer before a dense one',
        from: '"shape": [2]',
        to: '"shape": [2, 1]',
        at: '"hidden", "kind"',
        title: 'Add a flatten layer before "hidden"',
        after: branches
          .replace('"shape": [2]', '"shape": [2, 1]')
          .replace('    { "id": "hidden"', '    { "id": "flatten1", "kind": "flatten" },\n    { "id": "hidden"'),
      },
      {
        name: 'set a rate that is given in percent',
        from: '"rate": 0.5',
        to: '"rate": 50',
        at: '50',
        title: 'Set "rate" to 0.5 (50 %)',
        after: branches,
      },
      {
        name: 'add a comma that is missing',
        from: '"version": 1,',
        to: '"version": 1',
        at: '1\n',
        title: 'Add the missing comma',
        after: branches,
      },
    ];
    for (const { name, from, to, at, title, after } of cases) {
      it(`${name}, preferred where there is one, and leave all else as it is`, async () => {
        const opened = await open(branches.replace(from, to));
        const found = await fixesAt(opened, at);
        assert.deepEqual(
          found.map((a) => [a.title, a.isPreferred]),
          [[title, true]],
        );
        assert.ok(await vscode.workspace.applyEdit(found[0].edit!));
        assert.equal(opened.document.getText(), after);
      });
    }

    it('offer several remedies with none preferred', async () => {
      const found = await fixesAt(await open(branches.replace('"rate": 0.5', '"rate": 0')), ' 0 }');
      assert.deepEqual(
        found.map((a) => [a.title, a.isPreferred ?? false]),
        [
          ['Set "rate" to 0.5', false],
          ['Remove layer "drop"', false],
        ],
      );
    });

    it('come with what the data tells', async () => {
      const opened = await open(branches.replace('"shape": [2]', '"shape": [3]'));
      const { documents } = await product();
      await documents.inspect(opened.document);
      const [fix, ...others] = await fixesAt(opened, '[3]');
      assert.equal(others.length, 0);
      assert.equal(fix.title, 'Set "shape" to [2]');
      assert.ok(await vscode.workspace.applyEdit(fix.edit!));
      assert.equal(opened.document.getText(), branches);
    });
  });

  it('has the controls of the run above the model, by its state', async () => {
    const { uri } = await open(endless());
    const lenses = async (): Promise<string[]> => {
      const found = await ask<vscode.CodeLens[]>('CodeLensProvider', uri);
      for (const { command, range } of found) {
        assert.equal(range.start.line, 0);
        assert.deepEqual((command?.arguments as vscode.Uri[]).map(String), [uri.toString()]);
      }
      return found.map((l) => l.command!.title.replace(/\$\(.*?\) /, ''));
    };
    const session = (await product()).sessions.get(uri);
    try {
      assert.deepEqual(await lenses(), ['Train', 'Open in Designer']);
      await vscode.commands.executeCommand('dropoutStudio.train', uri);
      await untilState(session, 'training');
      assert.deepEqual(await lenses(), ['Pause', 'Stop', 'Open in Designer']);
      await vscode.commands.executeCommand('dropoutStudio.pause', uri);
      assert.deepEqual(await lenses(), ['Resume', 'Stop', 'Open in Designer']);
    } finally {
      await session.stop();
    }
    assert.deepEqual(await lenses(), ['Train', 'Open in Designer']);
  });

  it('formats as VS Code does for JSON with comments, by one formatter, with the editor’s own indentation', async () => {
    const { uri, document } = await open(branches.replaceAll('\n    ', '\n').replace('"version": 1', '"version":1'));
    for (const { tabSize, insertSpaces, indent } of [
      { tabSize: 4, insertSpaces: true, indent: '    ' },
      { tabSize: 4, insertSpaces: false, indent: '\t' },
    ]) {
      const edits = await askUntil(
        'a formatted text',
        () => ask<vscode.TextEdit[] | undefined>('FormatDocumentProvider', uri, { tabSize, insertSpaces }),
        (found) => (found?.length ?? 0) > 0,
      );
      const edit = new vscode.WorkspaceEdit();
      edit.set(uri, edits!);
      assert.ok(await vscode.workspace.applyEdit(edit));
      const text = document.getText();
      assert.ok(text.includes(`\n${indent}// A branch around the dropout.\n${indent}"version": 1,\n`), text);
      assert.ok(text.includes('// "hidden" is wide'), text);
    }
  });

  describe('completion', () => {
    const labels = async (uri: vscode.Uri, position: vscode.Position): Promise<string[]> => {
      const { items } = await ask<vscode.CompletionList>('CompletionItemProvider', uri, position);
      return items.map((i) => (typeof i.label === 'string' ? i.label : i.label.label).replaceAll('"', ''));
    };

    it('offers the layers that one may read, with kind and shape, and writes them with their quotes', async () => {
      const { uri, document, at } = await open(branches);
      await replaceIn(document, '"drop"]', '""]');
      const position = at('""]', 1);
      const { items } = await ask<vscode.CompletionList>('CompletionItemProvider', uri, position);
      const ours = items.filter((i) => typeof i.label !== 'string');
      assert.deepEqual(
        ours.map((i) => i.label),
        [
          { label: 'drop', description: 'dropout [16]' },
          { label: 'input', description: 'input [2]' },
        ],
      );
      const { insertText, range } = ours[0];
      assert.equal(insertText, '"drop"');
      assert.ok(range instanceof vscode.Range);
      assert.equal(document.getText(range), '""');
    });

    it('offers the parameters of a kind, each with its default or an example, from the schema', async () => {
      const { uri, document, at } = await open(branches.replace(', "units": 16, "activation": "relu"', ''));
      await replaceIn(document, '"kind": "dense" }', '"kind": "dense", "" }');
      const position = at('"" }', 1);
      const found = await askUntil(
        'the parameters of a dense layer',
        () => ask<vscode.CompletionList>('CompletionItemProvider', uri, position),
        ({ items }) => items.some((i) => i.label === 'units'),
      );
      const text = (label: string): string => {
        const item = found.items.find((i) => i.label === label);
        assert.ok(item, `${label} is not offered`);
        return item.insertText instanceof vscode.SnippetString ? item.insertText.value : String(item.insertText);
      };
      assert.match(text('units'), /"units": .*16/);
      assert.match(text('l2'), /"l2": .*0/);
      // Of several values one is chosen from the list that opens there.
      assert.match(text('activation'), /"activation": /);
    });

    it('offers whole layers and templates', async () => {
      const { uri, at } = await open(branches.replace('  "layers": [', '  "layers": [\n    '));
      await askUntil(
        'a dense layer',
        () => labels(uri, at('[\n    \n', 6)),
        (found) => found.includes('Dense') && found.includes('Dropout'),
      );
      const empty = await open('');
      await askUntil(
        'a template',
        () => labels(empty.uri, new vscode.Position(0, 0)),
        (found) => found.includes('Playground: two moons'),
      );
    });
  });
});
