import assert from 'node:assert/strict';
import { NO_SESSION, type SessionSnapshot, type Snapshot, type ViewTick } from '../../../src/protocol/designer';
import type { EpochRecord, Sight } from '../../../src/protocol/training';
import {
  applyTick,
  initialState,
  panelIsOpen,
  savedOf,
  trainable,
  watchOf,
  withSession,
  withSnapshot,
  withWelcome,
  type State,
} from '../../../webview/store/state';
import { chosenOf, nextSample, sightOf, stepFrom } from '../../../webview/store/picture';
import { digits, modelOf } from './models';

const epoch = (n: number): EpochRecord => ({
  epoch: n,
  step: n * 10,
  train: { loss: 1, min: 0.5, max: 2 },
  trainDropoutOff: { loss: 0.8 },
});
const tick = (change: Partial<ViewTick>): ViewTick => ({
  run: 'a',
  state: 'training',
  step: 1,
  epoch: 1,
  progress: 0,
  seconds: 0,
  epochs: [],
  changes: [],
  ...change,
});
const running: SessionSnapshot = { ...NO_SESSION, state: 'training', run: 'a', stepsPerEpoch: 10, epochs: 5 };
const sight = (sample: number, step = 1): Sight =>
  ({ step, epoch: 1, sample, batchSize: 20, layers: [] }) as unknown as Sight;
const snapshot: Snapshot = {
  version: 1,
  fileName: 'a.netjson',
  empty: false,
  model: {
    ...digits,
    data: { kind: 'moons', params: {} },
    training: {
      loss: { kind: 'l', params: {} },
      optimizer: { kind: 'o', params: {} },
      batchSize: 1,
      epochs: 1,
      seed: 1,
    },
  },
  current: true,
  editable: true,
  diagnostics: [],
};
const state = (change: Partial<State> = {}): State => ({ ...initialState({}, false), snapshot, ...change });

describe('ticks', () => {
  it('join epochs once, even where a snapshot already held them', () => {
    const first = applyTick(
      { ...running, history: [epoch(1), epoch(2)] },
      tick({ epochs: [epoch(2), epoch(3)], step: 30 }),
    );
    assert.deepEqual(
      first.history.map((e) => e.epoch),
      [1, 2, 3],
    );
    assert.equal(first.step, 30);
    const again = applyTick(first, tick({ step: 31 }));
    assert.equal(again.history, first.history, 'unchanged curves stay the very same array');
  });
  it('keep the last picture and the last loss where they bring none', () => {
    const shown = applyTick(running, tick({ sight: sight(3), lastLoss: 0.5 }));
    const next = applyTick(shown, tick({ step: 2 }));
    assert.equal(next.sight, shown.sight);
    assert.equal(next.lastLoss, 0.5);
  });
  it('of another run say nothing', () => {
    assert.equal(applyTick(running, tick({ run: 'b', step: 99 })), running);
  });
  it('join changes by hand once', () => {
    const change = { step: 4, epoch: 1, layer: 'drop1', parameter: 'rate', from: 0.5, to: 0.3 } as const;
    const once = applyTick(running, tick({ changes: [change] }));
    assert.equal(applyTick(once, tick({ changes: [change] })).changes.length, 1);
  });
});

