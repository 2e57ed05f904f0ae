import assert from 'node:assert/strict';
import { layers } from '../../../../src/engine/layers/index';
import { maskOf } from '../../../../src/engine/masks';
import { compile } from '../../../../src/engine/network';
import { sizeOf } from '../../../../src/model/spec';
import { dense, input, modelOf } from '../support';
import { after, around, before, bound, dependence, masksOf } from './support';

const family = [...layers.values()].filter((kind) => kind.group === 'Dropout');
const masked = family.filter((kind) => kind.masks);

it('the family is complete', () => {
  assert.deepEqual(family.map((k) => k.kind).sort(), [
    'alphaDropout',
    'dropBlock',
    'dropConnect',
    'dropout',
    'gaussianDropout',
    'gaussianNoise',
    'spatialDropout',
    'stochasticDepth',
  ]);
  assert.equal(masked.length, 5);
});

for (const kind of family)
  describe(`Every kind of dropout: ${kind.kind}`, () => {
    it('changes nothing in evaluation, at any rate: no scaling at test time', () => {
      if (kind.kind === 'dropConnect') {
        // It has weights of its own: there, evaluation is what a dense layer gives.
        const weights = around(kind, { activation: 'linear', units: 8 });
        weights.forward('evaluate', 1, 4);
        const kernel = weights.parameters.get('it/kernel')!.values;
        const x = before(weights);
        after(weights).forEach((value, j) => {
          let sum = 0;
          for (let i = 0; i < 8; i++) sum += x[i] * kernel[i * 8 + j];
          assert.ok(Math.abs(value - sum) < 1e-12);
        });
        return;
      }
      for (const rate of kind.parameters.rate ? [0.1, 0.5, 0.8] : [undefined]) {
        const network = around(kind, rate === undefined ? {} : { rate }, { rows: 3 });
        network.forward('evaluate', 3, 4);
        assert.deepEqual(after(network), before(network));
      }
    });

    if (!kind.parameters.rate) return;
    it('takes another rate while training, from the next pass on, and refuses what is none', () => {
      const network = around(kind, {}, { rows: 3 });
      network.forward('train', 3, 4);
      const then = after(network).slice();
      const from = network.setRate('it', 0.75);
      assert.equal(from, kind.example.rate);
      network.forward('train', 3, 4);
      assert.notDeepEqual(after(network), then);
      assert.equal(network.setRate('it', from), 0.75);
      network.forward('train', 3, 4);
      assert.deepEqual(after(network), then);
      for (const bad of [1, -0.1, NaN]) assert.throws(() => network.setRate('it', bad), /Layer "it".*found/);
    });

    if (kind.drops)
      it('is the identity at rate 0', () => {
        const network = around(kind, { rate: 0 }, { rows: 3 });
        network.forward('train', 3, 4);
        assert.deepEqual(after(network), before(network));
      });

    it('draws anew for each sample and step, and the same again for the same', () => {
      const network = around(kind, { rate: 0.5 }, { rows: 6 });
      // All samples alike: what differs is drawn.
      network.input.fill(1);
      const seen = new Set<string>();
      const size = network.layer('it').size;
      const run = (step: number) => {
        network.forward('train', 6, step);
        return Array.from({ length: 6 }, (_, row) =>
          after(network)
            .slice(row * size, (row + 1) * size)
            .join(),
        );
      };
      const first = run(0);
      for (let step = 1; step < 4; step++) for (const values of run(step)) seen.add(values);
      // A whole sample is dropped or kept: only two outcomes there.
      assert.ok(kind.kind === 'stochasticDepth' ? seen.size === 2 : seen.size > 12, String(seen.size));
      assert.deepEqual(run(0), first);
    });

    it('draws for a sample alone what it draws for it in its batch', () => {
      const network = around(kind, { rate: 0.5 }, { rows: 6 });
      network.input.fill(1);
      network.forward('train', 6, 9);
      const { size } = network.layer('it');
      const whole = after(network).slice();
      for (let sample = 0; sample < 6; sample++) {
        network.forward('train', 1, 9, sample);
        assert.deepEqual(after(network).slice(0, size), whole.slice(sample * size, (sample + 1) * size));
      }
    });

    it('draws the same whatever the rate of another layer is', () => {
      const shape = kind.exampleInputs[0];
      const size = sizeOf(shape);
      const network = compile(
        modelOf(
          [
            input(size),
            { id: 'shaped', kind: 'reshape', shape },
            { id: 'it', kind: kind.kind, ...kind.example },
            { id: 'flat', kind: 'flatten' },
            { id: 'other', kind: 'dropout', rate: 0.2 },
            dense('o', 2),
          ],
          { loss: 'meanSquaredError' },
        ),
        { maxBatch: 4 },
      );
      network.input.fill(1);
      network.forward('train', 4, 2);
      const then = after(network).slice();
      network.setRate('other', 0.9);
      network.forward('train', 4, 2);
      assert.deepEqual(after(network), then);
    });
  });

