import assert from 'node:assert/strict';
import type { EpochRecord } from '../../../../src/protocol/training';
import { cleanUps } from '../../../../src/host/runsView/cleanUp';
import {
  type RunEntry,
  contextOf,
  dateOf,
  descriptionOf,
  entryOf,
  factsOf,
  kindOf,
  labelOf,
  nameOfRun,
} from '../../../../src/host/runsView/entry';
import { groupRuns, passes, sameMinute } from '../../../../src/host/runsView/order';
import type { RunSummary } from '../../../../src/protocol/runList';

const at = (day: number, month = 10): string => new Date(2026, month, day, 23, 10).toISOString();
const now = new Date(2026, 10, 25);
const record = (epoch: number, loss: number, accuracy?: number): EpochRecord => ({
  epoch,
  step: epoch * 10,
  train: { loss, min: loss, max: loss },
  trainDropoutOff: { loss },
  validation: { loss, accuracy },
});
const run = (directory: string, more: Partial<RunEntry> = {}): RunEntry & RunSummary =>
  ({
    directory: `/w/runs/${directory}`,
    state: 'finished',
    unfinished: false,
    model: { name: 'digits', file: '/w/digits.netjson', there: true },
    started: at(24),
    seconds: 75,
    epochs: 60,
    last: record(60, 0.2, 0.95),
    best: { epoch: 31, loss: 0.08123 },
    problems: [],
    ...more,
  }) as RunEntry & RunSummary;
const damaged = run('odd', {
  state: 'damaged',
  model: undefined,
  started: undefined,
  best: undefined,
  last: undefined,
});

describe('a run in the view', () => {
  it('is called by its model and its start, until somebody names it; a damaged one by its folder', () => {
    assert.equal(nameOfRun(run('a'), now), 'digits, 24 Nov 23:10');
    assert.equal(dateOf(at(24), new Date(2027, 0, 1)), '24 Nov 2026 23:10');
    assert.equal(nameOfRun(run('a', { name: 'wide' })), 'wide');
    assert.equal(nameOfRun(damaged), 'odd');
    assert.deepEqual(
      [run('a'), run('a', { name: 'wide' }), damaged].map((entry) => labelOf(entry, now)),
      ['24 Nov 23:10', 'wide', 'odd'],
    );
  });

  it('says the second that it began in where another one of its model began in the same minute', () => {
    const second = run('b', { started: new Date(2026, 10, 24, 23, 10, 7).toISOString() });
    const other = run('c', { started: at(23) });
    assert.deepEqual(
      sameMinute([run('a'), second, other, run('d', { name: 'wide' })]),
      [run('a'), second].map((r) => r.directory),
    );
    assert.equal(labelOf(second, now, true), '24 Nov 23:10:07');
  });

  it('says what it has come to', () => {
    assert.equal(
      descriptionOf(run('a', { test: { loss: 0.1, accuracy: 0.9777 } })),
      'loss 0.0812, 97.8 % test, 1m 15s',
    );
    assert.equal(
      descriptionOf(run('a', { state: 'interrupted', last: record(12, 0.3) })),
      'interrupted, epoch 12 of 60, loss 0.0812, 1m 15s',
    );
    assert.equal(
      descriptionOf(run('a', { state: 'training', progress: 0.25, seconds: 20, last: record(14, 0.3), pinned: true })),
      'pinned, epoch 15 of 60, loss 0.0812, 1m 0s left',
    );
    assert.equal(descriptionOf(run('a', { state: 'nan', best: undefined, last: undefined })), 'failed, 1m 15s');
  });

  it('says that PyTorch trained it, where it did', () => {
    const entry = run('a', { backend: { torch: '2.9.1', processes: 2 } });
    assert.equal(descriptionOf(entry), 'loss 0.0812, 95.0 % validation, 1m 15s, PyTorch');
    assert.equal(new Map(factsOf(entry, now)).get('Trained by'), 'PyTorch 2.9.1, in 2 processes');
    assert.equal(new Map(factsOf(run('a'), now)).get('Trained by'), undefined);
  });

  it('tells all in its facts, and that its model is gone', () => {
    const facts = new Map(
      factsOf(run('a', { model: { name: 'digits', file: '/w/old.netjson', there: false }, note: 'why' }), now),
    );
    assert.equal(facts.get('Best validation loss'), '0.0812 in epoch 31');
    assert.equal(facts.get('Last validation'), 'loss 0.2000, accuracy 95.0 %');
    assert.match(facts.get('Model')!, /not there any more/);
    assert.equal(facts.get('Note'), 'why');
    assert.ok(!facts.has('Test'));
  });

  it('is shown as its session knows it while that trains, and as on disk after', () => {
    const stored = run('a', { state: 'running', last: undefined, best: undefined });
    const live = { epoch: 3, epochs: 80, progress: 0.1, seconds: 9, history: [record(1, 0.5), record(2, 0.7)] };
    const entry = entryOf(stored, { ...live, state: 'paused' });
    assert.deepEqual(
      [entry.state, entry.epochs, entry.seconds, entry.last?.epoch, entry.best],
      ['paused', 80, 9, 2, { epoch: 1, loss: 0.5 }],
    );
    assert.equal(entryOf(stored, { ...live, state: 'finished' }), stored);
  });

  it('offers what fits: resume to what is unfinished, pause to what trains here, delete to neither of those alive', () => {
    assert.equal(contextOf(run('a')), 'run still unpinned whole comparable');
    assert.match(contextOf(run('a', { state: 'interrupted', unfinished: true, pinned: true })), /resumable pinned/);
    assert.match(contextOf(run('a', { state: 'training' })), /^run training /);
    assert.match(contextOf(run('a', { state: 'running' })), /^run elsewhere /);
    assert.doesNotMatch(contextOf(damaged), /whole|comparable|resumable/);
  });
});

