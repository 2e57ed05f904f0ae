import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import { EditRefused } from '../../../../src/model/edit';
import { completionsAt } from '../../../../src/model/language/completion';
import { hoverAt } from '../../../../src/model/language/hover';
import type { Place } from '../../../../src/model/language/places';
import {
  definitionOf,
  layerNames,
  nameAt,
  namesOf,
  planRename,
  prepareRename,
} from '../../../../src/model/language/references';
import { type ModelSymbol, symbolsOf } from '../../../../src/model/language/symbols';
import { templates } from '../../../../src/model/templates';

const text = `{
  "version": 1, // the first
  "layers": [
    { "id": "input", "kind": "input", "shape": [8, 8, 1] },
    { "id": "conv", "kind": "conv2d", "filters": 4, "kernelSize": 3, "padding": "same" },
    { "id": "drop", "kind": "spatialDropout", "rate": 0.2, "inputs": ["conv"] }, // half
    { "id": "both", "kind": "concat", "inputs": [ "conv", "drop" ] },
    { "id": "flat", "kind": "flatten" },
    { "id": "output", "kind": "dense", "units": 10, "activation": "softmax" }
  ],
  "training": { "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.01 } }
}
`;
/** The offset of a part of the text, or within it. */
const at = (part: string, within = 0, nth = 0): number => {
  let found = -1;
  for (let i = 0; i <= nth; i++) found = text.indexOf(part, found + 1);
  assert.ok(found >= 0, part);
  return found + within;
};
const cut = ({ offset, length }: Place, from = text): string => from.slice(offset, offset + length);
const hover = (offset: number, from = text): string | undefined =>
  hoverAt(from, offset, analyze(from, catalogue), catalogue)?.markdown;
const rename = (offset: number, to: string, from = text): string =>
  planRename(from, offset, to).reduceRight(
    (now, c) => now.slice(0, c.offset) + c.text + now.slice(c.offset + c.length),
    from,
  );

