import type { Windows } from '../set';

/** Where the windows stand among the words of a call: WINDOWS of kernels/assembly/windows.ts, read there as its class. */
const WINDOWS = 16;

export function writeWindows(words: Uint32Array, windows: Windows): void {
  words[WINDOWS] = windows.height;
  words[WINDOWS + 1] = windows.width;
  words[WINDOWS + 2] = windows.channels;
  words[WINDOWS + 3] = windows.rows;
  words[WINDOWS + 4] = windows.columns;
  words[WINDOWS + 5] = windows.windowHeight;
  words[WINDOWS + 6] = windows.windowWidth;
  words[WINDOWS + 7] = windows.strideY;
  words[WINDOWS + 8] = windows.strideX;
  words[WINDOWS + 9] = windows.dilationY;
  words[WINDOWS + 10] = windows.dilationX;
  words[WINDOWS + 11] = windows.top;
  words[WINDOWS + 12] = windows.left;
}