describe('the state of the page', () => {
  it('shows the training as soon as a run begins, and only then', () => {
    assert.equal(withSession(state(), running).view, 'train');
    assert.equal(withSession(state({ session: running }), { ...running, step: 2 }).view, 'design');
    assert.equal(withSession(state({ snapshot: undefined, view: 'design' }), running).view, 'design');
  });
  it('follows samples only while live', () => {
    const live = withSession(state({ session: running }), { ...running, sight: sight(7) });
    assert.equal(live.sample, 7);
    assert.equal(withSession({ ...live, showing: 'sample', sample: 2 }, { ...running, sight: sight(9) }).sample, 2);
  });
  it('goes round the batch in both directions', () => {
    const shown = state({ session: { ...running, sight: sight(19) } });
    assert.equal(nextSample(shown, 1), 0);
    assert.equal(nextSample({ ...shown, showing: 'sample', sample: 0 }, -1), 19);
  });
  it('keeps a sample that was picked until another picture is wanted, or the run is gone', () => {
    const picked = state({
      session: { ...running, sight: sight(7) },
      showing: 'chosen',
      chosen: { part: 'validation', position: 3, sight: sight(0, 40) },
    });
    assert.equal(sightOf(picked)!.step, 40);
    assert.equal(chosenOf(picked)!.position, 3);
    assert.equal(watchOf({ ...picked, view: 'train' }).visible, false, 'the run pictures nothing meanwhile');
    assert.equal(stepFrom(picked, 1), undefined);
    const later = withSession(picked, { ...running, sight: sight(9) });
    assert.equal(sightOf(later)!.step, 40);
    const live = { ...later, showing: 'live' } as const;
    assert.equal(sightOf(live)!.sample, 9);
    assert.equal(chosenOf(live), undefined);
    const next = withSession(later, { ...running, run: 'b' });
    assert.deepEqual([next.showing, next.chosen], ['live', undefined]);
  });
  it('wants as many other masks with a picture as can answer in time, and none where nothing drops', () => {
    const dropping = { ...sight(1), layers: [{ id: 'd', mask: {} }] } as unknown as Sight;
    const of = (multiplyAdds: number): State => ({
      ...state({ view: 'train' }),
      session: {
        ...running,
        sight: dropping,
        model: { layers: [{ multiplyAdds }] } as unknown as SessionSnapshot['model'],
      },
    });
    assert.equal(watchOf(of(1000)).others, 50);
    assert.equal(watchOf(of(1_000_000)).others, 20);
    assert.equal(watchOf(of(1e9)).others, 5);
    assert.equal(watchOf({ ...of(1000), showing: 'freeze' }).others, undefined);
    assert.equal(watchOf(state({ view: 'train', session: running })).others, undefined);
  });
  it('asks for pictures only where they are seen', () => {
    const train = state({ view: 'train', session: running });
    assert.deepEqual(watchOf(train), { visible: true, sample: 'auto', frozen: false, strip: null });
    const strip = { ...train, strip: true };
    assert.deepEqual(watchOf(strip), { visible: true, sample: 'auto', frozen: false });
    assert.equal(watchOf({ ...strip, gate: 'drop2' }).strip, 'drop2');
    assert.equal(watchOf({ ...train, pageVisible: false }).visible, false);
    assert.equal(watchOf({ ...train, view: 'design' }).visible, false);
  });
  it('waits for a first picture before it freezes, and for one more when asked', () => {
    const frozen = state({ view: 'train', session: running, showing: 'freeze' });
    assert.equal(watchOf(frozen).frozen, false);
    const seen = withSession(frozen, { ...running, sight: sight(3, 10) });
    assert.equal(watchOf(seen).frozen, true);
    const asking = { ...seen, refreshing: true };
    assert.equal(watchOf(asking).frozen, false);
    assert.equal(watchOf(withSession(asking, { ...running, sight: sight(3, 11) })).frozen, true);
    assert.equal(watchOf(withSession(asking, { ...running, sight: sight(4, 10) })).frozen, false);
  });
  it('holds still from the start where motion is unwanted', () => {
    assert.equal(initialState({}, true).showing, 'freeze');
  });
  it('forgets a selection whose layer is gone, and keeps it while the text is broken', () => {
    const selected = state({ selection: 'dense1' });
    assert.equal(withSnapshot(selected, { ...snapshot, model: modelOf([['input', 'input', 2]]) }).selection, undefined);
    assert.equal(withSnapshot(selected, { ...snapshot, model: undefined, current: false }).selection, 'dense1');
  });
  it('makes room for the graph where every neuron is seen in it, until told otherwise', () => {
    const small = modelOf([
      ['input', 'input', 2],
      ['hidden', 'dense', 12],
      ['output', 'dense', 2],
    ]);
    const train = state({ view: 'train', snapshot: { ...snapshot, model: small } });
    assert.equal(panelIsOpen(train), false);
    assert.equal(panelIsOpen({ ...train, panelOpen: true }), true);
    assert.equal(panelIsOpen(state({ view: 'train' })), true);
    assert.equal(panelIsOpen({ ...train, view: 'design' }), true);
  });
  it('opens on the training of a run that is alive, unless another view was kept', () => {
    const catalogue = {
      layers: [],
      losses: [],
      optimizers: [],
      metrics: [],
      schedules: [],
      augmentations: [],
      sources: [],
    };
    const welcome = { catalogue, templates: [], snapshot, session: running };
    assert.equal(withWelcome(initialState({}, false), welcome).view, 'train');
    assert.equal(withWelcome(initialState({ view: 'design' }, false), welcome).view, 'design');
    assert.equal(withWelcome(initialState({}, false), { ...welcome, session: NO_SESSION }).view, 'design');
    const asked = { ...welcome, session: NO_SESSION, showTraining: true };
    assert.equal(withWelcome(initialState({}, false), asked).view, 'train', 'a page of its own for the training');
  });
  it('survives being kept and read again', () => {
    const kept = savedOf(state({ view: 'train', selection: 'drop1', logLoss: true, panelOpen: false }));
    const back = initialState(JSON.parse(JSON.stringify(kept)) as typeof kept, false);
    assert.deepEqual(savedOf(back), kept);
  });
});

describe('whether Train can be pressed', () => {
  const reason = (s: Snapshot | undefined): string => {
    const t = trainable(s);
    return t.ok ? 'yes' : t.reason;
  };
  it('says why not', () => {
    assert.equal(reason(snapshot), 'yes');
    assert.match(reason(undefined), /being read/);
    assert.match(reason({ ...snapshot, empty: true }), /template/);
    assert.match(reason({ ...snapshot, model: digits }), /data/);
    assert.match(reason({ ...snapshot, current: false }), /not valid/);
    const diagnostic = { code: 'x', offset: 0, length: 1, path: [], line: 9, column: 2, excerpt: '' };
    assert.equal(
      reason({ ...snapshot, diagnostics: [{ ...diagnostic, severity: 'error', message: 'a comma is missing.' }] }),
      'Line 9: a comma is missing.',
    );
    assert.equal(
      reason({ ...snapshot, diagnostics: [{ ...diagnostic, severity: 'warning', message: 'few samples.' }] }),
      'yes',
    );
  });
});
