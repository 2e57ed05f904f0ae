import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { type Studio, type Theme, THEMES, openStudio } from '../harness/designer';
import { violations } from './axe';
import { until, untilState, untilText } from './support';

/** A model of the moons, or of the sine, that comes to grief. */
const model = (layers: readonly object[], training: object, data: object = {}): string =>
  JSON.stringify(
    {
      version: 1,
      data: {
        source: 'moons',
        samples: 400,
        noise: 0.2,
        seed: 1,
        split: { train: 200, validation: 100, test: 100 },
        ...data,
      },
      layers: [{ id: 'input', kind: 'input', shape: [2] }, ...layers],
      training: { loss: 'crossentropy', batchSize: 20, epochs: 100000, seed: 3, ...training },
    },
    null,
    2,
  );
const dense = (id: string, units: number, activation: string): object => ({ id, kind: 'dense', units, activation });
const output = dense('output', 2, 'softmax');

export const failing = {
  'nan.netjson': model(
    [dense('hidden1', 16, 'relu'), dense('hidden2', 16, 'relu'), dense('output', 1, 'linear')],
    { loss: 'meanSquaredError', optimizer: { kind: 'sgd', learningRate: 10, momentum: 0.99 } },
    { source: 'plane' },
  ),
  'exploding.netjson': model([dense('hidden1', 16, 'relu'), { id: 'drop1', kind: 'dropout', rate: 0.2 }, output], {
    optimizer: { kind: 'sgd', learningRate: 10, momentum: 0.99 },
    epochs: 300,
  }),
  'vanishing.netjson': model([...Array.from({ length: 30 }, (_, i) => dense(`deep${i + 1}`, 8, 'sigmoid')), output], {
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    epochs: 60,
  }),
  'dead.netjson': model([dense('hidden1', 16, 'relu'), { id: 'drop1', kind: 'dropout', rate: 0.2 }, output], {
    optimizer: 'adam',
  }),
};

describe('what goes wrong in training', function () {
  this.timeout(120_000);
  let studio: Studio;
  let designer: FrameLocator;

  before(async () => {
    studio = await openStudio({ files: failing });
  });
  after(() => studio?.close());

  const byId = (id: string) => designer.locator(`[data-testid="${id}"]`);
  const open = async (name: string): Promise<void> => {
    designer = await studio.openDesigner(name);
    await byId('train').click();
  };
  const untilVerdict = (kind: string, seconds = 40): Promise<boolean> =>
    until(
      `the verdict ${kind}`,
      async () =>
        (await byId('run-card')
          .getAttribute('data-verdict')
          .catch(() => null)) === kind,
      seconds,
    );
  const title = (): Promise<string> => byId('run-card').locator('h2').innerText();
  const marked = (): Promise<string[]> =>
    designer
      .locator('.node:has([data-testid="suspect"])')
      .evaluateAll((nodes) => nodes.map((n) => n.getAttribute('data-node')!));
  const isKept = async (): Promise<void> =>
    void (await until('the run on disk', async () => /Kept as \S+/.test(await byId('kept').innerText())));

  it('a loss that is no number: at the layer where it began, the run kept, and smaller steps at a press', async () => {
    await open('nan.netjson');
    await untilVerdict('notFinite');
    assert.equal(await title(), 'Failed');
    const said = await byId('run-card').locator('.failure').innerText();
    const [, layer] = /no longer a finite number in step \d+ \(epoch \d+\): it began in layer "(\w+)"/.exec(said)!;
    assert.deepEqual(await until('the mark', async () => (await marked()).length > 0 && marked()), [layer]);
    await isKept();
    await byId('remedy-smallerSteps').click();
    await untilText(studio, 'nan.netjson', (t) => t.includes('"learningRate": 0.1'), 'the smaller rate');
    await until('a verdict on the new run', async () => {
      const kind = await byId('run-card').getAttribute('data-verdict');
      return kind !== null && kind !== 'notFinite';
    });
    assert.deepEqual(await marked(), []);
    await byId('stop').click();
    await untilState(designer, 'stopped');
  });

  it('a loss that explodes and stays a number: by how much, where weights are large, and smaller steps', async () => {
    await open('exploding.netjson');
    await untilVerdict('exploding');
    assert.equal(await title(), 'Exploding');
    assert.match(
      await byId('run-card').locator('.failure').innerText(),
      /does not come down; knowing nothing costs 0\.69/,
    );
    await until('where', async () => /weights of about/.test(await byId('failure-where').innerText()));
    await until('the marks', async () => (await marked()).length > 0);
    await isKept();
    await untilState(designer, 'finished');
    assert.match(await byId('remedies').innerText(), /Smaller learning rate: 0\.1.*Less momentum: 0\.9/s);
  });

  it('gradients that vanish: in which layers, and another activation in all of them', async () => {
    await open('vanishing.netjson');
    await untilVerdict('stuck');
    assert.equal(await title(), 'Not learning');
    await until('where', async () => /gradients have vanished/i.test(await byId('failure-where').innerText()));
    assert.ok((await marked()).includes('deep1'));
    await isKept();
    await byId('remedy-otherActivation').click();
    const text = await untilText(studio, 'vanishing.netjson', (t) => !t.includes('sigmoid'), 'no sigmoid');
    assert.equal(text.match(/"relu"/g)!.length, 30);
    await studio.execute('undo');
    await untilText(studio, 'vanishing.netjson', (t) => t === failing['vanishing.netjson'], 'what it was, by one undo');
  });

  it('a worker that dies: when, with the curves of before, and the run goes on at a press', async () => {
    await open('dead.netjson');
    await until('a checkpoint', async () => Number(await byId('loss-chart').getAttribute('data-epochs')) > 30);
    await isKept();
    assert.ok((await studio.killWorkers()) > 0);
    await untilVerdict('broken');
    assert.match(await byId('run-card').locator('.failure').innerText(), /worker died after step \d+/);
    await isKept();
    assert.ok(Number(await byId('loss-chart').getAttribute('data-epochs')) > 30);
    await byId('remedy-resumeRun').click();
    await untilState(designer, 'training');
    await byId('stop').click();
    await untilState(designer, 'stopped');
  });

  for (const theme of Object.keys(THEMES) as Theme[]) {
    it(`is accessible in ${THEMES[theme]}`, async () => {
      await studio.setTheme(theme);
      await byId('train').click();
      await untilState(designer, 'training');
      assert.ok((await studio.killWorkers()) > 0);
      await untilVerdict('broken');
      assert.deepEqual(await violations(designer), []);
    });
  }

  it('made no error in the page', () => assert.deepEqual(studio.errors, []));
});
