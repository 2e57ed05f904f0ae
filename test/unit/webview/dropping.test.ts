import assert from 'node:assert/strict';
import { layers } from '../../../src/engine/layers/index';
import { expected, explained, remains, spoken, type Dropping } from '../../../webview/canvas/dropping';

const of = (kind: string, params: Dropping['params'] = {}): Dropping => ({ kind, params, units: 128 });

describe('what a rate does, in words', () => {
  it('of dropout', () => {
    const drop = of('dropout', { mode: 'bernoulli' });
    assert.equal(expected(drop, 0.5), 'about 64 of 128');
    assert.equal(expected(drop, 0.5, true), '\u2248 64 of 128');
    assert.equal(remains(drop, 0.3), 'survivors \u00d7 1.43');
    assert.equal(spoken(drop, 0.5), 'drops about 64 of 128');
    assert.match(explained(drop, 0.5)!, /64 of 128 on average, give or take 6\. Survivors are doubled/);
    assert.match(explained(drop, 0)!, /Nothing is dropped/);
  });
  it('of an exact count: no "about", and scaled by what is really kept', () => {
    const exact: Dropping = { ...of('dropout', { mode: 'exact' }), units: 10 };
    assert.equal(expected(exact, 0.25), '3 of 10');
    assert.match(explained(exact, 0.25)!, /Exactly 3 of 10 units .* multiplied by 1\.43/);
  });
  it('of kinds that do otherwise: nothing untrue', () => {
    assert.equal(remains(of('gaussianDropout'), 0.5), 'drops nothing');
    assert.equal(spoken(of('gaussianDropout'), 0.5), 'adds noise, deviation 1.00, drops nothing');
    assert.doesNotMatch(remains(of('alphaDropout'), 0.5), /survivors/);
    assert.equal(expected(of('stochasticDepth'), 0.2), 'all, in 20 % of samples');
    assert.equal(explained(of('spatialDropout'), 0.5), undefined);
    assert.equal(explained(of('dropout', { noiseShape: [null, 1] }), 0.5), undefined);
  });
  it('has been thought about for every kind that has a rate on its node', () => {
    const known = ['alphaDropout', 'dropBlock', 'dropout', 'gaussianDropout', 'spatialDropout', 'stochasticDepth'];
    const dropping = [...layers.values()].filter((l) => l.drops).map((l) => l.kind);
    assert.deepEqual(dropping.sort(), known, 'say in webview/canvas/dropping.ts what the new kind does');
  });
});
