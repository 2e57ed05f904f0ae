import { FormatError } from '../error';
import { message, type Message } from './header';
import type { Source } from './source';

/** Names and places of what a group holds: as a table of symbols (sections III.A to III.D), or as messages (IV.A.2.g). */

/** Levels of a tree. A tree of 64 children a node would hold more than any file at this depth. */
const MOST_LEVELS = 16;

/**
 * @returns the address of each object's header, by its name
 * @throws FormatError where the group is damaged, or kept in a way that is not read
 */
export function linksOf(source: Source, messages: readonly Message[], what: string): Map<string, number> {
  const links = new Map<string, number>();
  const add = (name: string, address: number | undefined): void => {
    if (address === undefined) throw new FormatError(`"${name}" of ${what} is nowhere in the file: it is damaged.`);
    if (links.has(name)) throw new FormatError(`${what} has two members "${name}": it is damaged.`);
    links.set(name, address);
  };
  for (const { type, open } of messages) {
    if (type === message.symbolTable) {
      const table = open(`The symbol table of ${what}`);
      const tree = table.address();
      const heap = table.address();
      if (tree === undefined || heap === undefined) throw new FormatError(`${what} has no names: it is damaged.`);
      const nameAt = namesIn(source, heap, what);
      for (const node of leavesOf(source, tree, what)) readSymbols(source, node, nameAt, add, what);
    } else if (type === message.link) readLink(open(`A link of ${what}`), add, what);
    else if (type === message.linkInfo) {
      const info = open(`The links of ${what}`);
      info.version(0);
      info.skip(info.u8() & 1 ? 8 : 0);
      if (info.address() !== undefined)
        throw new FormatError(
          `${what} keeps its names in a fractal heap, which is not read here: write the file with libver="earliest".`,
        );
    }
  }
  return links;
}

type Add = (name: string, address: number | undefined) => void;

/** The heap of names of a group of the old kind. */
function namesIn(source: Source, address: number, what: string): (offset: number) => string {
  const heap = source.cursor(`The names of ${what}`, address).expect('HEAP');
  heap.version(0);
  heap.skip(3);
  const size = heap.length();
  heap.length();
  const data = heap.address();
  if (data === undefined) throw new FormatError(`The names of ${what} are nowhere in the file: it is damaged.`);
  const names = source.cursor(`The names of ${what}`, data, size);
  return (offset) => {
    const name = source.cursor(`A name of ${what}`, data + offset, Math.max(0, names.end - data - offset));
    if (source.bytes.indexOf(0, name.at) >= name.end) throw new FormatError(`A name of ${what} has no end.`);
    return name.text(name.left);
  };
}

/** The nodes of symbols that a tree of version 1 leads to. */
function leavesOf(source: Source, root: number, what: string): number[] {
  const leaves: number[] = [];
  walkTree(source, root, { kind: 0, what: `The tree of ${what}` }, (node, child) => {
    node.length();
    leaves.push(child);
  });
  return leaves;
}

interface Tree {
  /** 0: of a group. 1: of pieces of an array. */
  readonly kind: 0 | 1;
  readonly what: string;
}

/**
 * Goes through a tree of version 1 (section III.A.1), in the order of its keys.
 * @param leaf gets, for each child of the lowest level, a cursor at the key before it, and the child's address
 * @param keySize bytes of a key; left out: of a length
 * @throws FormatError where it is damaged, or goes in circles
 */
export function walkTree(
  source: Source,
  root: number,
  { kind, what }: Tree,
  leaf: (key: ReturnType<Source['cursor']>, child: number) => void,
  keySize: number = source.lengthWidth,
): void {
  const seen = new Set<number>();
  const visit = (address: number, expected: number | undefined): void => {
    if (seen.has(address)) throw new FormatError(`${what} goes in circles: it is damaged.`);
    seen.add(address);
    const node = source.cursor(what, address).expect('TREE');
    if (node.u8() !== kind) throw new FormatError(`${what} is one of another kind: it is damaged.`);
    const level = node.u8();
    if (level > MOST_LEVELS || (expected !== undefined && level !== expected))
      throw new FormatError(`${what} has a node of level ${level}: it is damaged.`);
    const count = node.u16();
    // Its neighbours.
    node.address();
    node.address();
    for (let i = 0; i < count; i++) {
      const key = source.cursor(what, node.at, keySize);
      node.skip(keySize);
      const child = node.address();
      if (child === undefined) throw new FormatError(`${what} leads nowhere: it is damaged.`);
      if (level === 0) leaf(key, child);
      else visit(child, level - 1);
    }
  };
  visit(root, undefined);
}

function readSymbols(
  source: Source,
  address: number,
  nameAt: (offset: number) => string,
  add: Add,
  what: string,
): void {
  const node = source.cursor(`The symbols of ${what}`, address).expect('SNOD');
  node.version(1);
  node.skip(1);
  const count = node.u16();
  for (let i = 0; i < count; i++) {
    const name = nameAt(node.length());
    const header = node.address();
    const cache = node.u32();
    node.skip(4 + 16);
    if (cache === 2) throw new FormatError(`"${name}" of ${what} is a symbolic link, which is not read here.`);
    add(name, header);
  }
}

function readLink(link: ReturnType<Source['cursor']>, add: Add, what: string): void {
  link.version(1);
  const flags = link.u8();
  const type = flags & 8 ? link.u8() : 0;
  link.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const name = link.text(link.uint(2 ** (flags & 3)));
  if (type !== 0) throw new FormatError(`"${name}" of ${what} is a symbolic or external link, which is not read here.`);
  add(name, link.address());
}
