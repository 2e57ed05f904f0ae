import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { type ColumnUse, EditRefused, planEdit } from '../../../src/model/edit';

const textWith = (data: string): string => `{
  "version": 1,
  "data": {
    // A file of ours.
    "source": "csv",
    "path": "t.csv",
    ${data}
  },
  "layers": []
}`;
const edit = (text: string, column: string, use: ColumnUse): string => {
  const change = planEdit(text, { type: 'useColumn', column, use }, catalogue);
  if (!change) return text;
  return text.slice(0, change.offset) + change.text + text.slice(change.offset + change.length);
};
const becomes = (before: string, column: string, use: ColumnUse, after: string): void =>
  assert.equal(edit(textWith(before), column, use), textWith(after));
const refused = (data: string, column: string, use: ColumnUse, message: RegExp): void =>
  assert.throws(
    () => edit(textWith(data), column, use),
    (error: unknown) => error instanceof EditRefused && message.test(error.message),
  );

describe('What a column is for', () => {
  it('is said by one list at a time', () => {
    becomes('"target": "y", "ignore": ["id"]', 'a', 'ignored', '"target": "y", "ignore": ["id", "a"]');
    becomes('"target": "y", "ignore": ["id", "a"]', 'a', 'input', '"target": "y", "ignore": ["id"]');
    becomes(
      '"target": "y", "ignore": ["id", "a"], "categories": ["b"]',
      'a',
      'category',
      '"target": "y", "ignore": ["id"], "categories": ["b", "a"]',
    );
    becomes(
      '"target": "y", "ignore": ["id"], "categories": ["a", "b"]',
      'a',
      'ignored',
      '"target": "y", "ignore": ["id", "a"], "categories": ["b"]',
    );
  });

  it('leaves no empty list', () => becomes('"target": "y", "ignore": ["a"]', 'a', 'input', '"target": "y"'));

  it('adds a list where there is none', () =>
    becomes('"target": "y"', 'a', 'category', '"target": "y",\n    "categories": ["a"]'));

  it('may be the target, out of all lists', () => {
    becomes('"target": "y", "ignore": ["a", "id"]', 'a', 'target', '"target": "a", "ignore": ["id"]');
    becomes('"target": "y", "categories": ["a", "b"]', 'a', 'target', '"target": "a", "categories": ["b"]');
  });

  it('changes nothing that is so already', () => {
    assert.equal(
      planEdit(textWith('"target": "y"'), { type: 'useColumn', column: 'a', use: 'input' }, catalogue),
      undefined,
    );
    assert.equal(
      planEdit(textWith('"target": "y"'), { type: 'useColumn', column: 'y', use: 'target' }, catalogue),
      undefined,
    );
  });

  it('is refused where no target would be left, or the rows are split by it', () => {
    refused('"target": "y"', 'y', 'ignored', /"y" is the target\. Choose another/);
    refused(
      '"target": "y", "split": { "train": 0.5, "group": "who" }',
      'who',
      'category',
      /"who" splits the rows.*"group"/,
    );
  });

  it('may be one of several targets', () => {
    becomes('"ignore": ["a"], "target": ["y", "z"]', 'z', 'ignored', '"ignore": ["a", "z"], "target": ["y"]');
    refused('"target": ["y"]', 'y', 'input', /"y" is the target/);
    refused('"target": "y", "weight": "w"', 'w', 'target', /"w" weighs the rows/);
  });

  it('is refused where data is drawn', () => {
    const moons = '{ "version": 1, "data": { "source": "moons" }, "layers": [] }';
    assert.throws(() => edit(moons, 'x', 'ignored'), EditRefused);
    assert.throws(() => edit('{ "version": 1, "layers": [] }', 'x', 'ignored'), EditRefused);
  });
});
