/** Numbers as lists show them: always in English, whatever the machine speaks. */

/** A loss: four digits that count, and no more than the eye can compare. */
export function figure(x: number): string {
  const size = Math.abs(x);
  if (x === 0 || (size >= 1e-3 && size < 10)) return x.toFixed(4);
  return size < 1e-3 || size >= 1e6 ? x.toExponential(2) : x.toFixed(size < 100 ? 2 : 1);
}

/** 75 → "1m 15s". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)}s`;
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`;
  return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
}

/** 1,536 → "1.5 KB": powers of 1,024, as file managers show them. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let size = bytes / 1024;
  let unit = 0;
  for (; size >= 1023.5 && unit < 3; unit++) size /= 1024;
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${['KB', 'MB', 'GB', 'TB'][unit]}`;
}