describe('a hover', () => {
  const conv = [
    '**Convolution 2D** `conv`',
    catalogue.layers.get('conv2d')!.help,
    '- Reads `input` `[8, 8, 1]`\n- Gives `[8, 8, 4]`\n- 40 parameters, 2,304 multiply-adds a sample',
  ]
    .join('\n\n')
    .replace('Convolution 2D', catalogue.layers.get('conv2d')!.title);

  it('on a layer tells what it is, what it gives, and what it costs', () => {
    assert.equal(hover(at('"conv"', 2)), conv);
    assert.equal(hover(at('{ "id": "conv"')), conv, 'on its bracket');
    assert.equal(cut(hoverAt(text, at('"conv"', 2), analyze(text, catalogue), catalogue)!.place), '"conv"');
  });

  it('on a name in "inputs" tells of the layer that it names', () => {
    assert.equal(hover(at('["conv"', 3)), conv);
    assert.equal(hover(at('[ "conv"', 4)), conv);
  });

  it('on a kind leaves what the schema says to the schema', () => {
    assert.equal(hover(at('"conv2d"', 2)), conv.split('\n\n')[2]);
  });

  it('on a parameter leaves all to the schema', () => {
    for (const part of ['"filters"', '"rate"', '0.2', '"loss"', '"version"'])
      assert.equal(hover(at(part, 1)), undefined);
  });

  it('tells shapes also where something else in the file is wrong', () => {
    const broken = text.replace('"loss": "crossentropy"', '"loss": "crosentropy"');
    assert.match(hover(at('"conv"', 2), broken)!, /Gives `\[8, 8, 4\]`/);
    const dense = broken.replace('{ "id": "flat", "kind": "flatten" },\n', '');
    assert.match(hover(dense.indexOf('"conv"') + 2, dense)!, /Gives/);
    assert.doesNotMatch(hover(dense.indexOf('"output"') + 2, dense)!, /Gives/);
  });

  it('shows names as they are, whatever is in them', () => {
    const odd = text.replaceAll('"conv"', '"a`b"');
    assert.match(hover(odd.indexOf('"a`b"') + 2, odd)!, /``a`b``/);
  });
});

describe('the names of layers', () => {
  const names = layerNames(text);
  const lines = (offset: number): string[] =>
    namesOf(names, nameAt(names, offset)!).map(({ place }) =>
      text.slice(place.offset - 1, place.offset + place.length),
    );

  it('lead to the layer that is meant', () => {
    const definition = definitionOf(names, nameAt(names, at('[ "conv"', 4))!)!;
    assert.equal(cut(definition.place), '"conv"');
    assert.match(cut(definition.layer!), /^\{ "id": "conv".*\}$/);
    assert.equal(definitionOf(names, nameAt(names, at('"id": "drop"', 8))!)!.index, 2);
    assert.equal(nameAt(names, at('"rate"')), undefined);
  });

  it('are found wherever they stand', () => {
    assert.deepEqual(lines(at('"id": "conv"', 8)), [' "conv"', '["conv"', ' "conv"']);
    assert.deepEqual(lines(at('["conv"', 3)), [' "conv"', '["conv"', ' "conv"']);
  });

  it('change everywhere at once, and nothing else does', () => {
    const renamed = text.replaceAll('"conv"', '"edges"');
    assert.equal(rename(at('"id": "conv"', 8), 'edges'), renamed);
    assert.equal(rename(at('[ "conv"', 4), 'edges'), renamed);
    assert.equal(rename(at('"conv"', 3), 'conv'), text);
    assert.deepEqual(prepareRename(text, at('[ "conv"', 4)).id, 'conv');
    assert.equal(cut(prepareRename(text, at('[ "conv"', 4)).place), 'conv');
  });

  it('are refused where they are taken, empty or no names, with the reason', () => {
    const refuse = (to: string, says: RegExp): void => {
      assert.throws(
        () => planRename(text, at('"conv"', 3), to),
        (e: Error) => e instanceof EditRefused && says.test(e.message),
      );
    };
    refuse('drop', /There is a layer "drop" already/);
    refuse('', /needs a name/);
    refuse('  ', /needs a name/);
    refuse('a b', /"a b" cannot be the name of a layer: use letters, digits/);
    assert.throws(() => prepareRename(text, at('"rate"', 2)), /Only layers can be renamed/);
  });

  it('mean the first of two layers that are called the same, and the second can be renamed by itself', () => {
    const twice = text.replace('"id": "flat"', '"id": "conv"');
    const second = twice.indexOf('"id": "conv"', twice.indexOf('concat')) + 8;
    assert.equal(rename(second, 'flat', twice), text);
    const edges = twice
      .replaceAll('"conv"', '"edges"')
      .replace('"id": "edges", "kind": "flatten"', '"id": "conv", "kind": "flatten"');
    assert.equal(rename(twice.indexOf('["conv"') + 2, 'edges', twice), edges);
  });
});

describe('the outline', () => {
  const outline = (symbols: readonly ModelSymbol[], depth = 0): string[] =>
    symbols.flatMap((s) => [`${'  '.repeat(depth)}${s.name}: ${s.detail}`, ...outline(s.children, depth + 1)]);

  it('has sections, layers with kind and shape, and parameters', () => {
    assert.deepEqual(outline(symbolsOf(text, analyze(text, catalogue))), [
      'version: 1',
      'layers: 6 layers',
      '  input: input [8, 8, 1]',
      '    shape: [8,8,1]',
      '  conv: conv2d [8, 8, 4]',
      '    filters: 4',
      '    kernelSize: 3',
      '    padding: "same"',
      '  drop: spatialDropout [8, 8, 4]',
      '    rate: 0.2',
      '    inputs: ["conv"]',
      '  both: concat [8, 8, 8]',
      '    inputs: ["conv","drop"]',
      '  flat: flatten [512]',
      '  output: dense [10]',
      '    units: 10',
      '    activation: "softmax"',
      'training: crossentropy',
      '  loss: "crossentropy"',
      '  optimizer: adam',
      '    kind: "adam"',
      '    learningRate: 0.01',
    ]);
  });
});

describe('completion', () => {
  const offered = (marked: string): { labels: string[]; replaces: string } | undefined => {
    const offset = marked.indexOf('|');
    const now = marked.replace('|', '');
    const found = completionsAt(now, offset, analyze(now, catalogue).layers, catalogue);
    return found && { labels: found.items.map((i) => i.label), replaces: cut(found.place, now) };
  };

  it('offers the layers that one may read: nearest above first, none that would close a circle, none twice', () => {
    const list = (inputs: string): string => text.replace('[ "conv", "drop" ]', inputs);
    assert.deepEqual(offered(list('["co|"]')), { labels: ['drop', 'conv', 'input'], replaces: '"co"' });
    assert.deepEqual(offered(list('[|]')), { labels: ['drop', 'conv', 'input'], replaces: '' });
    assert.deepEqual(offered(list('["conv", |]')), { labels: ['drop', 'input'], replaces: '' });
    assert.deepEqual(offered(text.replace('["conv"]', '["|"]'))?.labels, ['conv', 'input']);
  });

  it('offers layers further down where they do not read this one', () => {
    const early = text.replace('["conv"]', '["|"]');
    const free = early.replace(
      '{ "id": "flat"',
      '{ "id": "side", "kind": "conv2d", "inputs": ["input"], "filters": 1, "kernelSize": 1 },\n    { "id": "flat"',
    );
    assert.deepEqual(offered(free)?.labels, ['conv', 'input', 'side', 'flat', 'output']);
  });

  it('offers what is measured', () => {
    const stop = (metric: string, more = ''): string =>
      text.replace('"loss": "cross', `"stopAt": { "metric": ${metric} }, ${more}"loss": "cross`);
    assert.deepEqual(offered(stop('"|"')), { labels: ['loss', 'accuracy'], replaces: '""' });
    const metrics = '"metrics": ["f1", { "kind": "topK", "k": 3 }, "nonsense"], ';
    assert.deepEqual(offered(stop('|', metrics))?.labels, ['loss', 'f1', 'top3']);
  });

  it('leaves kinds, parameters and their names to the schema', () => {
    assert.equal(offered(text.replace('"conv2d"', '"|"')), undefined);
    assert.equal(offered(text.replace('"filters"', '"|"')), undefined);
    assert.equal(offered(text.replace('"inputs"', '"|"')), undefined);
  });
});

describe('what the editor asks of a text, whatever is in it', () => {
  const within = ({ offset, length }: Place, length_: number): void =>
    assert.ok(offset >= 0 && length >= 0 && offset + length <= length_, `${offset}+${length} of ${length_}`);

  function soundly(source: string, offset: number): void {
    const analysis = analyze(source, catalogue);
    const found = hoverAt(source, offset, analysis, catalogue);
    if (found) {
      within(found.place, source.length);
      assert.ok(found.markdown && !/undefined|\[object|NaN/.test(found.markdown), found.markdown);
    }
    const completions = completionsAt(source, offset, analysis.layers, catalogue);
    if (completions) within(completions.place, source.length);
    const walk = (symbols: readonly ModelSymbol[], outer?: Place): void => {
      for (const { name, place, selection, children } of symbols) {
        assert.ok(name, 'VS Code refuses a symbol without a name');
        within(place, source.length);
        for (const [inner, around] of [[selection, place], ...(outer ? [[place, outer]] : [])] as [Place, Place][])
          assert.ok(
            inner.offset >= around.offset && inner.offset + inner.length <= around.offset + around.length,
            name,
          );
        walk(children, place);
      }
    };
    walk(symbolsOf(source, analysis));
    const names = layerNames(source);
    const name = nameAt(names, offset);
    if (!name) return;
    definitionOf(names, name);
    const changes = planRename(source, offset, 'quite-another');
    assert.equal(changes.length, namesOf(names, name).length);
    for (const change of changes) within(change, source.length);
  }

  it('never throws for random JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, offset) => {
        const source = JSON.stringify({ layers: value, training: value, version: 1 }, null, 1);
        soundly(source, offset % (source.length + 1));
      }),
      { numRuns: 200 },
    );
  });

  it('never throws for text with random characters put in, taken out or replaced', () => {
    for (const base of [text, templates[0].text]) {
      const edit = fc.record({ at: fc.nat(base.length), remove: fc.nat(12), put: fc.string({ maxLength: 4 }) });
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(base.length), (edits, offset) => {
          const source = edits.reduce((t, e) => t.slice(0, e.at) + e.put + t.slice(e.at + e.remove), base);
          soundly(source, Math.min(offset, source.length));
        }),
        { numRuns: 400 },
      );
    }
  });

  it('renames and renames back to the very same text', () => {
    const names = layerNames(text);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}$/), (name, to) => {
        if (names.some((n) => n.id === to)) return;
        const there = rename(name.place.offset + 1, to);
        assert.equal(analyze(there, catalogue).model?.layers.length, 6);
        const back = layerNames(there).find((n) => n.id === to)!;
        assert.equal(rename(back.place.offset + 1, name.id, there), text);
      }),
    );
  });
});
