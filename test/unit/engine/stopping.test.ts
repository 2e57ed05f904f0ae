import assert from 'node:assert/strict';
import { compile } from '../../../src/engine/network';
import { optimizers } from '../../../src/engine/optimizers/index';
import { schedules } from '../../../src/engine/schedules/index';
import { catalogue } from '../../../src/catalogue';
import { checkAgainstData } from '../../../src/data/check';
import type { Metrics } from '../../../src/engine/records';
import { Trainer } from '../../../src/engine/trainer';
import { analyze } from '../../../src/model/analyze';
import { dense, dropout, input, modelOf, numbersData, xorData } from './support';

const model = (training: object) =>
  modelOf(
    [input(2), dense('h', 8, { activation: 'relu' }), dropout('d', 0.3), dense('o', 2, { activation: 'softmax' })],
    { batchSize: 16, epochs: 6, ...training },
  );
const trainerOf = (training: object, data = xorData()) => {
  let seconds = 0;
  // Every look at the clock is a second later.
  return new Trainer(compile(model(training)), data, undefined, () => seconds++);
};
/** Trains to the end. @returns the validation metrics of each epoch */
const validations = (trainer: Trainer): Metrics[] =>
  [...trainer.events()].flatMap((e) => (e.type === 'epoch' ? [e.record.validation!] : []));

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
  it('with a target, reached before the middle and after it', () => {
    roundTrip({ stopAt: { metric: 'accuracy', value: 0.7 } }, 40);
    roundTrip({ stopAt: { metric: 'loss', value: 0.69 } }, 40);
  });
  it('with the time it has taken', () => roundTrip({ maxSeconds: 20 }, 40));
  it('with early stopping on a metric', () => roundTrip({ earlyStopping: { monitor: 'accuracy', patience: 3 } }, 40));
  it('with early stopping', () => roundTrip({ earlyStopping: { patience: 2, minDelta: 0.01 } }, 40));
});

describe('A checkpoint of an older release', () => {
  it('is refused, naming what it lacks', () => {
    const trainer = trainerOf({});
    const { counters, tensors } = trainer.state();
    for (const name of ['schedule', 'stopping', 'scheduledRates'] as const) {
      const rest = Object.fromEntries(Object.entries(counters).filter(([key]) => key !== name));
      assert.throws(
        () => trainer.restore({ counters: rest as unknown as typeof counters, tensors }),
        new RegExp(`counters have no "${name}"; expected .*train anew`),
      );
    }
  });
});

describe('The confusion of classes', () => {
  it('ends the run: of the test samples, else of those for validation', () => {
    for (const [test, part] of [
      [16, 'test'],
      [0, 'validation'],
    ] as const) {
      const trainer = trainerOf({ earlyStopping: { patience: 1 }, epochs: 60 }, xorData(64, 24, test));
      while (!trainer.end) trainer.advance();
      const { counts, part: of } = trainer.end.confusion!;
      assert.equal(of, part);
      const samples = trainer.dataset[part];
      assert.equal(
        counts.flat().reduce((a, b) => a + b),
        samples.count,
      );
      for (const c of [0, 1])
        assert.equal(
          counts[c].reduce((a, b) => a + b),
          Array.from({ length: samples.count }, (_, i) => samples.targets[2 * i + c]).reduce((a, b) => a + b),
        );
      assert.equal((counts[0][0] + counts[1][1]) / samples.count, trainer.evaluate(part).accuracy);
    }
  });
});

describe('Nesterov without momentum', () => {
  it('is an error at its place', () => {
    const text = JSON.stringify({
      version: 1,
      layers: [
        { id: 'i', kind: 'input', shape: [2] },
        { id: 'o', kind: 'dense', units: 2, activation: 'softmax' },
      ],
      training: { loss: 'crossentropy', optimizer: { kind: 'sgd', nesterov: true } },
    });
    const [found] = analyze(text, catalogue).diagnostics.filter((d) => d.severity === 'error');
    assert.deepEqual(found.path, ['training', 'optimizer', 'nesterov']);
    assert.match(found.message, /"nesterov": expected "momentum" above 0.*Add "momentum": 0.9/);
    const repaired = text.replace('"nesterov":true', '"nesterov":true,"momentum":0.9');
    assert.ok(analyze(repaired, catalogue).model);
  });
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

  it('watches a metric, of which more may be better, and puts the weights of its best epoch back', () => {
    for (const [monitor, better] of [
      ['accuracy', 1],
      ['f1', 1],
    ] as const) {
      const trainer = trainerOf({
        epochs: 500,
        optimizer: { kind: 'adam', learningRate: 0.05 },
        metrics: ['accuracy', 'f1'],
        earlyStopping: { monitor, patience: 6 },
      });
      const seen = validations(trainer).map((m) => better * m[monitor]!);
      const best = seen.indexOf(Math.max(...seen));
      const { end } = trainer;
      assert.equal(end!.reason, 'earlyStopping');
      assert.equal(seen.length, best + 1 + 6);
      assert.deepEqual([end!.best!.epoch, end!.best!.value], [best + 1, seen[best]]);
      const measured = trainer.evaluate('validation');
      assert.deepEqual([measured[monitor], measured.loss], [seen[best], end!.best!.loss]);
    }
  });
});

