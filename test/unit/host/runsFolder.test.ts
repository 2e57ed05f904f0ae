import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { runsFolderAt } from '../../../src/host/runs/runsFolder';

describe('The setting of where runs are kept', () => {
  const places = { folder: resolve('/w/models'), workspace: resolve('/w'), home: resolve('/home/ada') };
  const at = (set: string): string => runsFolderAt(set, places);

  it('is relative to the model, to the workspace or to the home folder, or absolute', () => {
    assert.equal(at('runs'), join(places.folder, 'runs'));
    assert.equal(at('../kept'), resolve('/w/kept'));
    assert.equal(at('${workspaceFolder}/runs'), join(places.workspace, 'runs'));
    assert.equal(at('~/runs'), join(places.home, 'runs'));
    assert.equal(at('~'), places.home);
    assert.equal(at(resolve('/elsewhere')), resolve('/elsewhere'));
  });

  it('takes a tilde anywhere else for a part of a name', () => {
    assert.equal(at('~ada'), join(places.folder, '~ada'));
    assert.equal(at('old~/runs'), join(places.folder, 'old~', 'runs'));
  });
});
