import assert from 'node:assert/strict';
import { compile } from '../../../../src/engine/network';
import { Trainer } from '../../../../src/engine/trainer';
import { checkGradients } from '../../../conformance/engine/support';
import { dense, dropout, input, modelOf, xorData } from '../support';

describe('Dropout behind the output', () => {
  const model = (activation: string, loss: object | string, rate = 0.5) =>
    modelOf([input(2), dense('h', 16, { activation: 'relu' }), dense('o', 2, { activation }), dropout('d', rate)], {
      loss,
      optimizer: { kind: 'adam', learningRate: 0.01 },
      batchSize: 8,
      epochs: 30,
    });

  for (const [activation, loss] of [
    ['softmax', 'crossentropy'],
    ['softmax', { kind: 'crossentropy', labelSmoothing: 0.2, classWeights: 'given', weights: [1, 3] }],
    ['sigmoid', { kind: 'binaryCrossentropy', positiveWeight: 2 }],
  ] as const)
    it(`has the gradients of differences with ${JSON.stringify(loss)}`, () => {
      // At a low rate no probability comes near 1, where the loss is flat on purpose.
      checkGradients(model(activation, loss, 0.1));
      checkGradients(model(activation, loss, 0.1), 'evaluate');
    });

  it('has a finite loss where the right answer is dropped, that of a probability of 1e-7, and trains', () => {
    const trainer = new Trainer(compile(model('softmax', 'crossentropy')), xorData());
    let worst = 0;
    for (const event of trainer.events()) if (event.type === 'step') worst = Math.max(worst, event.loss);
    assert.equal(trainer.end!.reason, 'finished');
    assert.ok(worst > 5 && worst <= -Math.log(1e-7));
    assert.ok(trainer.evaluate('train').accuracy! > 0.9, String(trainer.evaluate('train').accuracy));
  });

  it('measures in evaluation what cross-entropy without it measures', () => {
    const [with_, without] = [0.5, undefined].map((rate) => {
      const layers = [input(2), dense('o', 2, { activation: 'softmax' }), ...(rate ? [dropout('d', rate)] : [])];
      const network = compile(modelOf(layers), { precision: 'float64', maxBatch: 2 });
      network.input.set([0.3, -1, 2, 0.5]);
      network.targets.set([1, 0, 0, 1]);
      network.forward('evaluate', 2);
      return network.totalLoss();
    });
    assert.ok(Math.abs(with_ - without) < 1e-12);
  });
});
