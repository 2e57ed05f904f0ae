// The other side of the designer page in `npm run`-less previews: a host in the page itself, on the real language and
// the real engine, without VS Code and without a worker. Bundled by scripts/preview.mjs; nothing ships it.
//
// What it shows is chosen by the address: ?file=digits&view=train&epochs=40&state=paused
import { catalogue } from '../src/catalogue';
import { loadDataset } from '../src/data/load';
import { look } from '../src/engine/lenses/index';
import { compile } from '../src/engine/network';
import { Trainer } from '../src/engine/trainer';
import { Viewer } from '../src/engine/viewer';
import { describeCatalogue } from '../src/host/describe';
import { movesOf, structureOf } from '../src/host/structure';
import { analyze } from '../src/model/analyze';
import { planEdit } from '../src/model/edit';
import { lineColumn, lineText } from '../src/model/positions';
import { templates } from '../src/model/templates';
import { connect } from '../src/protocol/rpc';
import { NO_LOSSES } from '../src/protocol/stepLosses';

const asked = new URLSearchParams(location.search);
const { models, files } = window.previewFiles;
const name = asked.get('file') ?? 'digits';

// ---- the document
let version = 1;
let text = models[name] ?? '';
if (name === 'invalid') text = models.digits.replace('"rate": 0.5 }', '"rate": 0.5 "mode": "exact" }');
if (name === 'wrong') text = models.digits.replace('"rate": 0.5', '"rate": 1.5');
let lastGood = name === 'invalid' || name === 'wrong' ? analyze(models.digits, catalogue).model : undefined;
let data;

function snapshot() {
  const analysis = analyze(text, catalogue);
  lastGood = analysis.model ?? lastGood;
  return {
    version,
    fileName: `${name}.netjson`,
    empty: text.trim() === '',
    model: lastGood,
    current: analysis.model !== undefined,
    editable: analysis.parses,
    diagnostics: analysis.diagnostics.map((d) => {
      const { line, column } = lineColumn(text, d.offset);
      return { ...d, line, column, excerpt: lineText(text, line) };
    }),
    data,
  };
}

const openFile = async (path) => {
  const bytes = await readFile(path);
  let at = 0;
  return {
    size: bytes.length,
    async read(into) {
      const some = bytes.subarray(at, at + into.length);
      into.set(some);
      at += some.length;
      return some.length;
    },
    close: async () => undefined,
  };
};

const readFile = (path) => {
  const found = files[path.split('/').at(-1)];
  if (found === undefined) return Promise.reject(Object.assign(new Error('not there'), { code: 'ENOENT' }));
  return Promise.resolve(new TextEncoder().encode(found));
};
const summaryOf = (set) => ({
  title: set.title,
  train: set.train.count,
  validation: set.validation.count,
  test: set.test.count,
  inputShape: set.inputShape,
  inputNames: set.inputNames,
  classes: set.target.type === 'classes' ? set.target.names : [],
});

function changed() {
  version++;
  view.notify('snapshot', snapshot());
  follow();
}

// ---- the run
const idle = {
  state: 'idle',
  step: 0,
  stepsPerEpoch: 0,
  epoch: 0,
  epochs: 0,
  progress: 0,
  seconds: 0,
  losses: NO_LOSSES,
  history: [],
  changes: [],
};
let session = idle;
let run;
let watched = { visible: false, sample: 'auto', frozen: false };

async function load(model) {
  const dataset = await loadDataset(model, { readFile, openFile });
  const trainer = new Trainer(compile(model), dataset);
  run = { model, trainer, viewer: new Viewer(trainer), auto: 0, looked: 0 };
  session = {
    ...idle,
    state: 'paused',
    run: `${name}-${Date.now()}`,
    model,
    data: summaryOf(dataset),
    stepsPerEpoch: trainer.stepsPerEpoch,
    epochs: trainer.config.epochs,
    epoch: 1,
  };
}

/** One unit of work; pictures are taken of the step that is about to be made. */
function advance(look) {
  const { trainer, viewer } = run;
  const due = look && trainer.upcoming() !== undefined && !(watched.frozen && viewer.captured) && viewer.capture();
  const event = trainer.advance();
  if (event.type === 'step')
    session = {
      ...session,
      step: event.step + 1,
      epoch: event.epoch,
      progress: trainer.progress,
      lastLoss: event.loss,
    };
  if (event.type === 'epoch') session = { ...session, history: [...session.history, event.record] };
  if (event.type === 'end') {
    const state = event.record.reason === 'nan' ? 'failed' : event.record.reason;
    session = { ...session, state, end: event.record, message: event.record.message };
  }
  if (due) session = { ...session, sight: sightNow() };
  return event;
}

function sightNow() {
  const { viewer } = run;
  const size = viewer.captured.batchSize;
  const sample = watched.sample === 'auto' ? run.auto++ % size : watched.sample % size;
  return viewer.look(sample);
}

const tick = (more = {}) => {
  const { run: id, state, step, epoch, progress, seconds, lastLoss, end } = session;
  view.notify('tick', {
    run: id,
    state,
    step,
    epoch,
    progress,
    seconds,
    lastLoss,
    epochs: [],
    changes: [],
    end,
    ...more,
  });
};

function loop() {
  if (session.state !== 'training') return;
  const epochs = session.history.length;
  const begun = performance.now();
  let shown;
  do {
    const due = watched.visible && performance.now() - run.looked > 500;
    const before = session.sight;
    const event = advance(due);
    if (session.sight !== before) {
      run.looked = performance.now();
      shown = session.sight;
    }
    if (event.type === 'epoch') break;
  } while (session.state === 'training' && performance.now() - begun < 12);
  session = { ...session, seconds: session.seconds + (performance.now() - begun) / 1000 };
  tick({ epochs: session.history.slice(epochs), sight: shown });
  if (session.state === 'training') setTimeout(loop, 24);
  else view.notify('session', session);
}

