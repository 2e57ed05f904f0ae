import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { catalogue } from '../../../src/catalogue';
import { referenceTables } from '../../../src/model/reference';
import { jsonSchema } from '../../../src/model/schema';
import { templates } from '../../../src/model/templates';

const root = process.env.DROPOUT_STUDIO_ROOT ?? process.cwd();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const validate = new Ajv({ allErrors: true, strict: false }).compile(jsonSchema(catalogue));

describe('what is generated from the catalogue', () => {
  it('the JSON schema is fresh (else: npm run generate)', () => {
    assert.deepEqual(JSON.parse(read('media/netjson.schema.json')), JSON.parse(JSON.stringify(jsonSchema(catalogue))));
  });

  it('the tables of docs/netjson.md are fresh (else: npm run generate)', () => {
    const text = read('docs/netjson.md');
    for (const [section, table] of Object.entries(referenceTables(catalogue))) {
      assert.ok(text.includes(`<!-- generated: ${section} -->\n\n${table}\n`), `section ${section} is stale`);
    }
  });

  for (const { id, text } of templates) {
    it(`the schema accepts the template "${id}"`, () => {
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    });
  }

  it('the schema marks unknown keys, wrong ranges and missing parameters', () => {
    const moons = templates[0].text;
    for (const broken of [
      moons.replace('"units"', '"unit"'),
      moons.replace('0.2 }', '1.2 }'),
      moons.replace('"dropout"', '"dropuot"'),
    ]) {
      assert.notEqual(broken, moons);
      assert.equal(validate(parse(broken)), false);
    }
  });
});
