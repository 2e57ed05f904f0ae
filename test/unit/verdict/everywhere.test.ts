import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { catalogue } from '../../../src/catalogue';
import type { JsonObject } from '../../../src/model/json';
import { analyze } from '../../../src/model/analyze';
import { readComparable } from '../../../src/exchange/comparable';
import { readTrained } from '../../../src/exchange/run';
import { shownState } from '../../../src/host/sessionState';
import { NO_SESSION, type SessionSnapshot } from '../../../src/protocol/designer';
import type { Tick } from '../../../src/protocol/training';
import { briefVerdict, titleOf, type RunVerdict } from '../../../src/verdict';
import { verdictOn } from '../../../webview/train/verdict';
import { json, model, workplace } from '../cli/support';
import { workerAtWork } from '../worker/atWork';

/** What is told of a verdict, wherever that is: which, since when, where on the scale, and what failed. */
interface Told {
  readonly kind: string;
  readonly since: number;
  readonly place?: number;
  readonly closeTo?: string;
  readonly failure?: string;
}

const layer = (units: number, more: JsonObject = {}): JsonObject => ({
  id: 'hidden',
  kind: 'dense',
  units,
  activation: 'relu',
  ...more,
});
const classifier = (hidden: JsonObject, outputs = 2): JsonObject[] => [
  { id: 'input', kind: 'input', shape: [2] },
  hidden,
  { id: 'output', kind: 'dense', units: outputs, activation: 'softmax' },
];
const training = (more: JsonObject): JsonObject => ({
  loss: 'crossentropy',
  optimizer: { kind: 'adam', learningRate: 0.01 },
  batchSize: 20,
  epochs: 30,
  seed: 3,
  ...more,
});
const moons = (more: JsonObject = {}, split: JsonObject = { train: 60, validation: 100, test: 40 }): JsonObject => ({
  source: 'moons',
  samples: 200,
  noise: 0.3,
  seed: 1,
  split,
  ...more,
});
const fast = { kind: 'adam', learningRate: 0.05 };

/** One of each thing that a run can come to, and what that is. */
const RUNS: Readonly<Record<string, { readonly sections: JsonObject; readonly told: string }>> = {
  'learned by heart': {
    told: 'overfitting',
    sections: {
      data: moons({ labelNoise: 0.2 }),
      layers: classifier(layer(64)),
      training: training({ optimizer: fast, epochs: 80 }),
    },
  },
  'learned by heart, its best weights put back': {
    told: 'rightFit',
    sections: {
      data: moons({ noise: 0.2 }),
      layers: classifier(layer(64)),
      training: training({ optimizer: fast, epochs: 200, earlyStopping: { patience: 20 } }),
    },
  },
  'too small': {
    told: 'underfitting',
    sections: {
      data: { source: 'spiral', samples: 300, seed: 1, split: { train: 150, validation: 100, test: 50 } },
      layers: classifier(layer(1)),
      training: training({ optimizer: fast, epochs: 60 }),
    },
  },
  'wrong labels that an honest network cannot know': {
    told: 'rightFit',
    sections: {
      data: moons({ labelNoise: 0.3, samples: 900, noise: 0.1 }, { train: 500, validation: 300, test: 100 }),
      layers: classifier(layer(8)),
      training: training({ optimizer: fast, epochs: 40 }),
    },
  },
  'nothing to learn': {
    told: 'nothingToLearn',
    sections: {
      data: moons({ noise: 20, samples: 800 }, { train: 500, validation: 250, test: 50 }),
      layers: classifier(layer(2)),
      training: training({ epochs: 60 }),
    },
  },
  'ended too soon': {
    told: 'stillLearning',
    sections: {
      data: moons({ noise: 0.1 }),
      layers: classifier(layer(16)),
      training: training({ optimizer: { kind: 'adam', learningRate: 0.002 } }),
    },
  },
  'without validation': {
    told: 'notValidated',
    sections: {
      data: moons({ noise: 0.1 }, { train: 160, validation: 0, test: 40 }),
      layers: classifier(layer(16)),
      training: training({ optimizer: fast, epochs: 80 }),
    },
  },
  numbers: {
    told: 'underfitting',
    sections: {
      data: { source: 'sine', samples: 200, noise: 0.1, seed: 1, split: { train: 100, validation: 60, test: 40 } },
      layers: [
        { id: 'input', kind: 'input', shape: [1] },
        layer(1),
        { id: 'output', kind: 'dense', units: 1, activation: 'linear' },
      ],
      training: training({ loss: 'meanSquaredError', optimizer: fast, epochs: 60 }),
    },
  },
  'a loss that left the numbers': {
    told: 'failed',
    sections: {
      data: { source: 'sine', samples: 200, seed: 1, split: { train: 100, validation: 60, test: 40 } },
      layers: [
        { id: 'input', kind: 'input', shape: [1] },
        layer(8),
        { id: 'output', kind: 'dense', units: 1, activation: 'linear' },
      ],
      training: training({ loss: 'meanSquaredError', optimizer: { kind: 'sgd', learningRate: 10 } }),
    },
  },
};

