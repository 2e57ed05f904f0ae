import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeNotes, readNotes } from '../../../src/runs/notes';

describe('notes on a run', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'notes-'))));
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const write = (text: string): Promise<void> => writeFile(join(directory, 'notes.json'), text);

  it('are changed one by one, and taken back', async () => {
    assert.deepEqual(await readNotes(directory), {});
    await changeNotes(directory, { name: 'wide net' });
    await changeNotes(directory, { pinned: true, note: 'Keep\nthis.' });
    assert.deepEqual(await readNotes(directory), { name: 'wide net', note: 'Keep\nthis.', pinned: true });
    await changeNotes(directory, { name: '', pinned: false });
    assert.deepEqual(await readNotes(directory), { note: 'Keep\nthis.' });
    assert.deepEqual(await readdir(directory), ['notes.json']);
  });

  it('that cannot be read are told, and never written over', async () => {
    for (const [text, why] of [
      ['{"format": 1, "na', /notes\.json is damaged/],
      ['{"format": 2, "name": "new"}', /format 2.*reads format 1/],
      ['null', /reads format 1/],
    ] as const) {
      await write(text);
      await assert.rejects(readNotes(directory), why);
      await assert.rejects(changeNotes(directory, { pinned: true }), why);
      assert.equal(await readFile(join(directory, 'notes.json'), 'utf8'), text);
    }
  });

  it('of another type than expected are left out', async () => {
    await write('{"format": 1, "name": 3, "note": "", "pinned": "yes", "colour": "red"}');
    assert.deepEqual(await readNotes(directory), {});
  });
});
