import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../../src/model/json';
import { json, model, workplace } from './support';

describe('netjson check', () => {
  const { run, at, put } = workplace();

  it('prints a line for each layer, and totals', async () => {
    await put(model());
    const { code, out, err } = await run(['check', 'm.netjson']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /hidden +dense +\[6\] +18 +640 B\n/);
    assert.match(out, /^32 parameters, 24 multiply-adds for a sample$/m);
    assert.match(
      out,
      /^3\.5 KiB of memory at batches of 8: network 1\.8 KiB, optimizer 768 B, copies 1\.0 KiB; 192 B saved by sharing$/m,
    );
    assert.match(out, /moons: 30 samples train, 20 validate, 10 test/);
  });
  it('writes diagnostics as file:line:col: severity: message [code]', async () => {
    await put('{\n  "version": 1,\n  "layers": [\n    { "id": "input", "kind": "inptu", "shape": [2] }\n  ]\n}\n');
    const { code, out, err } = await run(['check', 'm.netjson']);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^m\.netjson:4:30: error: .*Did you mean "input"\?.* \[unknown-kind\]\n$/);
  });
  it('finds what is wrong with the data, at the value to change', async () => {
    await put(
      '{ "version": 1,\n"data": { "source": "csv", "path": "d.csv", "target": "y" },\n"layers": [{ "id": "input", "kind": "input", "shape": [2] }, { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }],\n"training": { "loss": "crossentropy" } }',
    );
    assert.match(
      (await run(['check', 'm.netjson'])).err,
      /^m\.netjson:2:36: error: The data file "d\.csv".*\[file-not-found\]/,
    );
    await writeFile(at('d.csv'), 'a,y\n1,p\n2,q\n3,p\n4,q\n5,r\n6,r\n');
    const { code, err } = await run(['check', 'm.netjson']);
    assert.equal(code, 1);
    const lines = err.trimEnd().split('\n');
    assert.match(lines[0], /^m\.netjson:3:\d+: error: .*"shape": \[1\]\. \[input-shape\]$/);
    assert.match(lines[1], /^m\.netjson:3:\d+: error: .*"units": 3\. \[output-units\]$/);
  });
  it('lets warnings pass', async () => {
    await put({ ...model(), training: { ...(model().training as JsonObject), batchSize: 500 } });
    const { code, err } = await run(['check', 'm.netjson']);
    assert.equal(code, 0);
    assert.match(err, /^m\.netjson:1:\d+: warning: .*\[large-batch\]\n$/);
  });
  it('--json: one object a file, on standard output alone; 1 where any is wrong', async () => {
    await put(model());
    await put('{', 'bad.netjson');
    const { code, out, err } = await run(['check', '--json', 'm.netjson', 'bad.netjson']);
    assert.deepEqual([code, err], [1, '']);
    const [good, bad] = json(out);
    assert.equal(good.ok, true);
    assert.equal(good.parameters, 32);
    assert.deepEqual((good.layers as JsonObject[])[1], {
      id: 'hidden',
      kind: 'dense',
      shape: [6],
      parameters: 18,
      multiplyAdds: 12,
      // Two tensors and their gradients in 64 bytes each, values and their gradients of 8 samples.
      memory: 4 * 64 + 2 * 8 * 6 * 4,
    });
    // Weights stand in columns of eight: the 6 x 2 of the answer take 192 bytes. Shared by what is needed only in turn: the answer's gradient, and its sum, with that of the hidden layer; in the
    // picture's network, the mask with that sum.
    assert.deepEqual(good.memory, {
      batchSize: 8,
      total: 1792 + 768 + 1056,
      network: 1792,
      optimizer: 768,
      copies: 1056,
      saved: 128 + 64,
    });
    assert.equal((good.data as JsonObject).train, 30);
    assert.equal(bad.ok, false);
    const [{ severity, code: problem, line, column }] = bad.diagnostics as JsonObject[];
    assert.deepEqual([severity, problem, line, typeof column], ['error', 'syntax', 1, 'number']);
  });
});