describe('the list of runs', () => {
  const moons = { name: 'moons', file: '/w/moons.netjson', there: true };
  const list = [
    run('a', { started: at(20), best: { epoch: 1, loss: 0.3 }, seconds: 10 }),
    run('b', { started: at(22), best: { epoch: 1, loss: 0.1 }, seconds: 30 }),
    run('c', { started: at(21), best: undefined, seconds: undefined, pinned: true }),
    run('d', { started: at(19), state: 'paused', best: { epoch: 1, loss: 0.2 } }),
    run('m', { started: at(23), model: moons }),
    damaged,
  ];
  const names = (sort: Parameters<typeof groupRuns>[1]) =>
    groupRuns(list, sort).map(({ title, runs }) => [title, runs.map(({ directory }) => directory.at(-1)).join('')]);

  it('has models by their newest run, in each what is alive and what is pinned first', () => {
    assert.deepEqual(names('newest'), [
      ['moons', 'm'],
      ['digits', 'dcba'],
      ['Cannot be read', 'd'],
    ]);
    assert.equal(names('best')[1][1], 'dcba');
    assert.equal(names('duration')[1][1], 'dcba');
    assert.deepEqual(
      names('name').map(([title]) => title),
      ['Cannot be read', 'digits', 'moons'],
    );
  });

  it('sorts by best, duration and name; what is not known comes last', () => {
    const plain = list.slice(0, 3).map((entry) => ({ ...entry, pinned: false }));
    const order = (sort: Parameters<typeof groupRuns>[1]) =>
      groupRuns(plain, sort)[0]
        .runs.map(({ directory }) => directory.at(-1))
        .join('');
    assert.deepEqual([order('newest'), order('best'), order('duration'), order('name')], ['bca', 'bac', 'bac', 'acb']);
  });

  it('hides what the filter does not let through', () => {
    const left = (filter: Parameters<typeof passes>[1]) =>
      list.filter((entry) => passes(entry, filter)).map(({ directory }) => directory.slice(8));
    assert.equal(left({}).length, 6);
    assert.deepEqual(left({ kinds: ['alive', 'damaged'] }), ['d', 'odd']);
    assert.deepEqual(left({ models: ['/w/moons.netjson'] }), ['m']);
    assert.deepEqual(left({ pinned: true, kinds: ['finished'] }), ['c']);
    assert.equal(kindOf({ state: 'earlyStopping' }), 'finished');
  });
});

describe('cleaning up', () => {
  const day = (n: number): string => at(n);
  const list = [
    run('old', { state: 'interrupted', started: day(1), best: undefined }),
    run('fresh', { state: 'stopped', started: day(24), best: { epoch: 1, loss: 0.5 } }),
    run('good', { best: { epoch: 1, loss: 0.1 } }),
    run('better', { best: { epoch: 1, loss: 0.05 } }),
    run('kept', { best: { epoch: 1, loss: 0.9 }, pinned: true }),
    run('live', { state: 'training' }),
    damaged,
  ];
  const choices = new Map(
    cleanUps(list, now.getTime()).map(({ title, runs }) => [title, runs.map(({ directory }) => directory.slice(8))]),
  );

  it('offers what can go, and never what is pinned or alive', () => {
    assert.deepEqual(choices.get('Unfinished for more than 7 days'), ['old']);
    assert.deepEqual(choices.get('Damaged'), ['odd']);
    assert.deepEqual(choices.get('All but the best of each model'), ['good', 'fresh', 'old']);
    assert.deepEqual(new Set(choices.get('All but pinned')), new Set(['old', 'fresh', 'good', 'better', 'odd']));
    assert.ok([...choices.values()].every((runs) => !runs.includes('kept') && !runs.includes('live')));
  });

  it('offers nothing that would free nothing, and nothing twice', () => {
    assert.ok(!choices.has('Failed') && !choices.has('All but the best 10 of each model'));
    assert.ok(!choices.has('All but the best 3 of each model'));
    assert.deepEqual(cleanUps([list[4], list[5]], now.getTime()), []);
  });
});
