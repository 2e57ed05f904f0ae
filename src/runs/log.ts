import type { RunFile, RunFiles } from './disk';

/**
 * A file of whole lines that only grows. An append that fails halfway leaves a torn line: the next one first cuts the
 * file back to what is known to be whole, so that no line is ever glued to a torn one.
 */
export class AppendLog {
  #file: RunFile | undefined;
  /** Bytes of it that are whole lines, each of them written by us or found at the start. */
  #whole: number;
  #torn = false;

  private constructor(
    readonly path: string,
    private readonly files: RunFiles,
    file: RunFile,
    whole: number,
  ) {
    this.#file = file;
    this.#whole = whole;
  }

  /** A new, empty log. */
  static async create(path: string, files: RunFiles): Promise<AppendLog> {
    return new AppendLog(path, files, await files.create(path), 0);
  }

  /** An existing one, which must end in a whole line. */
  static async open(path: string, files: RunFiles): Promise<AppendLog> {
    const file = await files.append(path);
    return new AppendLog(path, files, file, await file.length());
  }

  /**
   * Adds whole lines.
   * @param text ends in a line break
   * @throws whatever the disk throws; then none of it counts as written, and the same text may be given again
   */
  async append(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    const file = await this.#mended();
    this.#torn = true;
    await file.write(bytes);
    this.#whole += bytes.length;
    this.#torn = false;
  }

  async sync(): Promise<void> {
    await (await this.#mended()).sync();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (!file) return;
    try {
      if (this.#torn) await file.truncate(this.#whole);
    } finally {
      await file.close();
    }
  }

  /** The file, opened anew and cut back where the last write failed. */
  async #mended(): Promise<RunFile> {
    if (this.#file && !this.#torn) return this.#file;
    // A handle that failed may go on failing after the disk is well again.
    const old = this.#file;
    this.#file = undefined;
    await old?.close().catch(() => undefined);
    const file = await this.files.append(this.path);
    try {
      const length = await file.length();
      if (length < this.#whole)
        throw new Error(`${this.path} has ${length} bytes, and had ${this.#whole}: somebody else changed it.`);
      if (length > this.#whole) await file.truncate(this.#whole);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    this.#torn = false;
    return (this.#file = file);
  }
}
