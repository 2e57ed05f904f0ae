import { type Node, findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { Json, JsonPath } from './json';

/**
 * Small changes of JSON-with-comments text that leave everything else byte for byte: comments, indentation, blank
 * lines. Each takes text and gives text; several make one gesture.
 */

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const splice = (text: string, { from, to, text: put }: Splice): string => text.slice(0, from) + put + text.slice(to);

export function treeOf(text: string): Node {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (!root) throw new RangeError('The text holds no JSON value.');
  return root;
}

/** Numbers are written as people write them: 0.1 + 0.2 is 0.3. */
export function writeJson(value: Json): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(12)));
  if (Array.isArray(value)) return `[${value.map(writeJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}: ${writeJson(v)}`);
    return entries.length ? `{ ${entries.join(', ')} }` : '{}';
  }
  return JSON.stringify(value);
}

/**
 * Replaces, adds or (value undefined) removes what stands at a path. Missing objects on the way are made.
 * @param first where a property is added: at the front of its object
 */
export function setAt(text: string, path: JsonPath, value: Json | undefined, first = false): string {
  const root = treeOf(text);
  const node = findNodeAtLocation(root, path);
  if (node) {
    if (value === undefined) return removeNode(text, node);
    return splice(text, { from: node.offset, to: node.offset + node.length, text: writeJson(value) });
  }
  if (value === undefined) return text;
  const parentPath = path.slice(0, -1);
  const key = path[path.length - 1];
  const parent = findNodeAtLocation(root, parentPath) ?? (parentPath.length === 0 ? root : undefined);
  if (!parent) return setAt(text, parentPath, { [key]: value });
  if (parent.type === 'array') return insertElement(text, parent, (parent.children?.length ?? 0) - 1, value);
  if (first && parent.children?.length) return putBefore(text, parent.children[0], property(String(key), value));
  return addProperty(text, parent, String(key), value);
}

/** Gives what stands at a path another key. The text stays where nothing stands there. */
export function renameKeyAt(text: string, path: JsonPath, key: string): string {
  const property = findNodeAtLocation(treeOf(text), path)?.parent;
  const old = property?.type === 'property' ? property.children?.[0] : undefined;
  if (!old) return text;
  return splice(text, { from: old.offset, to: old.offset + old.length, text: JSON.stringify(key) });
}

const property = (key: string, value: Json): string => `${JSON.stringify(key)}: ${writeJson(value)}`;

/** Puts a property at the end of an object, on a line of its own where the others have theirs. */
function addProperty(text: string, object: Node, key: string, value: Json): string {
  const put = property(key, value);
  const last = object.children?.at(-1);
  if (!last) {
    const inside = text.slice(object.offset + 1, object.offset + object.length - 1);
    if (inside.trim() === '')
      return splice(text, { from: object.offset, to: object.offset + object.length, text: `{ ${put} }` });
    return splice(text, { from: object.offset + 1, to: object.offset + 1, text: ` ${put}` });
  }
  return insertAfter(text, last, put, isAloneOnLine(text, last) ? indentOf(text, last.offset) : undefined);
}

/** Puts an element behind a sibling: behind its comma and the comment on its line, so that the comment stays with it. */
function insertAfter(text: string, sibling: Node, put: string, indent: string | undefined): string {
  const end = sibling.offset + sibling.length;
  const comma = commaAfter(text, end);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (comma === undefined) {
    if (indent === undefined) return splice(text, { from: end, to: end, text: `, ${put}` });
    const lineEnd = endOfTrailingComment(text, end) ?? end;
    const inserted = splice(text, { from: lineEnd, to: lineEnd, text: `${newline}${indent}${put}` });
    return splice(inserted, { from: end, to: end, text: ',' });
  }
  // A trailing comma may stand behind the last element: the new one then ends with one as well.
  if (indent === undefined) return splice(text, { from: comma + 1, to: comma + 1, text: ` ${put},` });
  const lineEnd = endOfTrailingComment(text, comma + 1);
  if (lineEnd === undefined) return splice(text, { from: comma + 1, to: comma + 1, text: ` ${put},` });
  return splice(text, { from: lineEnd, to: lineEnd, text: `${newline}${indent}${put},` });
}

