import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { inspectModel } from '../../../src/data/inspect';
import { createKernels } from '../../../src/engine/kernels/create';
import { estimateMemory } from '../../../src/engine/plan';
import { templates } from '../../../src/model/templates';
import { filesOf } from './support';

const moons = templates.find((t) => t.id === 'moons')!.text;
const inspect = (text: string, limit?: number) => inspectModel(text, catalogue, filesOf({}), limit);

describe('inspectModel', () => {
  it('gives model and data where nothing is wrong', async () => {
    const { model, memory, data, dataset, diagnostics } = await inspect(moons);
    assert.deepEqual(diagnostics, []);
    const { panel } = createKernels({ numerics: 'strict' });
    assert.deepEqual(memory, estimateMemory(model!, { panel }), 'weights as the kernels have them');
    assert.ok(model && data);
    assert.equal(data.dataset, dataset);
  });

  it('refuses what needs more memory than the limit, with the figure, at the layer that needs most', async () => {
    const { data, dataset, diagnostics, ...rest } = await inspect(
      moons.replace('"units": 10', '"units": 100000'),
      1024 ** 2,
    );
    const [memory] = diagnostics.filter((d) => d.code === 'memory');
    assert.match(memory.message, /needs [\d.]+ [GM]iB of memory.*the limit is 1\.0 MiB.*"hidden\d"/s);
    assert.ok(rest.memory!.total > 1024 ** 2);
    assert.deepEqual(rest.locate(memory.path), { offset: memory.offset, length: memory.length });
    assert.equal(data, undefined);
    assert.ok(dataset);
  });

  it('gives the data even where the model does not fit it, so that both can be shown', async () => {
    const { data, dataset, diagnostics } = await inspect(moons.replace('"shape": [2]', '"shape": [3]'));
    assert.ok(diagnostics.some((d) => d.severity === 'error'));
    assert.equal(data, undefined);
    assert.equal(dataset?.inputShape[0], 2);
  });

  it('says which file is not there', async () => {
    const csv = moons.replace(/"data": \{.*\},\n/, '"data": { "source": "csv", "path": "gone.csv", "target": "c" },\n');
    const { diagnostics } = await inspect(csv);
    assert.match(diagnostics[0].message, /gone\.csv/);
    assert.deepEqual(diagnostics[0].path, ['data', 'path']);
  });
});
