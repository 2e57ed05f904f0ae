import { FormatError } from '../formats/error';
import type { TableRow } from './tableRow';

/** Text that is no CSV in UTF-8; the message begins with the line. */
export class CsvError extends FormatError {
  constructor(
    message: string,
    readonly code: 'csv-syntax' | 'not-utf8' = 'csv-syntax',
  ) {
    super(message);
  }
}

/** What a file of text may hold in one record: a quote that is never closed would else take in the rest of the file. */
export const MOST_RECORD_BYTES = 2 ** 24;

const [TAB, LF, CR, BLANK, QUOTE] = [9, 10, 13, 32, 34];
const [PLUS, MINUS, POINT] = [43, 45, 46];
const [DIGIT, UPPER_E, LOWER_E] = [48, 69, 101];

/** 10^0 to 10^22: the powers that a float64 holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** So many decimal digits make a whole number that a float64 holds exactly. */
const exactDigits = 15;

/**
 * Finds records and cells in the bytes of a CSV file (RFC 4180): quotes around a cell, doubled inside it; LF, CRLF or CR at
 * the end of a record; blanks around cells left out; blank lines skipped. Makes no text of a cell unless asked to: a number
 * is read from its bytes, so that a large file leaves nothing behind for the garbage collector.
 *
 * It is the current record itself (`TableRow`): `next` moves it on.
 */
export class CsvTokens implements TableRow {
  length = 0;
  /** Where the first record that is not whole yet begins in the bytes. */
  position = 0;
  /** Of the file, where the current record ends; the first is 1. */
  line = 0;

  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;
  private isLast = false;
  private starts = new Int32Array(64);
  private ends = new Int32Array(64);
  /** Cells in which a quote stands twice for one. */
  private readonly doubled = new Set<number>();
  /** All bytes of the record, or-ed: above 127 where it is not all ASCII. */
  private seen = 0;
  /** Lines that ended before `position`. */
  private linesBefore = 0;
  private isQuoted = false;
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /**
   * @param delimiter the byte between cells
   * @param decimal the byte before the fraction of a number: "." or ","
   */
  constructor(
    private readonly delimiter: number,
    private readonly decimal: number = POINT,
  ) {}

  /** Gives it bytes to go on with: what was not whole of those before, from `position` on, and what follows it. */
  feed(bytes: Uint8Array, end: number, isLast: boolean): void {
    this.bytes = bytes;
    this.end = end;
    this.isLast = isLast;
    this.position = 0;
  }

  /**
   * Moves on to the next record that is not blank.
   * @returns false where the bytes hold no further whole record
   * @throws CsvError where a quote stands in the middle of a cell, text behind a closing quote, a quote is never closed,
   * or bytes are not UTF-8; with line and column
   */
  next(): boolean {
    for (;;) {
      if (this.position >= this.end) return false;
      const after = this.record();
      if (after < 0) return false;
      this.position = after;
      if (this.length > 1 || this.ends[0] > this.starts[0] || this.isQuoted) return true;
    }
  }

  text(cell: number): string {
    const [start, end] = [this.starts[cell], this.ends[cell]];
    const text = this.seen > 127 || end - start > 64 ? this.decode(start, end) : this.ascii(start, end);
    return this.doubled.has(cell) ? text.replaceAll('""', '"') : text;
  }

  number(cell: number): number {
    const { bytes, decimal } = this;
    const [start, end] = [this.starts[cell], this.ends[cell]];
    let at = start;
    const sign = bytes[at];
    if (at < end && (sign === MINUS || sign === PLUS)) at++;
    let mantissa = 0;
    // Behind the first that is not 0.
    let digits = 0;
    let fraction = 0;
    let any = false;
    let isPastPoint = false;
    let exponent = 0;
    for (; at < end; at++) {
      const byte = bytes[at];
      const digit = byte - DIGIT;
      if (digit >= 0 && digit <= 9) {
        any = true;
        mantissa = 10 * mantissa + digit;
        if (mantissa > 0) digits++;
        if (isPastPoint) fraction++;
      } else if (byte === decimal && !isPastPoint) {
        isPastPoint = true;
      } else if (any && (byte === LOWER_E || byte === UPPER_E)) {
        exponent = this.exponent(at + 1, end);
        break;
      } else {
        return NaN;
      }
    }
    if (!any || Number.isNaN(exponent)) return NaN;
    const scale = exponent - fraction;
    // One rounding of two exact numbers is what correct reading gives; beyond, the language itself reads.
    if (digits > exactDigits || scale > 22 || scale < -22) return this.slowNumber(start, end);
    const size = scale < 0 ? mantissa / powers[-scale] : mantissa * powers[scale];
    return sign === MINUS ? -size : size;
  }

  private slowNumber(start: number, end: number): number {
    const text = this.ascii(start, end);
    const value = Number(this.decimal === POINT ? text : text.replace(',', '.'));
    return Number.isFinite(value) ? value : NaN;
  }

