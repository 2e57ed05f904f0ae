import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, endless, folder, product, replaceIn, until, write } from './support';

/** The findings of a file, once there are some that match. */
const findings = (uri: vscode.Uri, says: RegExp): Promise<vscode.Diagnostic> =>
  until(
    `a finding that says ${says} (there are: ${vscode.languages
      .getDiagnostics(uri)
      .map((d) => d.message)
      .join(' | ')})`,
    () => vscode.languages.getDiagnostics(uri).find((d) => d.source === 'netjson' && says.test(d.message)),
  );
const withData = (data: string): string => endless().replace(/"data": \{.*\},\n/, `"data": ${data},\n`);

describe('the Problems panel', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAll();
  });

  const cases: { name: string; text: string; says: RegExp; marks?: string }[] = [
    {
      name: 'text that does not parse',
      text: endless().replace('"version": 1,', '"version": 1'),
      says: /A comma is missing after "version": 1/,
    },
    {
      name: 'a rate of 1.2',
      text: endless(1.2),
      says: /Layer "drop1", "rate".*found 1\.2/,
      marks: '1.2',
    },
    {
      name: 'a layer without input',
      text: endless().replace(/ {4}\{ "id": "input".*\n/, ''),
      says: /Layer "hidden1" reads nothing/,
      marks: '"hidden1"',
    },
    {
      name: '10^9 units',
      text: endless().replace('"units": 16', '"units": 1000000000'),
      says: /"units": expected a whole number from 1 to/,
      marks: '1000000000',
    },
    {
      name: 'a CSV that is not there',
      text: withData('{ "source": "csv", "path": "gone.csv", "target": "class" }'),
      says: /gone\.csv/,
      marks: '"gone.csv"',
    },
    {
      name: 'an input that does not fit the data',
      text: endless().replace('"shape": [2]', '"shape": [3]'),
      says: /2/,
      marks: '[',
    },
  ];
  for (const { name, text, says, marks } of cases) {
    it(`names the place of ${name}`, async () => {
      const uri = await write(text);
      const document = await vscode.workspace.openTextDocument(uri);
      const finding = await findings(uri, says);
      assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
      if (marks) assert.equal(document.getText(finding.range), marks);
    });
  }

  it('names line and column of a word in a numeric column, and clears when the file is mended', async () => {
    const csv = vscode.Uri.joinPath(folder(), 'words.csv');
    const rows = (third: string): string => `a,b,class\n1,2,x\n3,4,y\n5,${third},x\n7,8,y\n`;
    await vscode.workspace.fs.writeFile(csv, new TextEncoder().encode(rows('lots')));
    const uri = await write(
      withData(
        '{ "source": "csv", "path": "words.csv", "target": "class", "split": { "train": 2, "validation": 2 } }',
      ).replace('"batchSize": 16', '"batchSize": 2'),
    );
    await vscode.workspace.openTextDocument(uri);
    const { message } = await findings(uri, /lots/);
    assert.match(message, /"b"/);
    assert.match(message, /line 4/i);
    await vscode.workspace.fs.writeFile(csv, new TextEncoder().encode(rows('6')));
    await until(
      'the finding to go',
      () => !vscode.languages.getDiagnostics(uri).some((d) => d.message.includes('lots')),
    );
  });

  it('says each finding once, also when the data has been looked at', async () => {
    const uri = await write(endless(0));
    const { documents } = await product();
    await documents.inspect(await vscode.workspace.openTextDocument(uri));
    const ours = vscode.languages.getDiagnostics(uri).filter((d) => d.source === 'netjson');
    assert.deepEqual(
      ours.map((d) => d.code),
      ['rate-zero'],
    );
  });

  it('follows the text as it is edited', async () => {
    const uri = await write(endless());
    const document = await vscode.workspace.openTextDocument(uri);
    await replaceIn(document, '"rate": 0.5', '"rate": 1');
    await findings(uri, /found 1\./);
    await replaceIn(document, '"rate": 1', '"rate": 0.4');
    await until('no finding', () => vscode.languages.getDiagnostics(uri).every((d) => d.source !== 'netjson'));
  });

  it('finds nothing wrong with the examples', async () => {
    for (const [name] of await vscode.workspace.fs.readDirectory(folder())) {
      if (!name.endsWith('.netjson') || name.startsWith('test-')) continue;
      const uri = vscode.Uri.joinPath(folder(), name);
      const { documents } = await product();
      const { data } = await documents.inspect(await vscode.workspace.openTextDocument(uri));
      assert.ok(data && data.train > 0, `${name} has no data`);
      const errors = vscode.languages.getDiagnostics(uri).filter((d) => d.severity === vscode.DiagnosticSeverity.Error);
      assert.deepEqual(
        errors.map((d) => `${name}: ${d.message}`),
        [],
      );
    }
  });
});
