import assert from 'node:assert/strict';
import type { Dataset } from '../../../src/engine/dataset';
import { compile } from '../../../src/engine/network';
import type { EpochRecord } from '../../../src/engine/records';
import { Trainer, type TrainerEvent } from '../../../src/engine/trainer';
import type { TrainerState } from '../../../src/engine/state';
import { dense, dropout, input, modelOf, numbersData, xorData, type LayerText } from './support';

const hidden = (units: number, rate: number): LayerText[] => [
  dense('h1', units, { activation: 'relu' }),
  dropout('d1', rate),
  dense('h2', units, { activation: 'tanh' }),
];
const classifier = (training: object = {}, units = 8, rate = 0.25) =>
  modelOf([input(2), ...hidden(units, rate), dense('o', 2, { activation: 'softmax' })], {
    batchSize: 10,
    epochs: 3,
    ...training,
  });
const regressor = (training: object = {}) =>
  modelOf([input(3), dense('h', 12, { activation: 'tanh' }), dense('o', 2)], {
    loss: 'meanSquaredError',
    batchSize: 16,
    epochs: 60,
    optimizer: { kind: 'adam', learningRate: 0.02 },
    ...training,
  });

const trainerOf = (model = classifier(), data: Dataset = xorData(), seed?: number) =>
  new Trainer(compile(model, { seed }), data);
const bits = (trainer: Trainer) =>
  [...trainer.network.parameters.values()].map((p) => [p.name, [...new Uint8Array(p.values.slice().buffer)].join()]);
const epochsOf = (events: TrainerEvent[]) =>
  events.flatMap((e): EpochRecord[] => (e.type === 'epoch' ? [e.record] : []));

