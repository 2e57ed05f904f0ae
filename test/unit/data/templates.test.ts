import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { catalogue } from '../../../src/catalogue';
import { inspectModel } from '../../../src/data/inspect';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { kernelsFor } from '../../../src/threads/kernels';
import { templates, textWithData } from '../../../src/model/templates';
import { fileIo } from '../../../src/runs/files';

const folder = resolve('examples/data');

describe('each template of a new network', () => {
  for (const template of templates) {
    it(`"${template.id}" has no finding, and its loss falls`, async () => {
      const { model, data, diagnostics } = await inspectModel(template.text, catalogue, fileIo(folder));
      assert.deepEqual(
        diagnostics.map((d) => d.message),
        [],
      );
      assert.ok(model?.training && data);
      // Some epochs are enough to see it fall; those that the template asks for belong to whoever uses it.
      const network = compile(model, { kernels: kernelsFor(model, { threads: 1 }) });
      const trainer = new Trainer(network, data.dataset, { ...model.training, epochs: 15 });
      const losses: number[] = [];
      for (let event = trainer.advance(); event.type !== 'end'; event = trainer.advance())
        if (event.type === 'epoch') losses.push(event.record.trainDropoutOff.loss);
      assert.equal(losses.length, 15);
      assert.ok(losses[14] < 0.95 * losses[0], losses.join(', '));
    }).timeout(20_000);
  }

  it('is a network of its own kind, tabular and with pictures too', () => {
    const ids = templates.filter((t) => !t.variant).map((t) => t.id);
    assert.deepEqual(ids, ['moons', 'classifier', 'regressor', 'imageMlp', 'cnn', 'residual']);
  });

  it('that brings data along names a file there is, and can name it otherwise', () => {
    for (const template of templates.filter((t) => t.file)) {
      assert.ok(existsSync(resolve(folder, template.file!)), template.file);
      assert.ok(readFileSync('.vscodeignore', 'utf8').includes('!examples/**'), 'the data is not packaged');
      assert.match(textWithData(template, 'other "1".csv'), /"path": "other \\"1\\"\.csv"/);
    }
  });
});
