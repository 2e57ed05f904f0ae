import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { type Studio, openStudio } from '../harness/designer';
import { putFakePython } from '../harness/fakePython';
import { violations } from './axe';
import { until, untilState } from './support';

const model = (backend: string): string =>
  JSON.stringify(
    {
      version: 1,
      name: 'moons',
      data: { source: 'moons', samples: 120, noise: 0.2, seed: 1 },
      layers: [
        { id: 'input', kind: 'input', shape: [2] },
        { id: 'hidden', kind: 'dense', units: 8, activation: 'relu' },
        { id: 'drop', kind: 'dropout', rate: 0.5 },
        { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
      ],
      training: { loss: 'crossentropy', backend, epochs: 3, seed: 3 },
    },
    null,
    2,
  );

describe('training with PyTorch, in the designer', function () {
  this.timeout(120_000);
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  let studio: Studio;
  let designer: FrameLocator;
  let place: string;

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'python-'));
  });
  afterEach(async () => {
    await studio?.close();
    await rm(place, { recursive: true });
  });
  const byId = (id: string) => designer.locator(`[data-testid="${id}"]`);
  const open = async (untrusted: boolean, mark = ''): Promise<void> => {
    studio = await openStudio({
      untrusted,
      files: { 'torch.netjson': model('torchrun'), 'own.netjson': model('builtin') },
    });
    await studio.setSetting(
      'dropoutStudio.pytorch.python',
      await putFakePython(join(place, 'python'), undefined, '2.9.1', mark),
    );
    designer = await studio.openDesigner('torch.netjson');
  };

  it('wears a badge that says what makes the steps, where that is not the engine', async () => {
    await open(false);
    await byId('train').click();
    await untilState(designer, 'finished');
    const badge = byId('trained-by');
    assert.match(await badge.innerText(), /^PyTorch/);
    assert.equal(await badge.getAttribute('title'), 'Steps are made by PyTorch 2.9.1 in 1 process');
    assert.deepEqual(await violations(designer), []);
    await studio.openDesigner('own.netjson').then((own) => (designer = own));
    await byId('train').click();
    await untilState(designer, 'finished');
    assert.equal(await badge.count(), 0);
    assert.deepEqual(studio.errors, []);
  });

  it('is refused in a workspace that is not trusted, with nothing started; the engine trains there', async () => {
    const started = join(place, 'started');
    await open(true, `require('node:fs').writeFileSync(${JSON.stringify(started)}, '');`);
    await byId('train').click();
    await until('the refusal', async () =>
      (await byId('run-card').innerText()).includes(
        'Training with PyTorch starts programs, and this workspace is not trusted: trust it, or train with the built-in engine',
      ),
    );
    assert.ok(!existsSync(started));
    await studio.openDesigner('own.netjson').then((own) => (designer = own));
    await byId('train').click();
    await untilState(designer, 'finished');
  });
});
