import assert from 'node:assert/strict';
import { compile } from '../../../src/engine/network';
import { optimizers } from '../../../src/engine/optimizers/index';
import { schedules } from '../../../src/engine/schedules/index';
import { Trainer } from '../../../src/engine/trainer';
import { dense, dropout, input, modelOf, xorData } from './support';

const model = (training: object) =>
  modelOf(
    [input(2), dense('h', 8, { activation: 'relu' }), dropout('d', 0.3), dense('o', 2, { activation: 'softmax' })],
    { batchSize: 16, epochs: 6, ...training },
  );
const trainerOf = (training: object) => new Trainer(compile(model(training)), xorData());

/** Goes on from a state taken in the middle, through JSON, and holds every event against the run never interrupted. */
function roundTrip(training: object, epochs = 6): void {
  const straight = trainerOf({ ...training, epochs });
  const events = [...straight.events()].filter((e) => e.type !== 'evaluated');
  const first = trainerOf({ ...training, epochs });
  let made = 0;
  for (const event of first.events()) if (event.type !== 'evaluated' && ++made === Math.floor(events.length / 2)) break;
  const { counters, tensors } = first.state();
  const resumed = trainerOf({ ...training, epochs });
  for (let i = 0; i < 9; i++) resumed.advance();
  resumed.restore({ counters: JSON.parse(JSON.stringify(counters)) as typeof counters, tensors });
  const rest = [...resumed.events()].filter((e) => e.type !== 'evaluated');
  assert.deepEqual(rest, events.slice(made));
  for (const [name, { values }] of straight.network.parameters)
    assert.deepEqual(resumed.network.parameters.get(name)!.values, values);
}

describe('A run gone on with is the same to the bit', () => {
  for (const { kind, example } of optimizers.values())
    it(`with ${kind}`, () => roundTrip({ optimizer: { kind, ...example } }));
  for (const { kind, example } of schedules.values())
    it(`with the schedule ${kind}`, () => roundTrip({ schedule: { kind, ...example }, warmupSteps: 5 }));
  it('with momentum, centred RMSprop and a plateau within reach', () => {
    roundTrip({
      optimizer: { kind: 'rmsprop', learningRate: 0.05, momentum: 0.5, centered: true },
      schedule: { kind: 'onPlateau', factor: 0.5, patience: 1, minDelta: 0.1 },
    });
  });
  it('with early stopping', () => roundTrip({ earlyStopping: { patience: 2, minDelta: 0.01 } }, 40));
});

describe('Early stopping', () => {
  it('ends after `patience` epochs without progress, and puts the best weights back', () => {
    const trainer = trainerOf({
      epochs: 500,
      optimizer: { kind: 'adam', learningRate: 0.05 },
      earlyStopping: { patience: 4 },
    });
    const losses: number[] = [];
    for (const event of trainer.events()) if (event.type === 'epoch') losses.push(event.record.validation!.loss);
    const best = losses.indexOf(Math.min(...losses));
    assert.equal(trainer.end!.reason, 'earlyStopping');
    assert.equal(losses.length, best + 1 + 4);
    assert.equal(trainer.end!.best!.epoch, best + 1);
    assert.equal(trainer.evaluate('validation').loss, losses[best]);
    assert.deepEqual(trainer.evaluate('test'), trainer.end!.test);
  });
});