/** Puts an element into an array behind the element at `after` (-1: first). */
export function insertElement(text: string, array: Node, after: number, value: Json): string {
  const put = writeJson(value);
  const items = array.children ?? [];
  if (items.length === 0) {
    const indent = indentOf(text, array.offset);
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const inside = `${newline}${indent}  ${put}${newline}${indent}`;
    const old = text.slice(array.offset + 1, array.offset + array.length - 1);
    if (old.trim() === '')
      return splice(text, { from: array.offset, to: array.offset + array.length, text: `[${inside}]` });
    return splice(text, { from: array.offset + 1, to: array.offset + 1, text: `${newline}${indent}  ${put}` });
  }
  if (after < 0) return putBefore(text, items[0], put);
  const sibling = items[after];
  return insertAfter(text, sibling, put, isAloneOnLine(text, sibling) ? indentOf(text, sibling.offset) : undefined);
}

/** Puts an element before its next sibling, on a line of its own where that has one. */
function putBefore(text: string, sibling: Node, put: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const between = isAloneOnLine(text, sibling) ? `,${newline}${indentOf(text, sibling.offset)}` : ', ';
  return splice(text, { from: sibling.offset, to: sibling.offset, text: put + between });
}

/** Removes a value with its key and comma; a line that held nothing else goes with it. Comments stay. */
export function removeNode(text: string, value: Node): string {
  const element = value.parent?.type === 'property' ? value.parent : value;
  const siblings = element.parent?.children ?? [];
  const index = siblings.indexOf(element);
  let from = element.offset;
  let to = element.offset + element.length;
  const comma = commaAfter(text, to);
  let out = text;
  if (comma !== undefined) {
    if (text.slice(to, comma).trim() === '') to = comma + 1;
    else out = splice(out, { from: comma, to: comma + 1, text: '' });
  } else if (index > 0) {
    const previous = siblings[index - 1];
    const before = commaAfter(text, previous.offset + previous.length);
    if (before !== undefined) {
      out = splice(out, { from: before, to: before + 1, text: '' });
      from--;
      to--;
    }
  }
  const lineStart = out.lastIndexOf('\n', from - 1) + 1;
  const rest = /^[ \t]*(\r\n|\n|$)/.exec(out.slice(to));
  if (out.slice(lineStart, from).trim() === '' && rest)
    return splice(out, { from: lineStart, to: to + rest[0].length, text: '' });
  // In a line with others: the space that set it off goes too.
  if (comma !== undefined) while (out[to] === ' ') to++;
  else while (out[from - 1] === ' ' && index > 0) from--;
  return splice(out, { from, to, text: '' });
}

export function swapNodes(text: string, first: Node, second: Node): string {
  const cut = (n: Node) => text.slice(n.offset, n.offset + n.length);
  const swapped = splice(text, { from: second.offset, to: second.offset + second.length, text: cut(first) });
  return splice(swapped, { from: first.offset, to: first.offset + first.length, text: cut(second) });
}

/** The one replacement that turns a text into another. */
export function difference(before: string, after: string): { offset: number; length: number; text: string } {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { offset: start, length: before.length - start - end, text: after.slice(start, after.length - end) };
}

/** Offset of the comma behind a value, over white space and comments, or undefined. */
function commaAfter(text: string, offset: number): number | undefined {
  let i = offset;
  while (i < text.length) {
    if (text.startsWith('//', i)) i = endOr(text.indexOf('\n', i), text);
    else if (text.startsWith('/*', i)) i = endOr(text.indexOf('*/', i), text) + 2;
    else if (/\s/.test(text[i])) i++;
    else return text[i] === ',' ? i : undefined;
  }
  return undefined;
}
const endOr = (index: number, text: string): number => (index < 0 ? text.length : index);

/** End of the line where only white space or a comment follows; undefined where something else does. */
function endOfTrailingComment(text: string, offset: number): number | undefined {
  const rest = /^[ \t]*(\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n|$)/.exec(text.slice(offset));
  return rest ? offset + rest[0].trimEnd().length : undefined;
}

const lineStartOf = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;
const indentOf = (text: string, offset: number): string => /^[ \t]*/.exec(text.slice(lineStartOf(text, offset)))![0];
const isAloneOnLine = (text: string, node: Node): boolean =>
  text.slice(lineStartOf(text, node.offset), node.offset).trim() === '';
