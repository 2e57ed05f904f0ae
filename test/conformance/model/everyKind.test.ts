import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { inspectModel } from '../../../src/data/inspect';
import { analyze } from '../../../src/model/analyze';
import type { Json, JsonObject } from '../../../src/model/json';
import type { KindSpec } from '../../../src/model/spec';
import { filesOf } from '../../unit/data/support';

const noFiles = filesOf({});

/** A model of two moons with these parts. */
const moons = (parts: { layers?: readonly JsonObject[]; training?: JsonObject; data?: JsonObject }): string =>
  JSON.stringify(
    {
      version: 1,
      data: { source: 'moons', ...parts.data },
      layers: [
        { id: 'input', kind: 'input', shape: [2] },
        ...(parts.layers ?? []),
        { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
      ],
      training: { loss: 'crossentropy', epochs: 2, ...parts.training },
    },
    null,
    2,
  );
const errors = async (text: string): Promise<string[]> => {
  const { diagnostics } = await inspectModel(text, catalogue, noFiles);
  return diagnostics.filter((d) => d.severity === 'error').map((d) => d.message);
};
const written = ({ kind, example }: KindSpec): Json => ({ kind, ...example });

describe('A model that uses', () => {
  for (const spec of catalogue.layers.values()) {
    it(`the layer kind ${spec.kind}, as its example has it, has no error`, () => {
      const inputs = spec.exampleInputs.map((shape, i) => ({ id: `in${i}`, kind: 'input', shape: [...shape] }));
      const reads = inputs.length > 0 ? { inputs: inputs.map((l) => l.id) } : {};
      const layers = [...inputs, { id: 'it', kind: spec.kind, ...spec.example, ...reads }];
      const { model, diagnostics } = analyze(JSON.stringify({ version: 1, layers }), catalogue);
      assert.deepEqual(
        diagnostics.filter((d) => d.severity === 'error'),
        [],
      );
      assert.equal(model?.output, 'it');
    });
  }
  for (const spec of catalogue.optimizers.values()) {
    it(`the optimizer ${spec.kind} has no error`, async () => {
      assert.deepEqual(await errors(moons({ training: { optimizer: written(spec) } })), []);
    });
  }
  for (const spec of catalogue.schedules.values()) {
    it(`the schedule ${spec.kind} has no error`, async () => {
      assert.deepEqual(await errors(moons({ training: { schedule: written(spec) } })), []);
    });
  }
  for (const spec of catalogue.metrics.values()) {
    it(`the metric ${spec.kind} has no error, or one that says which target it needs`, async () => {
      for (const error of await errors(moons({ training: { metrics: [written(spec)] } }))) {
        assert.match(error, new RegExp(`${spec.kind}|${spec.title}`, 'i'));
      }
    });
  }
  for (const spec of catalogue.augmentations.values()) {
    it(`the augmentation ${spec.kind} has no error, by its name alone or with parameters`, async () => {
      const csv = ['label', ...'abcdefghijklmnopqrstuvwxy'].join(',');
      const rows = Array.from({ length: 20 }, (_, i) =>
        [i % 2 ? 'odd' : 'even', ...Array<number>(25).fill(i)].join(','),
      );
      const io = filesOf({ 'a.csv': [csv, ...rows].join('\n') });
      const data = { source: 'csv', path: 'a.csv', target: 'label', scale: 'divide', divisor: 9 };
      const text = JSON.stringify({
        version: 1,
        data: { ...data, augment: [spec.kind, written(spec)] },
        layers: [
          { id: 'input', kind: 'input', shape: [25], image: [5, 5] },
          { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
        ],
        training: { loss: 'crossentropy', epochs: 2 },
      });
      const { diagnostics } = await inspectModel(text, catalogue, io);
      assert.deepEqual(
        diagnostics.filter((d) => d.severity === 'error').map((d) => d.message),
        [],
      );
    });
  }
  for (const spec of catalogue.sources.values()) {
    if (!spec.yields) continue;
    it(`the data source ${spec.kind} has no error`, async () => {
      const data = { source: spec.kind, ...spec.example };
      const text = moons({ data });
      assert.deepEqual(await errors(text), []);
    });
  }
});
