// Part "live", the page: a host in the page itself, which shows pictures of a network of 8 x 1,024 units. Bundled by drawing.ts.
import { catalogue } from '../../src/catalogue';
import { loadDataset } from '../../src/data/load';
import { compile } from '../../src/engine/network';
import type { Sight } from '../../src/engine/records';
import { Trainer } from '../../src/engine/trainer';
import { Viewer } from '../../src/engine/viewer';
import { describeCatalogue } from '../../src/host/describe';
import { analyze } from '../../src/model/analyze';
import type { DesignerHostApi, DesignerViewApi, SessionSnapshot, Welcome } from '../../src/protocol/designer';
import { type Connection, connect } from '../../src/protocol/rpc';
import { NO_LOSSES } from '../../src/protocol/stepLosses';

declare global {
  interface Window {
    /** The network's text and its data, as the bench gives them. */
    benchFiles: { readonly model: string; readonly digits: string };
    /** Sends the page the next picture. */
    showNext: () => Promise<void>;
    acquireVsCodeApi: () => unknown;
  }
}

/** Different pictures, shown in turn. */
const PICTURES = 12;

const { model: text, digits } = window.benchFiles;
const model = analyze(text, catalogue).model!;
const bytes = new TextEncoder().encode(digits);

/** Pictures of the step that a run would begin with: other samples have other masks. */
async function prepare(): Promise<{ welcome: Welcome; sights: readonly Sight[]; session: SessionSnapshot }> {
  const dataset = await loadDataset(model, {
    limit: 2 ** 31,
    readFile: () => Promise.resolve(bytes),
    listFolder: () => Promise.resolve([]),
    openFile: () => {
      let at = 0;
      return Promise.resolve({
        size: bytes.length,
        read: (into: Uint8Array) => {
          const some = bytes.subarray(at, at + into.length);
          into.set(some);
          at += some.length;
          return Promise.resolve(some.length);
        },
        close: () => Promise.resolve(),
      });
    },
  });
  const trainer = new Trainer(compile(model), dataset);
  const viewer = new Viewer(trainer);
  viewer.capture();
  const sights = Array.from({ length: PICTURES }, (_, sample) => viewer.look(sample));
  const { train, validation, test, target, inputShape, inputNames, title } = dataset;
  const data = {
    ...{ title, inputShape, inputNames },
    ...{ train: train.count, validation: validation.count, test: test.count },
    classes: target.names,
  };
  const session: SessionSnapshot = {
    state: 'training',
    run: 'bench',
    model,
    data,
    ...{ step: 1, stepsPerEpoch: trainer.stepsPerEpoch, epoch: 1, epochs: trainer.config.epochs },
    ...{ progress: 0, seconds: 0, losses: NO_LOSSES, history: [], changes: [], sight: sights[0] },
  };
  const snapshot = {
    ...{ version: 1, fileName: 'large.netjson', empty: false, current: true, editable: true },
    ...{ model, diagnostics: [], data },
  };
  return {
    welcome: { catalogue: describeCatalogue(catalogue), templates: [], snapshot, session },
    sights,
    session,
  };
}

const prepared = prepare();
const listeners = new Set<(message: unknown) => void>();
const view: Connection<DesignerViewApi> = connect<DesignerHostApi, DesignerViewApi>(
  {
    post: (message) => window.postMessage(message, '*'),
    listen: (receive) => {
      listeners.add(receive);
      return () => listeners.delete(receive);
    },
  },
  {
    ready: async () => (await prepared).welcome,
    edit: () => ({ applied: true }),
    useTemplate: () => ({ applied: true }),
    useTable: () => ({ applied: true }),
    pasteLayers: () => ({ applied: true }),
    pickPath: () => undefined,
    saveFile: () => false,
    examine: () => {
      throw new Error('Nothing is asked here.');
    },
    dataView: () => {
      throw new Error('There is no data to look at here.');
    },
    ...Object.fromEntries(
      (
        [
          'copyLayers',
          'copyText',
          'control',
          'showWeights',
          'restoreWeights',
          'setTwin',
          'watch',
          'leave',
          'cancelLoad',
          'reveal',
          'selected',
        ] as const
      ).map((name) => [name, () => undefined]),
    ),
  } as never,
  (error) => console.error(error),
);

let shown = 0;
window.showNext = async () => {
  const { sights, session } = await prepared;
  shown++;
  const { run, state, stepsPerEpoch, epoch } = session;
  view.notify('tick', {
    ...{ run: run!, state: state as 'training', epoch, progress: shown / 1e6, seconds: shown / 10 },
    step: Math.min(shown + 1, stepsPerEpoch),
    losses: new Float32Array(0),
    epochs: [],
    changes: [],
    // Of another step each, as in training.
    sight: { ...sights[shown % sights.length], step: shown },
  });
};

window.acquireVsCodeApi = () => ({
  postMessage: (message: unknown) => setTimeout(() => listeners.forEach((l) => l(structuredClone(message)))),
  getState: () => ({ view: 'train' }),
  setState: () => undefined,
});
