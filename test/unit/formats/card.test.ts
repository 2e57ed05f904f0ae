import assert from 'node:assert/strict';
import { text, writeCard } from '../../../src/formats/card/card';
import { summaryOf } from '../../../src/formats/card/summary';
import type { ExportRequest } from '../../../src/formats/exchange/request';
import { epochOf, type RunHistory } from '../../../src/formats/exchange/history';
import { escaped } from '../../../src/formats/page/html';
import { writePage } from '../../../src/formats/page/write';
import { dense, input, modelOf } from '../engine/support';
import { factsOf, judgeRun } from '../../../src/verdict';
import { trainedOf } from '../../conformance/formats/support';

const record = (epoch: number, loss: number, validation: number): RunHistory['records'][number] => ({
  epoch,
  step: 10 * epoch,
  train: { loss: loss + 0.1, min: loss, max: loss + 0.2 },
  trainDropoutOff: { loss, accuracy: 0.9 },
  validation: { loss: validation, accuracy: 0.8 },
});
const history: RunHistory = {
  name: 'my run',
  checkpoint: 'best',
  seeds: { training: 7, data: 1 },
  epochs: 3,
  engine: { name: 'dropout-studio', version: '1.2.3' },
  numerics: 'strict',
  started: '2026-01-02T03:04:05.000Z',
  seconds: 75,
  reason: 'finished',
  best: { epoch: 2, loss: 0.3 },
  test: { loss: 0.35, accuracy: 0.75 },
  data: {
    sha256: 'ab'.repeat(32),
    files: [{ path: '/home/somebody/secret/wine.csv', size: 2048, sha256: 'cd'.repeat(32) }],
    samples: { train: 100, validation: 50, test: 40 },
  },
  records: [record(1, 0.5, 0.5), record(2, 0.2, 0.3), record(3, 0.1, 0.4)],
  changes: [{ layer: 'drop', parameter: 'rate', from: 0.5, to: 0.25, step: 12, epoch: 2 }],
};

/** What a file could be called by somebody who means harm. */
const hostile = '</script><img src=x onerror="alert(1)">|`*[x](y)';

function request(more: Partial<ExportRequest> = {}): ExportRequest {
  const model = modelOf([
    input(2),
    dense('h', 6, { activation: 'relu' }),
    { id: 'drop', kind: 'dropout', rate: 0.5 },
    dense('o', 2, { activation: 'softmax' }),
  ]);
  const { trained } = trainedOf(model);
  const column = (name: string) => ({ name, type: 'number' as const, subtract: 1, divide: 2 });
  return {
    trained: {
      ...trained,
      target: { type: 'classes', names: ['no', hostile] },
      preparation: { type: 'columns', columns: [column('a_b'), column(hostile)] },
    },
    text: '',
    dropout: false,
    scaling: false,
    history,
    ...more,
  };
}