  private exponent(from: number, end: number): number {
    const { bytes } = this;
    let at = from;
    const sign = bytes[at];
    if (at < end && (sign === MINUS || sign === PLUS)) at++;
    if (at === end) return NaN;
    let value = 0;
    for (; at < end; at++) {
      const digit = bytes[at] - DIGIT;
      if (!(digit >= 0 && digit <= 9)) return NaN;
      // Far beyond what any number has, and no overflow.
      value = Math.min(10 * value + digit, 100_000);
    }
    return sign === MINUS ? -value : value;
  }

  /** Reads one record. @returns where the next begins; -1 where this one is not whole yet */
  private record(): number {
    const { bytes, end, delimiter } = this;
    this.doubled.clear();
    this.isQuoted = false;
    let seen = 0;
    let lines = this.linesBefore;
    let cell = 0;
    let at = this.position;
    for (;;) {
      if (cell === this.starts.length) this.grow();
      while (at < end && (bytes[at] === BLANK || (bytes[at] === TAB && delimiter !== TAB))) at++;
      let last: number;
      if (at < end && bytes[at] === QUOTE) {
        const opened = lines + 1;
        const start = ++at;
        for (;;) {
          while (at < end && bytes[at] !== QUOTE) {
            const byte = bytes[at++];
            seen |= byte;
            if (byte === LF || (byte === CR && !(at < end && bytes[at] === LF))) lines++;
          }
          if (at + 1 >= end && !this.isLast) return this.unfinished(opened);
          if (at >= end)
            throw new CsvError(
              `line ${opened}, column ${cell + 1}: a quote is opened here and never closed. Put a quote at the end of the cell, and write "" for a quote inside it.`,
            );
          if (at + 1 < end && bytes[at + 1] === QUOTE) {
            this.doubled.add(cell);
            at += 2;
          } else break;
        }
        this.isQuoted = true;
        this.starts[cell] = start;
        this.ends[cell] = at++;
        while (at < end && (bytes[at] === BLANK || (bytes[at] === TAB && delimiter !== TAB))) at++;
        if (at < end && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR)
          throw new CsvError(
            `line ${lines + 1}, column ${cell + 1}: text stands behind the closing quote of the cell. Put quotes around the whole cell, and write "" for a quote inside it.`,
          );
        last = at < end ? bytes[at] : -1;
      } else {
        const start = at;
        let byte = -1;
        while (at < end) {
          byte = bytes[at];
          if (byte === delimiter || byte === LF || byte === CR) break;
          if (byte === QUOTE)
            throw new CsvError(
              `line ${lines + 1}, column ${cell + 1}: a quote stands in the middle of the cell. Put quotes around the whole cell, and write "" for a quote inside it.`,
            );
          seen |= byte;
          at++;
        }
        let stop = at;
        while (stop > start && (bytes[stop - 1] === BLANK || bytes[stop - 1] === TAB)) stop--;
        this.starts[cell] = start;
        this.ends[cell] = stop;
        last = at < end ? byte : -1;
      }
      cell++;
      if (last === delimiter) {
        at++;
        continue;
      }
      // Whether a CR is one end or half of one is seen when the byte after it is there.
      if ((last < 0 || (last === CR && at + 1 >= end)) && !this.isLast) return this.unfinished(lines + 1);
      if (last >= 0) at += last === CR && at + 1 < end && bytes[at + 1] === LF ? 2 : 1;
      break;
    }
    this.length = cell;
    this.seen = seen;
    this.line = lines + 1;
    if (seen > 127) this.check(this.position, at);
    this.linesBefore = lines + 1;
    return at;
  }

  private unfinished(line: number): number {
    if (this.end - this.position < MOST_RECORD_BYTES) return -1;
    throw new CsvError(
      `line ${line}: a record is longer than ${MOST_RECORD_BYTES / 2 ** 20} MiB. Is a quote opened here and never closed?`,
    );
  }

  /** @throws CsvError where bytes of the current record are not UTF-8, with the line */
  private check(start: number, end: number): void {
    let line = this.linesBefore + 1;
    for (let from = start, at = start; at < end; at++) {
      const isEnd = this.bytes[at] === LF || this.bytes[at] === CR;
      if (!isEnd && at + 1 < end) continue;
      try {
        this.decode(from, at + 1);
      } catch {
        throw new CsvError(
          `line ${line} is not text in UTF-8. Save the file again with the encoding UTF-8.`,
          'not-utf8',
        );
      }
      if (this.bytes[at] === CR && this.bytes[at + 1] === LF) at++;
      from = at + 1;
      line++;
    }
  }

  private decode(start: number, end: number): string {
    return this.utf8.decode(this.bytes.subarray(start, end));
  }

  private ascii(start: number, end: number): string {
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(this.bytes[at]);
    return text;
  }

  private grow(): void {
    const [starts, ends] = [this.starts, this.ends];
    this.starts = new Int32Array(2 * starts.length);
    this.ends = new Int32Array(2 * ends.length);
    this.starts.set(starts);
    this.ends.set(ends);
  }
}
