import assert from 'node:assert/strict';
import type { Samples } from '../../../../src/engine/dataset';
import { compile } from '../../../../src/engine/network';
import { predictMonteCarlo } from '../../../../src/engine/predict';
import { Trainer } from '../../../../src/engine/trainer';
import { Viewer } from '../../../../src/engine/viewer';
import { complete } from '../../../../src/engine/lenses/index';
import { dense, dropout, input, modelOf, numbersData, xorData } from '../support';
import { seeing } from './support';

const PASSES = 50;

/** One of the samples on its own. */
const sampleAt = ({ inputs, targets, rows, count }: Samples, at: number): Samples => ({
  count: 1,
  inputs: Float32Array.from(inputs.subarray((at * inputs.length) / count, ((at + 1) * inputs.length) / count)),
  targets: targets.slice((at * targets.length) / count, ((at + 1) * targets.length) / count),
  rows: rows.slice(at, at + 1),
});
const classes = () => [
  input(2),
  dense('h', 16, { activation: 'relu' }),
  dropout('d', 0.5),
  dense('o', 2, { activation: 'softmax' }),
];

describe('The lens on other masks', () => {
  it('says what Monte Carlo dropout says, by the weights the shown step began with', () => {
    const model = modelOf(classes(), { batchSize: 10, epochs: 4 });
    const trainer = new Trainer(compile(model), xorData());
    for (let i = 0; i < 5; i++) trainer.advance();
    const viewer = new Viewer(trainer);
    const rows = [...trainer.upcoming()!.rows];
    const then = new Trainer(compile(model), xorData());
    then.restore(trainer.state());
    viewer.capture();
    for (let i = 0; i < 4; i++) trainer.advance();
    const { mean, deviation, votes } = complete(viewer.others(3, PASSES));
    const { dataset, network } = then;
    const wanted = predictMonteCarlo(network, sampleAt(dataset.train, rows[3]), dataset.target, PASSES);
    assert.deepEqual(mean, Float32Array.from(wanted.mean));
    assert.deepEqual(deviation, Float32Array.from(wanted.deviation));
    assert.deepEqual(votes, wanted.votes);
    assert.equal(
      votes!.reduce((a, b) => a + b),
      PASSES,
    );
    assert.ok(deviation[0] > 0);
  });

  it('counts the votes of single masks', () => {
    const model = modelOf(classes(), { batchSize: 10, epochs: 4 });
    const { train, target } = xorData();
    const network = compile(model);
    const { votes } = predictMonteCarlo(network, train, target, 7);
    const byHand = new Uint32Array(train.count * 2);
    for (let pass = 1; pass <= 7; pass++)
      for (let i = 0; i < train.count; i++) {
        // One pass more, less all before it: what this very pass answers.
        const upTo = predictMonteCarlo(network, sampleAt(train, i), target, pass).mean;
        const before = pass > 1 ? predictMonteCarlo(network, sampleAt(train, i), target, pass - 1).mean : [0, 0];
        const own = [0, 1].map((c) => upTo[c] * pass - before[c] * (pass - 1));
        byHand[i * 2 + (own[1] > own[0] ? 1 : 0)]++;
      }
    // Masks depend on a sample's place: the first of all, and the only one of its own, are the same.
    assert.deepEqual(votes!.subarray(0, 2), byHand.subarray(0, 2));
    for (let i = 0; i < train.count; i++) assert.equal(votes![2 * i] + votes![2 * i + 1], 7);
  });

  it('gives numbers a mean and a spread, and no votes', () => {
    const layers = [input(3), dense('h', 16, { activation: 'tanh' }), dropout('d', 0.5), dense('o', 2)];
    const trainer = new Trainer(compile(modelOf(layers, { loss: 'meanSquaredError' })), numbersData());
    const viewer = new Viewer(trainer);
    viewer.capture();
    const { mean, deviation, votes } = complete(viewer.others(0, PASSES));
    assert.equal(votes, undefined);
    assert.deepEqual([mean.length, deviation.length], [2, 2]);
    assert.ok(deviation.every((d) => d > 0));
  });

  it('is refused for a step that is no longer shown, and left when another takes its place', () => {
    const trainer = new Trainer(compile(modelOf(classes(), { batchSize: 10 })), xorData());
    assert.throws(() => seeing(trainer)('others', { step: 0, sample: 0, passes: 2 }), /Step 1 is no longer shown/);
    const viewer = new Viewer(trainer);
    viewer.capture();
    assert.throws(() => complete(viewer.others(10, 2)), /samples 0 to 9; asked for 10/);
    const work = viewer.others(0, 2);
    work.next();
    trainer.advance();
    viewer.capture();
    assert.throws(() => work.next(), /Step 1 is no longer shown/);
  });
});
