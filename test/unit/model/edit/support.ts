import assert from 'node:assert/strict';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import { type EditOperation, EditRefused, planEdit } from '../../../../src/model/edit';

export const text = `{
  // A network with comments everywhere.
  "version": 1, "name": "n", // behind
  "layers": [
    { "id": "input", "kind": "input", "shape": [4] }, // the data
    // first hidden
    { "id": "h1", "kind": "dense", "units": 8, "activation": "relu" }, // eight
    {
      "id": "d1",
      "kind": "dropout", // half
      "rate": 0.5
    },
    { "id": "h2",   "kind": "dense", "units": 4 } /* odd spacing */,
    { "id": "out", "kind": "dense", "units": 2, "activation": "softmax" } // the answer
  ],
  "training": { "loss": "crossentropy", "optimizer": "adam", "epochs": 3 }
}
`;

export function apply(before: string, operation: EditOperation): string {
  const change = planEdit(before, operation, catalogue);
  return change ? before.slice(0, change.offset) + change.text + before.slice(change.offset + change.length) : before;
}
/** Who reads whom, in order. */
export const chain = (t: string): string => {
  const { model, diagnostics } = analyze(t, catalogue);
  assert.ok(model, JSON.stringify(diagnostics));
  return model.layers.map((l) => `${l.inputs.join('+')}>${l.id}`).join(' ');
};
export const refused = (operation: EditOperation, says: RegExp, t = text): void => {
  assert.throws(
    () => planEdit(t, operation, catalogue),
    (e: Error) => e instanceof EditRefused && says.test(e.message),
  );
};
export const commentsOf = (t: string): string[] =>
  [...t.matchAll(/\/\/.*|\/\*.*?\*\//g)].map((m) => m[0].trim()).sort();
