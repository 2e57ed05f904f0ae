import assert from 'node:assert/strict';
import { compare, isSame } from '../../../../src/model/compare';
import { base, changesOf, marks, modelOf, withLayers } from './support';

const before = modelOf(base);

describe('compare', () => {
  it('finds nothing between a model and itself, wherever its layers stand in the file', () => {
    const moved = base.map((l, i) => (i > 0 ? { ...l, inputs: [base[i - 1].id] } : l));
    const same = compare(before, modelOf([...moved].reverse()));
    assert.deepEqual(marks(same), []);
    assert.ok(isSame(same));
    assert.deepEqual(
      same.joined.layers.map((l) => l.id),
      base.map((l) => l.id),
    );
  });

  it('tells a parameter that changed, with what it was and is, and nothing else', () => {
    const found = compare(before, modelOf(withLayers({ drop1: [{ id: 'drop1', kind: 'dropout', rate: 0.3 }] })));
    assert.deepEqual(marks(found), ['changed drop1']);
    assert.deepEqual(changesOf(found, 'drop1'), ['rate 0.5 > 0.3']);
    assert.ok(!isSame(found));
  });

  it('tells a rate that became a schedule value by value', () => {
    const rate = { schedule: 'linear', from: 0.5, to: 0, epochs: 10 };
    const found = compare(before, modelOf(withLayers({ drop1: [{ id: 'drop1', kind: 'dropout', rate }] })));
    const changes = changesOf(found, 'drop1');
    assert.ok(changes.includes('rateSchedule.schedule undefined > "linear"'), changes.join('\n'));
    assert.ok(!changes.some((c) => c.startsWith('rate ')), changes.join('\n'));
  });

  it('tells the shape and the parameters that follow from another layer', () => {
    const wide = { id: 'hidden1', kind: 'dense', units: 64, activation: 'relu' };
    const found = compare(before, modelOf(withLayers({ hidden1: [wide] })));
    assert.deepEqual(marks(found), ['changed hidden1', 'changed drop1', 'changed hidden2']);
    assert.deepEqual(changesOf(found, 'hidden1'), ['units 32 > 64', 'shape [32] > [64]', 'parameterCount 96 > 192']);
    assert.deepEqual(changesOf(found, 'drop1'), ['shape [32] > [64]']);
    assert.deepEqual(changesOf(found, 'hidden2'), ['parameterCount 528 > 1040']);
    assert.deepEqual(found.parameters, { before: 96 + 528 + 34, after: 192 + 1040 + 34 });
  });

  it('tells a layer that was added, and who reads it now', () => {
    const added = modelOf(withLayers({ hidden2: [base[3], { id: 'drop2', kind: 'dropout', rate: 0.2 }] }));
    const found = compare(before, added);
    assert.deepEqual(marks(found), ['added drop2', 'changed output']);
    assert.deepEqual(changesOf(found, 'output'), ['inputs ["hidden2"] > ["drop2"]']);
    assert.deepEqual(
      found.links.filter((l) => l.mark !== 'same'),
      [
        { from: 'hidden2', to: 'drop2', mark: 'added' },
        { from: 'drop2', to: 'output', mark: 'added' },
        { from: 'hidden2', to: 'output', mark: 'removed' },
      ],
    );
  });

  it('tells a layer that was removed, and keeps it in the joined graph where it stood', () => {
    const found = compare(before, modelOf(withLayers({ drop1: [] })));
    assert.deepEqual(marks(found), ['removed drop1', 'changed hidden2']);
    assert.deepEqual(
      found.joined.layers.map((l) => `${l.inputs.join('+')}>${l.id}`),
      ['>input', 'input>hidden1', 'hidden1>drop1', 'hidden1+drop1>hidden2', 'hidden2>output'],
    );
  });

  it('tells another kind under the same id', () => {
    const noise = { id: 'drop1', kind: 'gaussianNoise', stddev: 0.1 };
    const found = compare(before, modelOf(withLayers({ drop1: [noise] })));
    assert.ok(changesOf(found, 'drop1').includes('kind "dropout" > "gaussianNoise"'));
    assert.deepEqual(marks(found), ['changed drop1']);
  });

  it('draws layers that changed places, though their links go both ways', () => {
    const found = compare(before, modelOf([base[0], base[2], base[1], base[3], base[4]]));
    assert.deepEqual(
      found.joined.layers.map((l) => l.id),
      ['input', 'drop1', 'hidden1', 'hidden2', 'output'],
    );
    assert.deepEqual(
      found.links.filter((l) => l.from === 'hidden1' || l.to === 'hidden1').map((l) => `${l.mark} ${l.from}>${l.to}`),
      ['added drop1>hidden1', 'added hidden1>hidden2', 'removed input>hidden1', 'removed hidden1>drop1'],
    );
  });
});

