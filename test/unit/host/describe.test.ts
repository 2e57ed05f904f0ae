import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { describeCatalogue } from '../../../src/host/describe';
import { structureOf } from '../../../src/host/structure';
import { analyze } from '../../../src/model/analyze';
import { templates } from '../../../src/model/templates';

describe('what the host tells the page', () => {
  it('is a catalogue that can be posted, with every kind', () => {
    const described = structuredClone(describeCatalogue(catalogue));
    assert.deepEqual(
      described.layers.map((l) => l.kind),
      [...catalogue.layers.keys()],
    );
    assert.deepEqual(
      described.sources.map((s) => s.kind),
      [...catalogue.sources.keys()],
    );
    assert.equal(described.layers.find((l) => l.kind === 'dropout')?.drops, true);
  });
});

describe('structureOf', () => {
  const model = (text: string) => analyze(text, catalogue).model!;
  const moons = templates[0].text;

  it('is the same when only rates or the layout of the text differ', () => {
    assert.equal(
      structureOf(model(moons)),
      structureOf(model(moons.replaceAll('0.2 }', '0.4 }').replaceAll('\n', '\n\n'))),
    );
  });

  it('differs when anything else does', () => {
    for (const [from, to] of [
      ['"units": 10', '"units": 9'],
      ['"epochs": 150', '"epochs": 151'],
      ['"noise": 0.3', '"noise": 0.4'],
      ['hidden1', 'first'],
    ]) {
      assert.notEqual(structureOf(model(moons)), structureOf(model(moons.replace(from, to))));
    }
  });
});
