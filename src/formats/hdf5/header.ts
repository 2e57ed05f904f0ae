import { FormatError } from '../error';
import type { Cursor, Source } from './source';

/** Object headers (section IV.A of the specification): what a group or an array says of itself, as messages. */

/** Types of messages that are read. */
export const message = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly type: number;
  /** A cursor at its beginning, which ends where it ends. */
  readonly open: (what: string) => Cursor;
}

/** A header that claims more is damaged: a group of version 2 has a message for each of its few links. */
const MOST_MESSAGES = 65_536;
/** The message stands elsewhere. */
const SHARED = 2;

/** @throws FormatError where the header is damaged, or a message that matters is shared with others */
export function messagesOf(source: Source, address: number, what: string): Message[] {
  const found: Message[] = [];
  const seen = new Set<number>();
  const prefix = source.cursor(`The header of ${what}`, address);
  const isNew = source.bytes[address] === 0x4f;
  const later: { readonly at: number; readonly size: number }[] = [];
  let ordered = false;
  let count = 0;
  if (isNew) {
    prefix.expect('OHDR').version(2);
    const flags = prefix.u8();
    ordered = (flags & 4) !== 0;
    prefix.skip((flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0));
    const size = prefix.uint(2 ** (flags & 3));
    later.push({ at: prefix.at, size });
  } else {
    prefix.version(1);
    prefix.skip(1 + 2 + 4);
    const size = prefix.u32();
    // Messages begin at a multiple of eight.
    prefix.skip(4);
    later.push({ at: prefix.at, size });
  }
  for (let next = later.shift(); next; next = later.shift()) {
    if (seen.has(next.at)) throw new FormatError(`The header of ${what} goes in circles: it is damaged.`);
    seen.add(next.at);
    const block = source.cursor(`The header of ${what}`, next.at, next.size);
    const least = isNew ? (ordered ? 6 : 4) : 8;
    while (block.left >= least) {
      const type = isNew ? block.u8() : block.u16();
      const size = block.u16();
      const flags = block.u8();
      block.skip(isNew ? (ordered ? 2 : 0) : 3);
      const at = block.at;
      block.skip(size);
      if (++count > MOST_MESSAGES)
        throw new FormatError(`The header of ${what} has more than ${MOST_MESSAGES} messages: it is damaged.`);
      if (type === message.continuation) {
        const to = source.cursor(`The header of ${what}`, at, size);
        const place = to.address();
        const length = to.length();
        if (place === undefined) throw new FormatError(`The header of ${what} goes on nowhere: it is damaged.`);
        // Of version 2: behind a signature, before a checksum.
        if (isNew) source.cursor(`The header of ${what}`, place, length).expect('OCHK');
        later.push(isNew ? { at: place + 4, size: length - 8 } : { at: place, size: length });
        continue;
      }
      found.push({
        type,
        open(of) {
          if (flags & SHARED)
            throw new FormatError(`${of} is shared with other objects of the file, which is not read here.`);
          return source.cursor(of, at, size);
        },
      });
    }
  }
  return found;
}