describe('Trainer', () => {
  it('takes every sample once an epoch, in an order of its own, keeping the smaller last batch', () => {
    const trainer = trainerOf();
    const orders: string[] = [];
    for (let epoch = 1; epoch <= 3; epoch++) {
      const rows: number[] = [];
      const sizes: number[] = [];
      for (let event: TrainerEvent | undefined; event?.type !== 'epoch'; event = trainer.advance()) {
        const upcoming = trainer.upcoming();
        if (!upcoming) continue;
        assert.equal(upcoming.epoch, epoch);
        assert.equal(upcoming.step, trainer.step);
        rows.push(...upcoming.rows);
        sizes.push(upcoming.rows.length);
      }
      assert.deepEqual(sizes, [10, 10, 10, 10, 10, 10, 4]);
      assert.deepEqual(
        rows.slice().sort((a, b) => a - b),
        [...Array(64).keys()],
      );
      orders.push(rows.join());
    }
    assert.equal(new Set(orders).size, 3);
  });

  it('numbers steps from 0 through all epochs, and records steps made', () => {
    const trainer = trainerOf();
    const events = [...trainer.events()];
    const steps = events.flatMap((e) => (e.type === 'step' ? [[e.step, e.epoch]] : []));
    assert.deepEqual(
      steps,
      Array.from({ length: 21 }, (_, i) => [i, Math.floor(i / 7) + 1]),
    );
    assert.deepEqual(
      epochsOf(events).map((r) => [r.epoch, r.step]),
      [
        [1, 7],
        [2, 14],
        [3, 21],
      ],
    );
    assert.equal(events.at(-1)!.type, 'end');
    assert.equal(trainer.step, 21);
    assert.equal(trainer.epoch, 3);
    assert.throws(() => trainer.advance(), /ended/);
  });

  it('reports the losses the optimizer saw, and measures all samples with dropout off', () => {
    const trainer = trainerOf();
    const losses: number[] = [];
    const events = [...trainer.events()];
    for (const e of events) if (e.type === 'step' && e.epoch === 3) losses.push(e.loss);
    const record = epochsOf(events)[2];
    const mean = losses.reduce((sum, loss, i) => sum + loss * (i === 6 ? 4 : 10), 0) / 64;
    assert.ok(Math.abs(record.train.loss - mean) < 1e-12);
    assert.equal(record.train.min, Math.min(...losses));
    assert.equal(record.train.max, Math.max(...losses));
    // The last epoch's weights are the network's now: measured again, in another batch size, they say the same.
    const again = trainer.evaluate('train');
    assert.deepEqual(again, record.trainDropoutOff);
    assert.deepEqual(trainer.evaluate('validation'), record.validation);
    assert.deepEqual(trainer.evaluate('test'), trainer.end!.test);
    const right = again.accuracy! * 64;
    assert.ok(Math.abs(right - Math.round(right)) < 1e-9 && again.rmse === undefined);
  });

  it('measures the mean loss over samples, however they fall into batches', () => {
    const data = xorData();
    const [narrow, wide] = [3, 64].map((maxBatch) => {
      const network = compile(classifier({ batchSize: 3 }), { maxBatch });
      return new Trainer(network, data).evaluate('train');
    });
    assert.ok(Math.abs(narrow.loss - wide.loss) < 1e-9);
    assert.equal(narrow.accuracy, wide.accuracy);
  });

  it('learns xor, which no line parts', () => {
    const model = classifier({ epochs: 60, optimizer: { kind: 'adam', learningRate: 0.02 } }, 16, 0.1);
    const trainer = trainerOf(model, xorData(200, 100, 100));
    const events = [...trainer.events()];
    assert.equal(trainer.end!.reason, 'finished');
    assert.ok(trainer.end!.test!.accuracy! >= 0.9, String(trainer.end!.test!.accuracy));
    assert.ok(epochsOf(events).at(-1)!.train.loss < 0.5 * epochsOf(events)[0].train.loss);
  });

  it('learns numbers, and measures them by rmse', () => {
    const trainer = trainerOf(regressor(), numbersData(128));
    for (const event of trainer.events()) if (event.type === 'end') break;
    const { rmse, loss, accuracy } = trainer.end!.test!;
    assert.ok(rmse! < 0.25, String(rmse));
    assert.ok(Math.abs(rmse! - Math.sqrt(loss)) < 1e-9);
    assert.equal(accuracy, undefined);
  });

  for (const optimizer of ['sgd', { kind: 'sgd', learningRate: 0.05, momentum: 0.9 }, 'adam'])
    it(`gives the same bits for the same seed, others for another (${JSON.stringify(optimizer)})`, () => {
      const run = (seed: number) => {
        const trainer = trainerOf(classifier({ optimizer }), xorData(), seed);
        return [JSON.stringify([...trainer.events()]), bits(trainer)];
      };
      assert.deepEqual(run(7), run(7));
      assert.notDeepEqual(run(7), run(2 ** 32 + 7));
    });

  it('keeps the weights of the epoch with the smallest validation loss', () => {
    const trainer = trainerOf(classifier({ epochs: 12, optimizer: { kind: 'sgd', learningRate: 1 } }));
    let smallest = Infinity;
    let kept = '';
    for (const event of trainer.events()) {
      if (event.type !== 'epoch' || event.record.validation!.loss >= smallest) continue;
      smallest = event.record.validation!.loss;
      kept = JSON.stringify(bits(trainer));
    }
    const { loss, epoch, weights } = trainer.best!;
    assert.equal(loss, smallest);
    assert.deepEqual(trainer.end!.best, { epoch, loss });
    for (const [name, { values }] of weights) trainer.network.parameters.get(name)!.values.set(values);
    assert.equal(JSON.stringify(bits(trainer)), kept);
  });

  it('does without validation and test sets', () => {
    const trainer = trainerOf(classifier(), xorData(20, 0, 0));
    const events = [...trainer.events()];
    assert.ok(epochsOf(events).every((r) => !('validation' in r)));
    assert.deepEqual(trainer.end, { reason: 'finished' });
    assert.equal(trainer.best, undefined);
    assert.throws(() => trainer.evaluate('test'), RangeError);
  });

  it('stops when told, keeping the weights of the last step', () => {
    const trainer = trainerOf();
    for (let i = 0; i < 3; i++) trainer.advance();
    const before = bits(trainer);
    trainer.stop();
    assert.equal(trainer.upcoming(), undefined);
    assert.deepEqual(trainer.advance(), { type: 'end', record: { reason: 'stopped' } });
    assert.deepEqual(bits(trainer), before);
    assert.equal(trainer.step, 3);
    trainer.stop();
  });

  it('goes back to the best epoch when told, and measures that on the test samples', () => {
    const trainer = trainerOf(classifier({ epochs: 60, optimizer: { kind: 'sgd', learningRate: 3 } }));
    assert.throws(() => trainer.stopAtBest(), /No epoch is known to be the best yet/);
    // Into the middle of an epoch's evaluation, well past the best epoch.
    let event = trainer.advance();
    while (!(trainer.epoch > 20 && trainer.epoch > trainer.best!.epoch + 1 && event.type === 'evaluated'))
      event = trainer.advance();
    const { epoch, loss, weights } = trainer.best!;
    trainer.stopAtBest();
    assert.equal(trainer.upcoming(), undefined);
    while (!trainer.end) trainer.advance();
    const { reason, best, kept, test, confusion } = trainer.end;
    assert.deepEqual({ reason, best, kept }, { reason: 'stopped', best: { epoch, loss }, kept: epoch });
    for (const [name, { values }] of weights)
      assert.deepEqual([...trainer.network.parameters.get(name)!.values], [...values]);
    assert.deepEqual(test, trainer.evaluate('test'));
    assert.equal(trainer.evaluate('validation').loss, loss);
    assert.equal(confusion!.part, 'test');
    trainer.stopAtBest();
  });

  it('takes a new rate on the next step, records it, and refuses bad ones', () => {
    // The mask is looked at when the step is over.
    const trainer = new Trainer(compile(classifier(), { share: false }), xorData());
    for (let i = 0; i < 8; i++) trainer.advance();
    while (!trainer.upcoming()) trainer.advance();
    assert.deepEqual(trainer.change({ layer: 'd1', parameter: 'rate', to: 0.75 }), {
      step: 7,
      epoch: 2,
      layer: 'd1',
      parameter: 'rate',
      from: 0.25,
      to: 0.75,
    });
    trainer.advance();
    const mask = trainer.network.layer('d1').runtime.dropping!.masks!.last;
    const share = mask.reduce((sum, m) => sum + m, 0) / mask.length;
    assert.ok(share > 0.6, String(share));
    for (const rate of [1, -0.5, NaN])
      assert.throws(() => trainer.change({ layer: 'd1', parameter: 'rate', to: rate }), /"d1"/);
    assert.throws(() => trainer.change({ layer: 'h1', parameter: 'rate', to: 0.5 }), /"h1" drops nothing/);
  });
});

