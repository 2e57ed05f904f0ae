type Typed = Float64Array | Uint32Array | Uint8Array;

/** Numbers of one type as they come. */
export class Growing<T extends Typed> {
  length = 0;

  /** @param values an array to begin with, from whose type and length on it grows */
  constructor(private values: T) {}

  push(value: number): void {
    const { values, length } = this;
    if (length === values.length) {
      // By half: what is held twice for a moment, and what stays unused, is little.
      this.values = new (values.constructor as new (size: number) => T)(Math.ceil(length * 1.5) + 1024);
      this.values.set(values);
    }
    this.values[this.length++] = value;
  }

  /** All so far; it shares their memory. */
  done(): T {
    return this.values.subarray(0, this.length) as T;
  }
}
