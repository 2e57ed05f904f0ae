/** A picture of eight bits a channel: grey, or red, green and blue. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Rows from above, pixels from the left, their channels together. */
  readonly values: Uint8Array;
}

/** The picture with so many channels. Grey is ITU-R 601's sum of red, green and blue, rounded as Pillow rounds it. */
export function withChannels({ width, height, channels, values }: Picture, wanted: 1 | 3): Uint8Array {
  if (channels === wanted) return values;
  const out = new Uint8Array(width * height * wanted);
  if (wanted === 3) for (let i = 0; i < out.length; i++) out[i] = values[Math.floor(i / 3)];
  else
    for (let i = 0; i < out.length; i++)
      out[i] = (19595 * values[3 * i] + 38470 * values[3 * i + 1] + 7471 * values[3 * i + 2] + 32768) >> 16;
  return out;
}
