import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { rateMoved, structureOf, withRate } from '../../../src/host/structure';
import { analyze } from '../../../src/model/analyze';
import { templates } from '../../../src/model/templates';

const text = templates[0].text;
const modelWith = (rate: string) => {
  const { model } = analyze(text.replace('"rate": 0.2', `"rate": ${rate}`), catalogue);
  return model!;
};
const linear = '{ "schedule": "linear", "from": 0.1, "to": 0.5, "epochs": 4 }';
const dropOf = (rate: string) => modelWith(rate).layers.find((l) => l.id === 'drop1')!;

describe('what a live run follows of its document', () => {
  it('is a changed rate, and a plain rate in the place of a schedule', () => {
    assert.equal(rateMoved(dropOf('0.2'), modelWith('0.4')), 0.4);
    assert.equal(rateMoved(dropOf('0.2'), modelWith('0.2')), undefined);
    assert.equal(rateMoved(dropOf(linear), modelWith('0.1')), 0.1);
    assert.equal(rateMoved(dropOf('0.2'), modelWith(linear)), undefined);
    assert.deepEqual(withRate(dropOf(linear).params, 0.3), dropOf('0.3').params);
  });

  it('is not a new schedule: that makes the run outdated, a rate does not', () => {
    assert.equal(structureOf(modelWith('0.2')), structureOf(modelWith('0.4')));
    assert.notEqual(structureOf(modelWith('0.2')), structureOf(modelWith(linear)));
    assert.notEqual(structureOf(modelWith(linear)), structureOf(modelWith(linear.replace('0.5', '0.6'))));
  });
});
