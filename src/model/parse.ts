import {
  type Node,
  type ParseError,
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  stripComments,
} from 'jsonc-parser';
import type { Diagnostic } from './diagnostics';
import type { Json, JsonPath } from './json';
import { difference, removeNode } from './textEdits';

/** JSON with comments, as a tree that knows its places. A trailing comma is allowed, as in VS Code's own settings. */
export interface ParsedText {
  readonly text: string;
  /** Absent where there is no value at all. With errors it is what could be recovered: not to be trusted. */
  readonly root?: Node;
  readonly diagnostics: readonly Diagnostic[];
}

export function parse(text: string): ParsedText {
  // Nothing but comments is not a mistake of syntax: the caller says what to begin with.
  if (stripComments(text).trim() === '') return { text, diagnostics: [] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const diagnostics = errors.map((e) => explain(text, e));
  // Later errors are often made by the first.
  if (errors.length > 0) diagnostics[0] = withComma(text, errors[0], diagnostics[0]);
  if (errors.length === 0 && root) findDuplicates(text, root, diagnostics);
  return { text, root, diagnostics };
}

export const valueOf = (node: Node): Json => getNodeValue(node) as Json;

/** The node at a path, or the nearest one above it that exists. */
export function nodeAt(root: Node, path: JsonPath): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node) return node;
  }
  return root;
}

/**
 * The characters to mark for a finding at a path: a value as a whole, of an object or array its opening bracket alone,
 * of a layer its id.
 */
export function locate(root: Node | undefined, path: JsonPath): { offset: number; length: number } {
  if (!root) return { offset: 0, length: 0 };
  const node = nodeAt(root, path);
  if (node.type === 'object') {
    const id =
      findNodeAtLocation(node, ['id']) ?? findNodeAtLocation(node, ['kind']) ?? findNodeAtLocation(node, ['source']);
    if (id) return { offset: id.offset, length: id.length };
  }
  return { offset: node.offset, length: node.type === 'object' || node.type === 'array' ? 1 : node.length };
}

/** The key of a property, for findings about the key itself. */
export function locateKey(root: Node | undefined, path: JsonPath): { offset: number; length: number } {
  const value = root && findNodeAtLocation(root, path);
  const key = value?.parent?.type === 'property' ? value.parent.children?.[0] : undefined;
  return key ? { offset: key.offset, length: key.length } : locate(root, path);
}

function findDuplicates(text: string, node: Node, diagnostics: Diagnostic[]): void {
  if (node.type === 'object') {
    const seen = new Set<string>();
    for (const property of node.children ?? []) {
      const key = property.children?.[0];
      if (!key) continue;
      const name = key.value as string;
      if (seen.has(name)) {
        diagnostics.push({
          severity: 'error',
          code: 'duplicate-key',
          message: `"${name}" stands twice in this object. Remove one: only one can count.`,
          offset: key.offset,
          length: key.length,
          path: [],
          fixes: [
            {
              title: `Remove this "${name}"`,
              operation: { type: 'replaceText', ...difference(text, removeNode(text, property)) },
            },
          ],
        });
      }
      seen.add(name);
    }
  }
  for (const child of node.children ?? []) findDuplicates(text, child, diagnostics);
}

/** A missing comma goes right behind what stands before it, not behind a comment. */
function withComma(text: string, { error, offset }: ParseError, diagnostic: Diagnostic): Diagnostic {
  if (printParseErrorCode(error) !== 'CommaExpected') return diagnostic;
  const scanner = createScanner(text, true);
  let end = 0;
  // The end of the text is a token without length.
  for (scanner.scan(); scanner.getTokenOffset() < offset && scanner.getTokenLength() > 0; scanner.scan())
    end = scanner.getTokenOffset() + scanner.getTokenLength();
  const line = text.slice(text.lastIndexOf('\n', end - 1) + 1, end).trim();
  return {
    ...diagnostic,
    message: `A comma is missing after ${shorten(line)}.`,
    offset: Math.max(0, end - 1),
    length: 1,
    fixes: [{ title: 'Add the missing comma', operation: { type: 'replaceText', offset: end, length: 0, text: ',' } }],
  };
}

/** Says in words what jsonc-parser says in codes, and marks the place where the remedy goes. */
function explain(text: string, error: ParseError): Diagnostic {
  const found = text.slice(error.offset, error.offset + Math.min(error.length, 20));
  const before = text.slice(0, error.offset).trimEnd();
  const previous = before.slice(before.lastIndexOf('\n') + 1).trim();
  const say = (message: string, offset = error.offset, length = error.length): Diagnostic => ({
    severity: 'error',
    code: 'syntax',
    message,
    offset: Math.min(offset, text.length),
    length: Math.min(length, Math.max(0, text.length - offset)),
    path: [],
  });
  const code = printParseErrorCode(error.error);
  switch (code) {
    case 'CommaExpected': {
      const at = Math.max(0, before.length - 1);
      return say(`A comma is missing after ${shorten(previous)}.`, at, 1);
    }
    case 'ColonExpected':
      return say(`A colon is missing after ${shorten(previous)}.`);
    case 'CloseBraceExpected':
      return say('A closing "}" is missing.');
    case 'CloseBracketExpected':
      return say('A closing "]" is missing.');
    case 'PropertyNameExpected':
      return say(`A name in double quotes is expected here${found ? `, not ${shorten(found)}` : ''}.`);
    case 'ValueExpected':
      return say(`A value is expected here${found ? `, not ${shorten(found)}` : ''}.`);
    case 'UnexpectedEndOfString':
      return say('This text has no closing quote.');
    case 'UnexpectedEndOfComment':
      return say('This comment has no end: add "*/".');
    case 'UnexpectedEndOfNumber':
    case 'InvalidNumberFormat':
      return say(`${shorten(found)} is not a number JSON knows.`);
    case 'EndOfFileExpected':
      return say(`The model ends before here: ${shorten(found)} is too much.`);
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
    case 'InvalidCharacter':
      return say('This text holds a character or escape that JSON does not allow.');
    default:
      return say(`${shorten(found)} is not expected here.`);
  }
}

const shorten = (found: string): string => {
  const text = found.replaceAll(/\s+/g, ' ').replace(/,$/, '').trim();
  return text.length === 0 ? 'this' : text.length > 32 ? `… ${text.slice(-30)}` : text;
};