describe('A run gone wrong', () => {
  const endOf = (trainer: Trainer) => {
    for (const event of trainer.events()) if (event.type === 'end') return event.record;
    throw new Error('unreachable');
  };

  it('stops at the first loss that is not finite, naming layer, step and remedy', () => {
    const trainer = trainerOf(regressor({ optimizer: { kind: 'sgd', learningRate: 10 }, epochs: 1000 }), numbersData());
    const end = endOf(trainer);
    assert.equal(end.reason, 'nan');
    assert.match(
      end.message!,
      new RegExp(`in step ${trainer.step} \\(epoch \\d+\\).*layer "(h|o)".*learning rate \\(it is 10\\)`),
    );
  });

  it('names the first layer in order that went wrong', () => {
    const trainer = trainerOf();
    for (let i = 0; i < 4; i++) trainer.advance();
    trainer.network.parameters.get('h2/bias')!.values[1] = Infinity;
    trainer.network.parameters.get('o/bias')!.values[1] = NaN;
    const end = endOf(trainer);
    assert.match(end.message!, /in step 4 \(epoch 1\).*layer "h2".*weights/);
  });

  it('blames the data where it is the data', () => {
    const data = xorData();
    data.train.inputs[5] = NaN;
    assert.match(endOf(trainerOf(classifier(), data)).message!, /data has a value.*"input"/);
    const numbers = numbersData();
    numbers.train.targets[7] = NaN;
    assert.match(endOf(trainerOf(regressor(), numbers)).message!, /target/);
  });

  it('is noticed in an evaluation as well', () => {
    const data = xorData();
    data.validation.inputs[3] = Infinity;
    assert.match(endOf(trainerOf(classifier(), data)).message!, /in the evaluation after 7 steps \(epoch 1\)/);
  });
});

