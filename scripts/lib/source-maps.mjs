// Makes stack traces point into the sources. Node does that itself with --enable-source-maps; the extension host cannot, for
// VS Code formats stack traces there in its own way.
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { root } from './paths.mjs';

/** @type {Map<string, SourceMap | undefined>} */
const maps = new Map();

/** @param {string} file */
function mapOf(file) {
  if (!maps.has(file)) {
    const path = `${file}.map`;
    maps.set(file, existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined);
  }
  return maps.get(file);
}

/**
 * Replaces the places in bundles that a text names by those in the sources.
 * @param {string} text
 */
export function mapStack(text) {
  return text.replaceAll(/([^\s()]+\.[cm]?js):(\d+):(\d+)/g, (place, path, line, column) => {
    const file = resolve(root, path);
    // Lines and columns count from 0 in a map and from 1 in a stack.
    const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !('originalSource' in entry)) return place;
    const source = relative(root, resolve(dirname(file), entry.originalSource));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
