import assert from 'node:assert/strict';
import { layers } from '../../../src/engine/layers/index';
import { compile, type CompileOptions } from '../../../src/engine/network';
import { estimateMemory } from '../../../src/engine/plan';
import { reference } from '../../../src/engine/kernels/reference';
import { Random } from '../../../src/engine/rng/philox';
import { Trainer } from '../../../src/engine/trainer';
import { Viewer } from '../../../src/engine/viewer';
import { layerOf } from '../../../src/model/model';
import { sizeOf } from '../../../src/model/spec';
import { checkGradients, dataFor, stageOf, type Stage } from './support';

const training = { batchSize: 4, epochs: 2, optimizer: { kind: 'sgd', learningRate: 0.001, momentum: 0.9 } };
const trainerOf = (stage: Stage, options: CompileOptions = {}) =>
  new Trainer(compile(stage.model, options), dataFor(stage));
const weightsOf = (trainer: Trainer) => [...trainer.network.weights.values()].map((w) => [w.name, w.values.slice()]);

for (const kind of layers.values())
  describe(`Layer kind ${kind.kind}, as its example has it`, () => {
    const stage = stageOf(kind, training);

    it('has the gradients that central differences give, in training and in evaluation', () => {
      checkGradients(stage.model, 'train', stage.draw);
      checkGradients(stage.model, 'evaluate', stage.draw);
    });

    it('has the shape, the parameters and the memory that were foretold', () => {
      const it = layerOf(stage.model, 'it');
      let allocated = 0;
      const kernels = { ...reference, allocate: (bytes: number) => reference.allocate((allocated = bytes)) };
      const network = compile(stage.model, { kernels, maxBatch: 3 });
      assert.equal(network.layer('it').values.length, 3 * sizeOf(it.shape));
      const own = [...network.parameters.values()].filter((p) => p.layer === 'it');
      assert.equal(
        own.reduce((sum, p) => sum + p.values.length, 0),
        it.parameters,
      );
      assert.ok(Number.isSafeInteger(it.multiplyAdds) && it.multiplyAdds >= 0);
      assert.equal(estimateMemory(stage.model, { maxBatch: 3 }).network, allocated);
    });

    it('writes every value of its output and of its gradients, whatever stood there', () => {
      const [once, again] = [0, NaN].map((before) => {
        const network = compile(stage.model, { maxBatch: 3 });
        const random = new Random(4, 'rows');
        network.input.forEach((_, i) => (network.input[i] = stage.draw(random)));
        for (const layer of network.layers) if (layer.kind !== 'input') layer.values.fill(before);
        for (const { gradient } of network.parameters.values()) gradient!.fill(before);
        // Twice: buffers that the first pass used must not show in the second.
        for (let pass = 0; pass < 2; pass++) {
          network.forward('train', 3, 1);
          network.backward();
        }
        return [...network.parameters.values()].map((p) => [p.name, p.gradient!.slice()]);
      });
      assert.deepEqual(once, again);
      assert.ok(once.every(([, values]) => (values as Float32Array).every(Number.isFinite)));
    });

    it('trains to the same bits from the same seed, and goes on from a checkpoint as if never interrupted', () => {
      const straight = trainerOf(stage);
      const log = [...straight.events()].map((e) => JSON.stringify(e));
      const first = trainerOf(stage);
      const events: string[] = [];
      while (first.step < 4) events.push(JSON.stringify(first.advance()));
      const second = trainerOf(stage);
      second.restore(structuredClone(first.state()));
      for (const event of second.events()) events.push(JSON.stringify(event));
      assert.deepEqual(events.at(-1), log.at(-1));
      assert.deepEqual(weightsOf(second), weightsOf(straight));
      assert.deepEqual(second.state(), straight.state());
    });

    it('answers in evaluation the same each time, sample by sample as in a batch', () => {
      const trainer = trainerOf(stage);
      while (trainer.step < 3) trainer.advance();
      const { network, dataset } = trainer;
      const rows = [0, 1, 2];
      const run = () => {
        for (const row of rows) network.put(dataset.test, row, row);
        network.forward('evaluate', 3);
        return network.output.slice(0, 6);
      };
      const answers = run();
      assert.deepEqual(run(), answers);
      for (const row of rows) {
        network.put(dataset.test, row, 0);
        network.forward('evaluate', 1);
        assert.deepEqual(network.output.slice(0, 2), answers.slice(row * 2, row * 2 + 2));
      }
    });

    it('shows in a picture what the step computed, to the bit, and leaves training as it is', () => {
      const trainer = trainerOf(stage);
      const alone = trainerOf(stage);
      const viewer = new Viewer(trainer);
      for (const step of [0, 2, 4]) {
        while (trainer.step < step || !trainer.upcoming()) {
          trainer.advance();
          alone.advance();
        }
        viewer.capture();
        const count = trainer.upcoming()!.rows.length;
        trainer.advance();
        alone.advance();
        for (let sample = count - 1; sample >= 0; sample--)
          for (const { id, values } of viewer.look(sample).layers) {
            const layer = trainer.network.layer(id);
            assert.deepEqual(values, layer.values.slice(sample * layer.size, (sample + 1) * layer.size), id);
          }
        assert.deepEqual(weightsOf(trainer), weightsOf(alone));
      }
    });

    it('stops with a name where a number is no longer finite', () => {
      const bad = dataFor(stage);
      bad.train.inputs.fill(NaN);
      if (kind.indices) {
        assert.throws(() => new Trainer(compile(stage.model), bad), /"it".*NaN/);
      } else {
        const trainer = new Trainer(compile(stage.model), bad);
        for (const event of trainer.events()) if (event.type === 'end') break;
        assert.equal(trainer.end!.reason, 'nan');
        assert.match(trainer.end!.message!, new RegExp(`"${stage.model.layers[0].id}"`));
      }
      const trainer = trainerOf(stage);
      const own = [...trainer.network.weights.values()].filter((w) => w.layer === 'it');
      if (own.length === 0) return;
      for (const { values } of own) values.fill(NaN);
      for (const event of trainer.events()) if (event.type === 'end') break;
      assert.equal(trainer.end!.reason, 'nan');
      assert.match(trainer.end!.message!, /"it"/);
    });
  });
