import assert from 'node:assert/strict';
import { compile } from '../../../src/engine/network';
import { dropoutMask } from '../../../src/engine/rng/philox';
import { Trainer } from '../../../src/engine/trainer';
import { complete } from '../../../src/engine/lenses/index';
import { Viewer } from '../../../src/engine/viewer';
import { dense, dropout, input, modelOf, numbersData, xorData } from './support';

const model = modelOf(
  [
    input(2),
    dropout('d0', 0.2),
    dense('h1', 19, { activation: 'relu' }),
    dropout('d1', 0.5),
    dense('o', 2, { activation: 'softmax' }),
  ],
  { batchSize: 10, epochs: 4 },
);
const setUp = () => {
  // Masks are looked at when the step is over: nothing may have taken their place by then.
  const trainer = new Trainer(compile(model, { share: false }), xorData());
  return { trainer, viewer: new Viewer(trainer) };
};
const isDropped = (bits: Uint8Array, unit: number) => (bits[unit >> 3] >> (unit & 7)) & 1;

/** Advances to just before a step. */
function toStep(trainer: Trainer, step: number): void {
  while (trainer.step < step || !trainer.upcoming()) trainer.advance();
}

describe('Viewer', () => {
  // Step 6 is the smaller last batch of its epoch, 9 lies in the second.
  for (const step of [0, 3, 6, 9])
    it(`shows step ${step} as training computed it: every layer's values and every mask, to the bit`, () => {
      const { trainer, viewer } = setUp();
      toStep(trainer, step);
      if (step === 9) trainer.change({ layer: 'd1', parameter: 'rate', to: 0.8 });
      const rows = [...trainer.upcoming()!.rows];
      assert.ok(viewer.capture());
      trainer.advance();
      const { network, dataset } = trainer;
      for (let sample = 0; sample < rows.length; sample++) {
        // Each of the two dropouts in turn, for all samples of the batch.
        const strip = sample % 2 ? 'd1' : 'd0';
        const sight = viewer.look(sample, strip);
        assert.equal(sight.step, step);
        assert.equal(sight.epoch, step < 7 ? 1 : 2);
        assert.equal(sight.batchSize, rows.length);
        assert.equal(sight.sample, sample);
        assert.equal(sight.row, rows[sample] + 100);
        assert.deepEqual(sight.input, dataset.train.inputs.slice(rows[sample] * 2, rows[sample] * 2 + 2));
        assert.equal(sight.target, dataset.train.targets[rows[sample] * 2] === 1 ? 0 : 1);
        assert.deepEqual(
          sight.layers.map((l) => l.id),
          ['input', 'd0', 'h1', 'd1', 'o'],
        );
        for (const { id, values, mask, batch } of sight.layers) {
          const layer = network.layer(id);
          const { size, runtime } = layer;
          assert.deepEqual(values, layer.values.slice(sample * size, (sample + 1) * size), id);
          assert.equal(mask !== undefined, runtime.dropping !== undefined);
          if (!mask) continue;
          const used = runtime.dropping!.masks!.last;
          assert.equal(mask.units, size);
          assert.equal(mask.rate, runtime.dropping!.rate);
          const rowBytes = Math.ceil(size / 8);
          assert.equal(mask.bits.length, rowBytes);
          assert.equal(batch?.bits?.length, id === strip ? rowBytes * rows.length : undefined);
          if (batch) {
            const facts = { piece: 'value', pieces: size, each: 1, rows: rows.length, chance: mask.rate };
            assert.deepEqual({ ...batch, bits: undefined }, { ...facts, bits: undefined });
          }
          let dropped = 0;
          for (let unit = 0; unit < size; unit++) {
            assert.equal(isDropped(mask.bits, unit), used[sample * size + unit]);
            dropped += isDropped(mask.bits, unit);
            for (let other = 0; batch?.bits && other < rows.length; other++)
              assert.equal(isDropped(batch.bits.subarray(other * rowBytes), unit), used[other * size + unit]);
          }
          assert.equal(mask.dropped, dropped);
          const again = dropoutMask({ seed: 7, layer: id, step, sample, rate: mask.rate, units: size });
          assert.deepEqual(again, used.slice(sample * size, (sample + 1) * size));
        }
        assert.deepEqual(sight.answer.withMask, sight.layers.at(-1)!.values);
        assert.notDeepEqual(sight.answer.withoutMask, sight.answer.withMask);
      }
    });

  it('shows the same picture long after, when weights and rates have moved on', () => {
    const { trainer, viewer } = setUp();
    toStep(trainer, 2);
    viewer.capture();
    trainer.advance();
    const then = viewer.look(4);
    trainer.change({ layer: 'd1', parameter: 'rate', to: 0.1 });
    toStep(trainer, 15);
    assert.deepEqual(viewer.look(4), then);
    assert.deepEqual(viewer.captured, { step: 2, epoch: 1, batchSize: 10 });
  });

  it('answers without mask as evaluation does', () => {
    const { trainer, viewer } = setUp();
    toStep(trainer, 5);
    viewer.capture();
    const { answer, row } = viewer.look(0);
    const { network, dataset } = trainer;
    network.put(dataset.train, row - 100, 0);
    network.forward('evaluate', 1);
    assert.deepEqual(answer.withoutMask, network.output.slice(0, 2));
  });

  it('gives what the units of a layer gave in every sample of the batch, as training computed it', () => {
    const { trainer, viewer } = setUp();
    toStep(trainer, 6);
    viewer.capture();
    const { batchSize } = viewer.captured!;
    trainer.advance();
    const { size, values } = trainer.network.layer('h1');
    const then = values.slice(0, batchSize * size);
    toStep(trainer, 9);
    assert.deepEqual(complete(viewer.batch('d1', Infinity)), { rows: batchSize, size, values: then });
    const two = complete(viewer.batch('d1', 2 * size));
    assert.deepEqual(two, { rows: 2, size, values: then.slice(0, 2 * size) });
    assert.throws(() => complete(viewer.batch('h1', Infinity)), /Layer "h1" drops nothing/);
    const left = viewer.batch('d1', Infinity);
    left.next();
    viewer.capture();
    assert.throws(() => left.next(), /Step 7 is no longer shown/);
  });

  it('counts the connections of each unit, of as many samples as can be drawn in time', () => {
    const connect = (units: number) =>
      modelOf(
        [input(2), { id: 'c', kind: 'dropConnect', units, rate: 0.4 }, dense('o', 2, { activation: 'softmax' })],
        {
          batchSize: 10,
          epochs: 2,
        },
      );
    const small = new Trainer(compile(connect(6)), xorData());
    const viewer = new Viewer(small);
    viewer.capture();
    const { batch, connections } = viewer.look(4).layers[1];
    const { counts, ...facts } = batch!;
    assert.deepEqual(facts, { piece: 'connection', pieces: 6, each: 2, rows: 10, chance: 0.4 });
    assert.deepEqual(counts!.slice(4 * 6, 5 * 6), connections!.perUnit);
    const large = new Viewer(new Trainer(compile(connect(50_000)), xorData()));
    large.capture();
    assert.equal(large.look(0).layers[1].batch!.rows, 4);
  });

  it('leaves training as it is, to the bit', () => {
    const run = (watched: boolean) => {
      const { trainer, viewer } = setUp();
      const events: string[] = [];
      while (!trainer.end) {
        if (watched && viewer.capture()) viewer.look(0);
        events.push(JSON.stringify(trainer.advance()));
        if (watched && viewer.captured) viewer.look(viewer.captured.batchSize - 1);
      }
      return events;
    };
    assert.deepEqual(run(true), run(false));
  });

  it('gives number targets as they are, and activations before and after a layer of their own', () => {
    const regression = modelOf([input(3), dense('h', 5), { id: 'f', kind: 'activation' }, dense('o', 2)], {
      loss: 'meanSquaredError',
    });
    const trainer = new Trainer(compile(regression), numbersData());
    const viewer = new Viewer(trainer);
    viewer.capture();
    const [index] = trainer.upcoming()!.rows;
    const { target, layers, answer } = viewer.look(0);
    assert.deepEqual(target, [...trainer.dataset.train.targets.slice(index * 2, index * 2 + 2)]);
    assert.deepEqual(
      layers[2].values,
      layers[1].values.map((v) => Math.max(0, v)),
    );
    assert.deepEqual(answer.withMask, answer.withoutMask);
  });

  it('captures nothing where the next unit of work is no step, and keeps what it has', () => {
    const { trainer, viewer } = setUp();
    assert.throws(() => viewer.look(0), /No step/);
    toStep(trainer, 6);
    viewer.capture();
    trainer.advance();
    assert.equal(viewer.capture(), false);
    assert.equal(viewer.captured!.step, 6);
    for (const sample of [4, -1, 0.5, NaN]) assert.throws(() => viewer.look(sample), /0 to 3/);
    for (const event of trainer.events()) if (event.type === 'end') break;
    assert.equal(viewer.capture(), false);
    assert.equal(viewer.look(3).step, 6);
  });
});
