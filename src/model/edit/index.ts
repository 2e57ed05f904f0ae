import { findNodeAtLocation } from 'jsonc-parser';
import type { Json, JsonPath } from '../json';
import { type FormatVersion, bringUpToDate, formatHistory } from '../migrate';
import { valueOf } from '../parse';
import type { Catalogue } from '../spec';
import { difference, renameKeyAt, setAt, treeOf } from '../textEdits';
import { Chain } from './chain';
import { duplicateLayers, pasteLayers } from './clipboard';
import { useColumn } from './dataColumns';
import { connect, disconnect } from './connections';
import { addLayer, addLayerBefore, moveLayer, removeLayer, renameLayer } from './layers';
import { type EditOperation, EditRefused, type TextChange } from './operations';

export * from './operations';

/**
 * The smallest change of the text that carries out a gesture. Comments and formatting elsewhere stay byte for byte.
 * @returns undefined where the text already says it
 * @throws EditRefused where a layer is gone, an id is taken, or there is nowhere to move to
 */
export function planEdit(
  text: string,
  operation: EditOperation,
  catalogue: Catalogue,
  history: readonly FormatVersion[] = formatHistory,
): TextChange | undefined {
  const after = carryOut(text, operation, catalogue, history);
  return after === text ? undefined : difference(text, after);
}

function carryOut(
  text: string,
  operation: EditOperation,
  catalogue: Catalogue,
  history: readonly FormatVersion[],
): string {
  switch (operation.type) {
    case 'setParameter':
      return setParameter(text, operation.layer, operation, catalogue);
    case 'setParameters':
      return operation.layers.reduce((out, layer) => setParameter(out, layer, operation, catalogue), text);
    case 'setValue':
      return setValue(text, operation.path, operation.value);
    case 'addLayer':
      return addLayer(text, operation, catalogue);
    case 'addLayerBefore':
      return addLayerBefore(text, operation, catalogue);
    case 'removeLayer':
      return removeLayer(text, operation.layer, catalogue);
    case 'removeLayers':
      return operation.layers.reduce((out, layer) => removeLayer(out, layer, catalogue), text);
    case 'connect':
      return connect(text, operation.from, operation.to, catalogue);
    case 'disconnect':
      return disconnect(text, operation.from, operation.to, catalogue);
    case 'duplicateLayers':
      return duplicateLayers(text, operation.layers, catalogue);
    case 'pasteLayers':
      return pasteLayers(text, operation.after, operation.text, catalogue);
    case 'moveLayer':
      return moveLayer(text, operation.layer, operation.by, catalogue);
    case 'renameLayer':
      return renameLayer(text, operation.layer, operation.id, catalogue);
    case 'useColumn':
      return useColumn(text, operation.column, operation.use, catalogue);
    case 'setPath':
      return setAt(text, operation.path, operation.value, operation.first);
    case 'renameKey':
      return renameKeyAt(text, operation.path, operation.key);
    case 'replaceText':
      return text.slice(0, operation.offset) + operation.text + text.slice(operation.offset + operation.length);
    case 'bringUpToDate': {
      const after = bringUpToDate(text, history);
      if (after === undefined)
        throw new EditRefused('No way is known from the version of this file to the newest one.');
      return after;
    }
  }
}

function setParameter(
  text: string,
  layer: string,
  { key, value }: { readonly key: string; readonly value?: Json },
  catalogue: Catalogue,
): string {
  const { index } = new Chain(text, catalogue).find(layer);
  return setUnlessEqual(text, ['layers', index, key], value);
}

/** `"optimizer": "adam"` becomes an object when one of its parameters is set. */
function setValue(text: string, path: readonly string[], value: Json | undefined): string {
  const root = treeOf(text);
  const parent = path.length > 1 ? findNodeAtLocation(root, path.slice(0, -1)) : undefined;
  if (parent?.type === 'string') {
    if (value === undefined) return text;
    return setAt(text, path.slice(0, -1), { kind: parent.value as string, [path[path.length - 1]]: value });
  }
  return setUnlessEqual(text, [...path], value);
}

/** Setting what already stands there makes no edit, so no undo step either. */
function setUnlessEqual(text: string, path: JsonPath, value: Json | undefined): string {
  const node = findNodeAtLocation(treeOf(text), path);
  if (node && value !== undefined && JSON.stringify(valueOf(node)) === JSON.stringify(value)) return text;
  return setAt(text, path, value);
}