describe('A target', () => {
  const training = { epochs: 300, optimizer: { kind: 'adam', learningRate: 0.05 } };

  for (const stopAt of [
    { metric: 'accuracy', value: 0.8 },
    { metric: 'loss', value: 0.5 },
  ])
    it(`ends the run after the first epoch that reaches it: ${stopAt.metric}, and the last weights stay`, () => {
      const trainer = trainerOf({ ...training, stopAt });
      const seen = validations(trainer);
      const reached = ({ [stopAt.metric]: value }: Metrics): boolean =>
        stopAt.metric === 'loss' ? value! <= stopAt.value : value! >= stopAt.value;
      assert.deepEqual([trainer.end!.reason, seen.findIndex(reached)], ['target', seen.length - 1]);
      assert.deepEqual(trainer.evaluate('validation'), seen.at(-1));
      assert.deepEqual(trainer.evaluate('test'), trainer.end!.test);
    });

  it('is measured on training samples, dropout off, where there are none for validation', () => {
    const trainer = trainerOf({ ...training, stopAt: { metric: 'accuracy', value: 0.8 } }, xorData(64, 0, 0));
    const seen = [...trainer.events()].flatMap((e) => (e.type === 'epoch' ? [e.record.trainDropoutOff.accuracy!] : []));
    assert.deepEqual([trainer.end!.reason, seen.findIndex((a) => a >= 0.8)], ['target', seen.length - 1]);
  });

  it('that is not reached changes nothing', () => {
    const [plain, aiming] = [trainerOf({}), trainerOf({ stopAt: { metric: 'loss', value: 0 } })];
    assert.deepEqual([...aiming.events()], [...plain.events()]);
  });
});

describe('The time for training', () => {
  it('ends the run even within an epoch, keeps the last weights and measures the test set', () => {
    const trainer = trainerOf({ epochs: 500, maxSeconds: 3 });
    const steps = [...trainer.events()].filter((e) => e.type === 'step').length;
    assert.equal(steps, 3);
    assert.equal(trainer.end!.reason, 'time');
    assert.deepEqual(trainer.evaluate('test'), trainer.end!.test);
  });

  it('does not go by while the run waits', () => {
    let now = 0;
    const trainer = new Trainer(compile(model({ epochs: 3, maxSeconds: 5 })), xorData(), undefined, () => now);
    while (!trainer.end) {
      trainer.advance();
      now += 1000;
    }
    assert.equal(trainer.end.reason, 'finished');
  });

  it('needs a clock', () => {
    assert.throws(() => new Trainer(compile(model({ maxSeconds: 5 })), xorData()), /5 seconds needs a clock/);
  });
});

describe('What is watched', () => {
  const diagnose = (training: object) => {
    const layers = [
      { id: 'i', kind: 'input', shape: [2] },
      { id: 'o', kind: 'dense', units: 2, activation: 'softmax' },
    ];
    const data = { source: 'moons' };
    const text = JSON.stringify({ version: 1, data, layers, training: { loss: 'crossentropy', ...training } });
    return analyze(text, catalogue).diagnostics.map(({ code, message, offset, length }) => [
      code,
      text.slice(offset, offset + length),
      message,
    ]);
  };

  it('is the loss or a metric that is measured, by its name', () => {
    const metrics = ['f1', { kind: 'topK', k: 2 }];
    for (const name of ['loss', 'f1', 'top2']) {
      assert.deepEqual(diagnose({ metrics, earlyStopping: { monitor: name } }), []);
      assert.deepEqual(diagnose({ metrics, stopAt: { metric: name, value: 1 } }), []);
    }
    assert.deepEqual(diagnose({ earlyStopping: { monitor: 'accuracy' } }), []);
    assert.deepEqual(diagnose({ metrics, earlyStopping: { monitor: 'acuracy' } }), [
      [
        'unknown-metric',
        '"acuracy"',
        '"earlyStopping.monitor": "acuracy" is not measured; expected "loss", "f1" or "top2". Name one of them, or measure it: add it to "metrics".',
      ],
    ]);
    const [[code, place, message]] = diagnose({ stopAt: { metric: 'acuracy', value: 1 } });
    assert.deepEqual([code, place], ['unknown-metric', '"acuracy"']);
    assert.match(message, /Did you mean "accuracy"\?$/);
  });

  it('is held against the data, where the loss goes with classes and with numbers', () => {
    const watching = modelOf([input(3), dense('o', 2)], {
      loss: 'meanSquaredError',
      earlyStopping: { monitor: 'accuracy' },
    });
    assert.deepEqual(
      checkAgainstData(watching, numbersData()).map(({ code, path }) => [code, path]),
      [['unknown-metric', ['training', 'earlyStopping', 'monitor']]],
    );
    assert.throws(() => new Trainer(compile(watching), numbersData()), /"accuracy" is not measured on this data/);
  });
});