function pause() {
  if (session.state !== 'training' && session.state !== 'paused') return;
  session = { ...session, state: 'paused' };
  while (advance(true).type !== 'step');
  view.notify('session', session);
}

async function train() {
  session = { ...session, state: 'loading' };
  view.notify('session', session);
  const model = snapshot().model;
  await new Promise((done) => setTimeout(done, 300));
  try {
    await load(model);
  } catch (error) {
    session = { ...idle, state: 'failed', message: error.message, model };
    view.notify('session', session);
    return;
  }
  session = { ...session, state: 'training' };
  view.notify('session', session);
  loop();
}

function follow() {
  if (!run || !['training', 'paused'].includes(session.state)) return;
  const model = snapshot().model;
  const moves = movesOf(session.model, model, run.trainer.network.maxBatch);
  const made = moves.changes.map((change) => run.trainer.change(change));
  session = { ...session, model: moves.model, waiting: moves.waiting, changes: [...session.changes, ...made] };
  session = { ...session, outdated: structureOf(model) !== structureOf(session.model) };
  view.notify('session', session);
}

// ---- what the address asks for
async function prepare() {
  const model = snapshot().model;
  if (model?.data) data = summaryOf(await loadDataset(model, { readFile, openFile }).catch(() => ({ target: {} })));
  const epochs = Number(asked.get('epochs') ?? 0);
  if (asked.get('state') === 'failed') {
    session = {
      ...idle,
      state: 'failed',
      run: 'x',
      model,
      step: 412,
      epoch: 42,
      message: 'NaN at step 412: first seen in dense2, weights. Try a learning rate of 0.001.',
    };
  } else if (asked.has('state') || epochs > 0) {
    await load(model);
    while (session.history.length < epochs && session.state === 'paused') {
      advance(false);
      if (
        asked.has('change') &&
        session.changes.length === 0 &&
        session.step === Math.floor(epochs * 0.3) * session.stepsPerEpoch
      ) {
        const [layer, rate] = asked.get('change').split(':');
        session = {
          ...session,
          changes: [...session.changes, run.trainer.change({ layer, parameter: 'rate', to: Number(rate) })],
        };
      }
    }
    for (let i = 0; i < 4 && session.state === 'paused'; i++) advance(i === 3);
    if (asked.get('state') === 'finished') {
      while (session.state === 'paused') advance(session.step === session.stepsPerEpoch * session.epochs - 1);
    }
    if (run.viewer.captured) {
      watched = { ...watched, sample: Number(asked.get('sample') ?? 7) - 1 };
      session = { ...session, sight: sightNow() };
    }
    session = { ...session, seconds: session.step * 0.004, state: asked.get('state') ?? session.state };
  }
}
const prepared = prepare();

// ---- the wire
const listeners = new Set();
const toPage = (message) => window.postMessage(structuredClone(message), '*');
const view = connect(
  {
    post: toPage,
    listen: (receive) => {
      listeners.add(receive);
      return () => listeners.delete(receive);
    },
  },
  {
    ready: async () => {
      await prepared;
      if (session.state === 'training') setTimeout(loop, 50);
      return {
        catalogue: describeCatalogue(catalogue),
        templates: templates.map(({ id, title, help, variant }) => ({ id, title, help, variant })),
        snapshot: snapshot(),
        session,
      };
    },
    edit: ({ operation }) => {
      if (asked.has('stale')) return { applied: false, reason: 'the file changed on disk while you dragged.' };
      try {
        const change = planEdit(text, operation, catalogue);
        if (change) {
          text = text.slice(0, change.offset) + change.text + text.slice(change.offset + change.length);
          changed();
        }
        return { applied: true };
      } catch (error) {
        return { applied: false, reason: error.message };
      }
    },
    useTemplate: (id) => {
      text = templates.find((t) => t.id === id).text;
      changed();
      return { applied: true };
    },
    useTable: () => {
      window.previewLog.push('useTable');
      return { applied: true };
    },
    control: (command) => {
      window.previewLog.push(`control ${command}`);
      if (command === 'train') return train();
      if (command === 'pause') pause();
      if (command === 'step') {
        session = { ...session, state: 'paused' };
        pause();
      }
      if (command === 'resume') {
        session = { ...session, state: 'training' };
        view.notify('session', session);
        loop();
      }
      if (command === 'stop') {
        session = { ...session, state: 'stopped', end: { reason: 'stopped' } };
        view.notify('session', session);
      }
      return undefined;
    },
    examine: (question) => {
      if (!run) throw new Error('There is no run to look at. Train to start one.');
      return look(run, question);
    },
    watch: (watch) => {
      window.previewLog.push(`watch ${JSON.stringify(watch)}`);
      const other = watch.sample !== watched.sample && watch.sample !== 'auto';
      watched = watch;
      if (other && run?.viewer.captured) {
        session = { ...session, sight: sightNow() };
        tick({ sight: session.sight });
      }
    },
    reveal: (target) => void window.previewLog.push(`reveal ${JSON.stringify(target)}`),
  },
  (error) => console.error(error),
);

window.previewLog = [];
window.previewText = () => text;
window.acquireVsCodeApi = () => ({
  postMessage: (message) => setTimeout(() => listeners.forEach((l) => l(structuredClone(message)))),
  getState: () => ({
    view: asked.get('view') ?? 'design',
    selection: asked.get('select') ?? undefined,
    logLoss: asked.has('log'),
  }),
  setState: () => undefined,
});
