import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { exportFormats } from '../../../src/formats/exchange/exports';
import { decodeModel } from '../../../src/formats/onnx/messages';
import { readSafetensors } from '../../../src/formats/safetensors';
import { json, model, workplace } from './support';

describe('netjson export', () => {
  const { run, at, put } = workplace();
  const train = async (): Promise<void> => {
    await put(model());
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'r'])).code, 0);
  };

  it('writes every format there is, and says what it wrote', async () => {
    await train();
    for (const { kind, name } of exportFormats.values()) {
      const { code, out, err } = await run(['export', 'r', '--format', kind, '--output', `out/${name}`, '--json']);
      assert.deepEqual([code, err], [0, ''], kind);
      const [{ written }] = json(out) as unknown as [{ written: string[] }];
      assert.ok(written.length > 0);
      for (const file of written) assert.ok((await readFile(file)).length > 0, file);
    }
  });

  it('writes the best weights, or the ones that were asked for', async () => {
    await train();
    for (const checkpoint of ['best', 'last']) {
      const args = ['export', 'r', '--format', 'safetensors', '--output', `${checkpoint}.safetensors`];
      await run([...args, ...(checkpoint === 'best' ? [] : ['--checkpoint', checkpoint])]);
      const theirs = readSafetensors(await readFile(at('r', 'checkpoints', `${checkpoint}.safetensors`)));
      const ours = readSafetensors(await readFile(at(`${checkpoint}.safetensors`)));
      assert.ok(ours.tensors.size > 0);
      for (const [name, tensor] of ours.tensors) assert.deepEqual(tensor, theirs.tensors.get(name));
      assert.ok(![...ours.tensors.keys()].some((name) => /^(optimizer|best)\//.test(name)));
    }
  });

  it('keeps dropout and scaling where they are asked for', async () => {
    await train();
    const types = async (...more: string[]): Promise<string[]> => {
      await run(['export', 'r', '--format', 'onnx', '--output', 'm.onnx', ...more]);
      return decodeModel(await readFile(at('m.onnx'))).graph.nodes.map((node) => node.type);
    };
    assert.ok(!(await types()).includes('Dropout'));
    assert.ok((await types('--dropout')).includes('Dropout'));
  });

  it('refuses what it does not know, and places that are taken, with nothing written', async () => {
    await train();
    const refused = async (words: RegExp, ...args: string[]): Promise<void> => {
      const { code, err } = await run(['export', 'r', ...args]);
      assert.equal(code, 2);
      assert.match(err, words);
    };
    await refused(/needs --format: onnx/, '--output', 'x');
    await refused(/no "onx". Did you mean "onnx"/, '--format', 'onx', '--output', 'x');
    await refused(/needs --output PATH, such as model\.onnx/, '--format', 'onnx');
    await refused(
      /--dropout makes no difference to safetensors/,
      '--format',
      'safetensors',
      '--output',
      'x',
      '--dropout',
    );
    await refused(/"last", "best" or "epoch-"/, '--format', 'onnx', '--output', 'x', '--checkpoint', 'first');
    assert.ok(!existsSync(at('x')));
    const folder = [...exportFormats.values()].find(({ name }) => !name.includes('.'));
    if (!folder) return;
    await mkdir(at('full'));
    await writeFile(at('full', 'mine.txt'), 'mine');
    await refused(/not empty/, '--format', folder.kind, '--output', 'full');
  });
});