describe('One verdict', () => {
  const { run, at, put } = workplace();
  let ticks: Tick[];
  let worker: ReturnType<typeof workerAtWork>['worker'];
  let leave: () => Promise<void>;

  beforeEach(() => {
    ticks = [];
    ({ worker, leave } = workerAtWork(ticks));
  });
  afterEach(() => leave());

  const onPage = (session: SessionSnapshot): Told => {
    const verdict = verdictOn(session);
    assert.ok(verdict, 'the page has a verdict');
    return toldOf(verdict);
  };
  const toldOf = ({ judgement, failure }: RunVerdict): Told => {
    const kind = failure?.kind === 'notFinite' ? 'failed' : judgement.kind;
    return told({ ...judgement, kind, closeTo: judgement.closeTo?.kind, failure: failure?.kind });
  };
  const told = (said: unknown): Told => {
    const { kind, since, place, closeTo, failure } = said as Told;
    const more = Object.entries({ place, closeTo, failure }).filter(([, value]) => value !== undefined);
    return { kind, since, ...Object.fromEntries(more) };
  };
  /** The designer's, while and after it trains the model. */
  const live = async (text: string): Promise<Told> => {
    const loaded = await worker.load({ run: 'live', text, folder: at() });
    await worker.run();
    while (!ticks.at(-1)?.end) await new Promise((resolve) => setImmediate(resolve));
    const { model: trained } = analyze(text, catalogue);
    const history = ticks.flatMap((tick) => tick.epochs);
    const { facts, epochs } = loaded;
    return onPage({
      ...NO_SESSION,
      run: 'live',
      state: 'finished',
      model: trained,
      facts,
      epochs,
      history,
      end: ticks.at(-1)!.end,
    });
  };
  /** The designer's, of the run as it is on disk. */
  const stored = async (directory = 'r'): Promise<Told> => {
    const shown = await worker.showRun({ run: directory, directory: at(directory) });
    return onPage({ ...NO_SESSION, run: directory, facts: shown.loaded?.facts, ...shownState(at(directory), shown) });
  };
  const shownByRuns = async (directory = 'r'): Promise<JsonObject> => {
    const { code, out } = await run(['runs', 'show', directory, '--json']);
    assert.equal(code, 0);
    return json(out)[0].verdict as JsonObject;
  };

  for (const [name, { sections, told: wanted }] of Object.entries(RUNS))
    it(`on a run (${name}) is the same while it trains, stored, listed, compared and on its card`, async () => {
      const text = JSON.stringify(model(sections));
      await put(text);
      const { out } = await run(['train', 'm.netjson', '--run-dir', 'r', '--json']);
      const ended = told(json(out).at(-1)!.verdict);
      assert.equal(ended.kind, wanted);
      assert.deepEqual(await live(text), ended, 'while it trains');
      assert.deepEqual(await stored(), ended, 'stored');
      assert.deepEqual(told(await shownByRuns()), ended, 'netjson runs show');
      const compared = (await readComparable(at('r'))).verdict;
      // Of what failed there are no weights to write a card for.
      if (wanted === 'failed') return assert.equal(compared, titleOf('failed'));
      const { verdict, kept } = (await readTrained(at('r'))).history;
      assert.deepEqual(toldOf(verdict!), ended, 'its card');
      assert.equal(compared, briefVerdict(verdict!, { reason: 'finished', kept }));
    });

  it('is had without the data, which may be gone or another', async () => {
    const rows = (n: number) => [
      'a,b,y',
      ...Array.from({ length: n }, (_, i) => `${(i * 37) % 101},${(i * 53) % 89},${(i * i) % 7 < 3 ? 'p' : 'q'}`),
    ];
    await writeFile(at('d.csv'), rows(120).join('\n'));
    await put(
      model({
        data: { source: 'csv', path: 'd.csv', target: 'y', split: { train: 60, validation: 40, test: 20 } },
        layers: classifier(layer(64)),
        training: training({ optimizer: fast, epochs: 60 }),
      }),
    );
    const { out } = await run(['train', 'm.netjson', '--run-dir', 'r', '--json']);
    const ended = told(json(out).at(-1)!.verdict);
    assert.equal(ended.kind, 'overfitting');
    await writeFile(
      at('d.csv'),
      rows(200)
        .map((row) => row.replace('q', 'p').replace(/^7/, '8'))
        .join('\n'),
    );
    assert.deepEqual(await stored(), ended);
    await rm(at('d.csv'));
    assert.deepEqual(await stored(), ended);
    assert.deepEqual(told(await shownByRuns()), ended);
  });

  it('of an older run, which has kept less, says what it lacks; going on with it makes that good', async () => {
    const text = JSON.stringify(model({ ...RUNS['nothing to learn'].sections }));
    await put(text);
    const { out } = await run(['train', 'm.netjson', '--run-dir', 'r', '--json']);
    const ended = told(json(out).at(-1)!.verdict);
    const file = at('r', 'run.json');
    const info = JSON.parse(await readFile(file, 'utf8')) as { data: { facts?: object } };
    const { facts } = info.data;
    assert.deepEqual(Object.keys(facts!), ['train', 'validation', 'classes', 'inputs', 'baseline', 'neighbours']);
    delete info.data.facts;
    await writeFile(file, JSON.stringify(info));
    // What the first epoch cost stands in for what knowing nothing costs, and that is much: all of it is learned, it seems.
    const less = await shownByRuns();
    assert.equal(less.kind, 'rightFit');
    assert.match(less.lacks as string, /older version, has not kept/);
    assert.match((await run(['runs', 'show', 'r'])).out, /verdict .*older version/);
    assert.match((await readComparable(at('r'))).verdict!, /as far as an older run tells$/);
    // With its data there it is whole.
    assert.deepEqual(await stored(), ended);
    assert.equal((await run(['train', '--resume', 'r', '--epochs', '70'])).code, 0);
    const now = JSON.parse(await readFile(file, 'utf8')) as { data: { facts?: object } };
    assert.deepEqual(now.data.facts, facts);
    assert.equal((await shownByRuns()).kind, 'nothingToLearn');
  });
});