describe('Trainer state', () => {
  const model = classifier({ epochs: 4, optimizer: 'adam' });
  /** Through JSON, as a checkpoint goes. */
  const stored = ({ counters, tensors }: TrainerState): TrainerState => ({
    counters: JSON.parse(JSON.stringify(counters)) as TrainerState['counters'],
    tensors,
  });

  for (const changeAt of [-1, 10])
    it(`goes on to the bit from any point${changeAt < 0 ? '' : ', after a rate was changed by hand'}`, () => {
      const straight = trainerOf(model);
      const events: string[] = [];
      const states: { after: number; state: TrainerState }[] = [];
      for (let unit = 0; !straight.end; unit++) {
        if (unit === changeAt) straight.change({ layer: 'd1', parameter: 'rate', to: 0.6 });
        // Within an epoch, at its end, and within an evaluation.
        if (unit >= changeAt) states.push({ after: events.length, state: stored(straight.state()) });
        const event = straight.advance();
        if (event.type !== 'evaluated') events.push(JSON.stringify(event));
      }
      for (const { after, state } of states) {
        const resumed = trainerOf(model);
        // Somewhere else entirely, to see that everything is put back.
        for (let i = 0; i < 12; i++) resumed.advance();
        resumed.restore(state);
        const rest = [...resumed.events()].filter((e) => e.type !== 'evaluated').map((e) => JSON.stringify(e));
        assert.deepEqual(rest, events.slice(after));
        assert.deepEqual(bits(resumed), bits(straight));
        assert.deepEqual(resumed.best, straight.best);
      }
    });

  it('names its tensors', () => {
    const trainer = trainerOf(model);
    for (const event of trainer.events()) if (event.type === 'epoch') break;
    const { tensors, counters } = trainer.state();
    for (const name of ['h1/kernel', 'optimizer/h1/kernel/m', 'optimizer/h1/kernel/v', 'best/h1/kernel'])
      assert.deepEqual(tensors.get(name)?.shape, [2, 8], name);
    assert.equal(tensors.size, 6 * 4);
    assert.deepEqual(counters.rates, { d1: 0.25 });
    assert.equal(counters.position, 0);
    assert.equal(counters.epoch, 2);
  });

  it('is a copy', () => {
    const trainer = trainerOf(model);
    trainer.advance();
    const state = trainer.state();
    const before = [...state.tensors.get('h1/kernel')!.values];
    for (let i = 0; i < 3; i++) trainer.advance();
    assert.deepEqual([...state.tensors.get('h1/kernel')!.values], before);
  });

  it('of another run is refused, with nothing changed', () => {
    const source = trainerOf(model);
    for (let i = 0; i < 3; i++) source.advance();
    const state = source.state();
    const refused = (trainer: Trainer, bad: TrainerState, message: RegExp) => {
      const before = bits(trainer);
      assert.throws(() => trainer.restore(bad), message);
      assert.deepEqual(bits(trainer), before);
      assert.equal(trainer.step, 0);
    };
    refused(trainerOf(model, xorData(), 8), state, /the seed is 7 in it, and 8 here/);
    refused(trainerOf(classifier({ optimizer: 'adam' }, 9)), state, /the shape of tensor "h1\/kernel"/);
    refused(trainerOf(classifier()), state, /Optimizer "sgd" has no parameter "beta1"/);
    refused(
      trainerOf(model, xorData(200)),
      { ...state, counters: { ...state.counters, step: 9 } },
      /the number of training samples is 64 in it, and 200 here/,
    );
    refused(trainerOf(model), { ...state, counters: { ...state.counters, rates: { d1: 1 } } }, /rate of layer "d1"/);
    refused(
      trainerOf(model),
      { ...state, counters: { ...state.counters, numerics: 'fused' } },
      /made with fused kernels, and here are reference ones/,
    );
    refused(trainerOf(model), { ...state, counters: { ...state.counters, rates: {} } }, /dropout layers/);
    const tensors = new Map(state.tensors);
    tensors.delete('o/bias');
    refused(trainerOf(model), { ...state, tensors }, /tensor "o\/bias"/);
  });
});

describe('Trainer, on what does not fit', () => {
  it('says what and where', () => {
    const wrongInput = modelOf([input(3), dense('o', 2, { activation: 'softmax' })]);
    assert.throws(() => trainerOf(wrongInput), /"input" takes 3 numbers.*xor has 2/);
    const wrongOutput = modelOf([input(2), dense('o', 5, { activation: 'softmax' })]);
    assert.throws(() => trainerOf(wrongOutput), /"o" gives 5 numbers.*2 to learn/);
    const nothing = modelOf([input(2), { id: 'f', kind: 'activation', activation: 'softmax' }]);
    assert.throws(() => trainerOf(nothing), /weights/);
    assert.throws(() => new Trainer(compile(modelOf([input(2), dense('o', 2)], null)), xorData()), /training/);
    assert.throws(() => trainerOf(classifier(), xorData(0)), /no training samples/);
    assert.throws(() => new Trainer(compile(classifier(), { maxBatch: 5 }), xorData()), /batch size.*1 to 5.*10/);
    assert.throws(() => new Trainer(compile(classifier(), { gradients: false }), xorData()), /without gradients/);
  });
});

describe('The record of an epoch', () => {
  it('tells what schedules gave, and nothing where there are none', () => {
    const layers = [
      input(2),
      dense('h', 4, { activation: 'relu' }),
      { ...dropout('d', 0.5), rate: { schedule: 'linear', from: 0.5, to: 0, epochs: 2 } },
      dense('o', 2, { activation: 'softmax' }),
    ];
    const recordsOf = (model: ReturnType<typeof modelOf>) =>
      [...new Trainer(compile(model), xorData()).events()].flatMap((e) => (e.type === 'epoch' ? [e.record] : []));
    const optimizer = { kind: 'sgd', learningRate: 0.1 };
    const schedule = { kind: 'step', every: 1, factor: 0.5 };
    const scheduled = recordsOf(modelOf(layers, { optimizer, schedule, batchSize: 10, epochs: 3 }));
    assert.deepEqual(
      scheduled.map((r) => r.learningRate),
      [0.1, 0.05, 0.025],
    );
    assert.equal(scheduled[0].rates?.d, 0.5);
    assert.ok(scheduled[2].rates!.d < 0.5);
    const plain = recordsOf(
      modelOf([input(2), dropout('d', 0.5), dense('o', 2, { activation: 'softmax' })], { batchSize: 10, epochs: 1 }),
    );
    assert.deepEqual(Object.keys(plain[0]).includes('learningRate') || Object.keys(plain[0]).includes('rates'), false);
  });
});