for (const kind of masked)
  describe(`Every kind that drops values: ${kind.kind}`, () => {
    it('uses the masks that maskOf draws again from seed, layer, step and sample', () => {
      for (const rate of [0.1, 0.5, 0.9]) {
        const network = around(kind, { rate }, { rows: 5, seed: 2 ** 40 + 3 });
        network.forward('train', 5, 77);
        const { last, units } = masksOf(network);
        for (let sample = 0; sample < 5; sample++)
          assert.deepEqual(
            last.subarray(sample * units, (sample + 1) * units),
            maskOf(network.model, { seed: 2 ** 40 + 3, layer: 'it', step: 77, sample, rate }),
          );
      }
    });

    it('drops exactly what its mask says, and reports how many', () => {
      const network = around(kind, { rate: 0.4 }, { rows: 8 });
      network.forward('train', 8, 1);
      const masks = masksOf(network);
      const { units, last } = masks;
      const scratch = new Uint8Array(units);
      const droppedValues = new Set<number>();
      after(network).forEach((value, i) => {
        if (last[i]) droppedValues.add(value);
        else assert.notEqual(value, 0);
      });
      // Alpha dropout has a value of its own for what is dropped.
      if (kind.kind !== 'alphaDropout') assert.deepEqual([...droppedValues], [0]);
      else assert.equal(droppedValues.size, 1);
      for (let sample = 0; sample < 8; sample++)
        assert.equal(
          masks.draw(scratch, 0, { rate: 0.4 }, 1, sample),
          last.subarray(sample * units, (sample + 1) * units).reduce((sum, m) => sum + m, 0),
        );
    });

    it('goes backwards through the very mask and scale of the forward pass', () => {
      const network = around(kind, { rate: 0.4 });
      network.forward('train', 1, 3);
      const mask = masksOf(network).last.slice();
      const slope = Array.from(mask, (m, i) => {
        if (m) return 0;
        if (kind.kind === 'alphaDropout') return NaN;
        return after(network)[i] / before(network)[i];
      });
      // The rate moved by hand between the two passes must not touch what is under way.
      network.setRate('it', 0.9);
      network.backward();
      const kernel = network.parameters.get('o/kernel')!.values;
      const error = network.output.map((y, j) => y - network.targets[j]);
      const found = network.parameters.get('below/bias')!.gradient!;
      const ratios = new Set<string>();
      found.forEach((g, i) => {
        const dy = kernel[i * 2] * error[0] + kernel[i * 2 + 1] * error[1];
        if (mask[i]) assert.equal(g, 0);
        else if (Number.isNaN(slope[i])) ratios.add((g / dy).toFixed(9));
        else assert.ok(Math.abs(g - dy * slope[i]) < 1e-12);
      });
      // Alpha dropout: one slope for all that is kept.
      if (kind.kind === 'alphaDropout') assert.equal(ratios.size, 1);
    });

    it('drops independently across layers, steps and samples', () => {
      const samples = 4000;
      const model = around(kind, { rate: 0.5 }).model;
      const other = { ...model, layers: model.layers.map((l) => (l.id === 'it' ? { ...l, id: 'that' } : l)) };
      const unit = 5;
      const column = (m: typeof model, layer: string, step: number, first: number) =>
        Array.from(
          { length: samples },
          (_, i) => maskOf(m, { seed: 3, layer, step, sample: first + i, rate: 0.5 })[unit],
        );
      const own = column(model, 'it', 0, 0);
      assert.ok(dependence(own, column(other, 'that', 0, 0)) < 24, 'of another layer');
      assert.ok(dependence(own, column(model, 'it', 1, 0)) < 24, 'of the next step');
      assert.ok(dependence(own, column(model, 'it', 0, 1)) < 24, 'of the next sample');
      assert.ok(dependence(own, own) > 1000, 'the test sees dependence');
    });

    if (kind.kind !== 'dropBlock')
      for (const rate of [0.05, 0.2, 0.5, 0.8, 0.95])
        it(`drops a share of ${rate} within binomial bounds, over seeds`, () => {
          const { model } = around(kind, { rate });
          for (let seed = 1; seed <= 20; seed++) {
            const units = masksOf(around(kind)).units;
            let dropped = 0;
            const samples = 400;
            for (let sample = 0; sample < samples; sample++)
              for (const m of maskOf(model, { seed, layer: 'it', step: seed, sample, rate })) dropped += m;
            // How many are drawn by themselves in one sample.
            const entries = { spatialDropout: 6, stochasticDepth: 1 }[kind.kind] ?? units;
            const share = dropped / (samples * units);
            assert.ok(Math.abs(share - rate) < bound(samples * entries, rate), `seed ${seed}: ${share}`);
          }
        });
  });