describe('A model card', () => {
  const card = (more?: Partial<ExportRequest>): string => writeCard(request(more)).files.get('MODEL_CARD.md') as string;

  it('tells the layers, the figures of the weights, the data, the training and how to use it', () => {
    const written = card();
    for (const line of [
      '| drop | dropout | h | \\[6\\] | 0 | 0.5 |  |',
      'The weights are those of epoch 2, the best on validation.',
      '| loss | 0.2000 | 0.3000 | 0.3500 |',
      '| Samples | 100 train, 50 validation, 40 test |',
      `| File wine.csv | 2.0 KB, SHA-256 ${'cd'.repeat(32)} |`,
      '| Epochs | 3 of 3: all epochs done |',
      '| Seeds | training 7, data 1 |',
      '| Changed by hand | drop, rate: 0.5 \u2192 0.25 in epoch 2 |',
      '| Engine | dropout-studio 1.2.3, strict kernels |',
      `netjson predict 'my run' --input samples.csv --mc 50`,
    ])
      assert.ok(written.includes(line), `${line}\n\n${written}`);
  });

  it('says whose the test figures are where they are of other weights', () => {
    assert.match(card(), /\| Test \(weights of epoch 3\) \|/);
    assert.match(card(), /measured at the end of the run, by the weights of epoch 3/);
    const same = card({ history: { ...history, kept: 2 } });
    assert.match(same, /\| Test \|/);
    assert.doesNotMatch(same, /measured at the end/);
  });

  it('tells the verdict with its evidence, and what an older run lacks for it', () => {
    const records = Array.from({ length: 40 }, (_, i) => record(i + 1, 0.6 * 0.9 ** i, 0.3 + 0.01 * Math.abs(i - 9)));
    const data = { train: 100, validation: 300, classes: 2, inputs: 2, baseline: 0.69 };
    const { model } = request().trained;
    const verdict = judgeRun(factsOf(model, data, 40), records, { reason: 'finished' }, String);
    const written = card({ history: { ...history, records, verdict } });
    assert.match(written, /## Verdict\n\nOverfitting since epoch \d+: validation costs 0\.\d+ more than training/);
    assert.match(written, /\| Validation loss \| 0\.3000 \| 0\.6000 \|/);
    assert.match(
      card({ history: { ...history, records, verdict: { ...verdict, lacks: 'It lacks much.' } } }),
      /It lacks much\./,
    );
    assert.doesNotMatch(card(), /## Verdict/);
  });

  it('does not tell where files lie', () => {
    assert.doesNotMatch(card(), /somebody|secret/);
  });

  it('has its curves beside it, in colours of their own, and shows each', () => {
    const { files } = writeCard(request());
    assert.deepEqual([...files.keys()], ['MODEL_CARD.md', 'loss.svg', 'accuracy.svg']);
    for (const [name, content] of files) {
      if (!name.endsWith('.svg')) continue;
      assert.ok(card().includes(`](${name})`), name);
      assert.match(content as string, /^<svg [^>]*xmlns/);
      assert.doesNotMatch(content as string, /var\(|<script/);
    }
  });

  it('names what it cannot know', () => {
    assert.match(card({ history: undefined }), /What it learned from is not known here/);
    assert.match(card({ history: { ...history, test: undefined } }), /No test figures were measured/);
    assert.match(card(), /rest on 40 samples/);
    // A run that keeps weights from elsewhere.
    const imported = card({ history: { ...history, epochs: 0, records: [], test: undefined } });
    assert.match(imported, /What it learned from is not known here/);
    assert.match(imported, /netjson predict 'my run'/);
    assert.doesNotMatch(imported, /## (Training|Results|Verdict)|validation figures|SHA-256/);
  });

  it('shows every text letter for letter', () => {
    for (const plain of [hostile, '# a', '- b', '1. c', 'x_y ~~z~~ <b> & | \\'])
      assert.equal(text(plain).replace(/\\([\\`*_{}[\]<>#|~!&.+-])/g, '$1'), plain);
    assert.equal(text('two\nlines'), 'two lines');
    const cells = card()
      .split('\n')
      .find((line) => line.includes('onerror') && line.startsWith('| \\<'))!;
    assert.equal(cells.match(/(?<!\\)\|/g)!.length, 6);
    assert.doesNotMatch(cells, /(?<!\\)[<[`]/);
  });
});

describe('The weights that are written', () => {
  it('are of an epoch', () => {
    assert.equal(epochOf(history), 2);
    assert.equal(epochOf({ ...history, checkpoint: 'last' }), 3);
    assert.equal(epochOf({ ...history, checkpoint: 'last', kept: 2 }), 2);
    assert.equal(epochOf({ ...history, checkpoint: 'epoch-000012' }), 12);
    assert.equal(epochOf({ ...history, best: undefined }), undefined);
  });
});

describe('A page', () => {
  const program = { script: 'x()', style: 'a{}', hashes: { script: 'S', style: 'T' } };
  const page = (): string => writePage(request(), program).files.get('model.html') as string;

  it('holds every text as text', () => {
    const html = page();
    assert.ok(!html.includes(hostile));
    assert.doesNotMatch(html, /<img/);
    // Its own three, and no more that a text opened.
    assert.equal(html.match(/<script/g)!.length, 3);
    assert.ok(html.includes(escaped(hostile)));
    const data = JSON.parse(/id="network">([^<]*)</.exec(html)![1]) as { target: { names: string[] } };
    assert.equal(data.target.names[1], hostile);
  });

  it('allows its own script and style, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page())![1];
    assert.equal(
      policy,
      "default-src 'none'; script-src 'sha256-S'; style-src 'sha256-T'; base-uri 'none'; form-action 'none'",
    );
    assert.doesNotMatch(page(), /<[^>]*\s(?:src|href)=|url\((?!#plot)/);
  });

  it('does not tell where files lie', () => {
    assert.doesNotMatch(page(), /somebody|secret/);
  });

  it('is drawn on with the brightest ink there is in the data, or that the network reads where nothing was done to it', () => {
    const model = modelOf([{ ...input(4), image: [2, 2] }, dense('o', 2, { activation: 'softmax' })]);
    const data = { kind: 'csv', params: { scale: 'divide', divisor: 16 } };
    const { trained } = trainedOf({ ...model, data });
    const inkOf = (preparation: ExportRequest['trained']['preparation']): unknown => {
      const html = writePage({ ...request(), trained: { ...trained, preparation } }, program).files.get('model.html');
      return (JSON.parse(/id="network">([^<]*)</.exec(html as string)![1]) as { ink: unknown }).ink;
    };
    assert.equal(inkOf({ type: 'arrays', shape: [2, 2], subtract: [0], divide: [16] }), 16);
    assert.equal(inkOf(undefined), 1);
  });

  it('gives the curves ids of their own', () => {
    const ids = Array.from(page().matchAll(/ id="([^"]*)"/g), ([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe('What is told of a network', () => {
  it('is the same of one without a run, as far as it is known', () => {
    const { sections, curves } = summaryOf(request({ history: undefined }));
    assert.deepEqual(
      sections.map(({ title }) => title),
      ['Layers', 'Data', 'Inputs'],
    );
    assert.deepEqual(curves, []);
  });
});