describe('compare, of a layer under another id', () => {
  const renamed = (from: string, to: string) => base.map((l) => (l.id === from ? { ...l, id: to } : l));

  it('knows it by kind, parameters and neighbours, and takes no reader of it for changed', () => {
    const found = compare(before, modelOf(renamed('hidden1', 'wide')));
    assert.deepEqual(marks(found), ['changed wide']);
    assert.deepEqual(changesOf(found, 'wide'), ['id "hidden1" > "wide"']);
    assert.ok(found.links.every((l) => l.mark === 'same'));
  });

  it('knows all layers of a chain that was renamed throughout', () => {
    const found = compare(before, modelOf(base.map((l) => ({ ...l, id: `new_${l.id}` }))));
    assert.deepEqual(
      found.layers.map((l) => `${l.before?.id} ${l.after?.id}`),
      base.map((l) => `${l.id} new_${l.id}`),
    );
  });

  it('takes one with other parameters for another layer', () => {
    const found = compare(
      before,
      modelOf(renamed('hidden1', 'wide').map((l) => (l.id === 'wide' ? { ...l, units: 8 } : l))),
    );
    assert.deepEqual(marks(found).slice(0, 2), ['removed hidden1', 'added wide']);
  });

  it('does not guess between two that would do', () => {
    const twins = (...ids: string[]) =>
      modelOf([
        base[0],
        ...ids.map((id) => ({ id, kind: 'dense', units: 4, inputs: ['input'] })),
        { id: 'sum', kind: 'add', inputs: ids },
      ]);
    const found = compare(twins('a', 'b'), twins('c', 'd'));
    assert.deepEqual(marks(found).sort(), ['added c', 'added d', 'changed sum', 'removed a', 'removed b']);
  });
});

describe('compare, of what stands beside the layers', () => {
  const data = { source: 'moons', samples: 200, noise: 0.1 };
  const training = { loss: 'crossentropy', optimizer: 'adam', epochs: 3 };
  const of = (d: unknown, t: unknown, name = 'n') => modelOf(base, { name, data: d, training: t });
  const told = (...models: Parameters<typeof compare>) =>
    compare(...models).sections.map(
      (d) => `${d.path.join('.')} ${JSON.stringify(d.before)} > ${JSON.stringify(d.after)}`,
    );

  it('tells name, data and training by path', () => {
    const found = told(
      of(data, training),
      of({ ...data, noise: 0.2 }, { ...training, epochs: 5, optimizer: { kind: 'adam', learningRate: 0.01 } }, 'm'),
    );
    assert.deepEqual(found, [
      'name "n" > "m"',
      'data.noise 0.1 > 0.2',
      'training.optimizer.learningRate 0.001 > 0.01',
      'training.epochs 3 > 5',
    ]);
  });

  it('tells another optimizer with the parameters that only one of them has', () => {
    const found = told(of(data, training), of(data, { ...training, optimizer: { kind: 'sgd', momentum: 0.9 } }));
    assert.ok(found.includes('training.optimizer.kind "adam" > "sgd"'), found.join('\n'));
    assert.ok(found.includes('training.optimizer.momentum undefined > 0.9'), found.join('\n'));
    assert.ok(found.includes('training.optimizer.beta1 0.9 > undefined'), found.join('\n'));
  });

  it('tells a section that one of them lacks value by value', () => {
    const found = told(modelOf(base, { name: 'n', training }), of(data, training));
    assert.ok(found.includes('data.source undefined > "moons"'), found.join('\n'));
    assert.ok(found.includes('data.noise undefined > 0.1'), found.join('\n'));
    assert.ok(found.every((f) => f.startsWith('data.')));
  });

  it('tells what is measured as one list', () => {
    const metrics = ['accuracy', { kind: 'topK', k: 2 }];
    assert.deepEqual(told(of(data, training), of(data, { ...training, metrics })), [
      'training.metrics undefined > ["accuracy",{"kind":"topK","k":2}]',
    ]);
  });
});
