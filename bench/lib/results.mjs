// bench/RESULTS.md: each part of the benchmark has a section between two markers, and writes no other.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import { inRoot } from '../../scripts/lib/paths.mjs';

export const resultsFile = inRoot('bench', 'RESULTS.md');

const introduction = `# Measured

Written by \`npm run bench\`; [README.md](README.md) says how it measures and how to read this. Absolute figures move with the
machine and with what else it does: only ratios from one run compare.
`;

const begin = (/** @type {string} */ part) => `<!-- ${part} -->`;
const end = (/** @type {string} */ part) => `<!-- /${part} -->`;

/**
 * @param {string} text of the file as it stands
 * @param {string[]} order of the parts
 * @param {string} part
 * @param {string} section
 */
export function withSection(text, order, part, section) {
  const sections = new Map(
    order.flatMap((name) => {
      const [from, to] = [text.indexOf(begin(name)), text.indexOf(end(name))];
      return from < 0 || to < from ? [] : [[name, text.slice(from + begin(name).length, to).trim()]];
    }),
  );
  sections.set(part, section.trim());
  const parts = order.filter((name) => sections.has(name));
  return [introduction, ...parts.map((name) => `${begin(name)}\n\n${sections.get(name)}\n\n${end(name)}\n`)].join('\n');
}

/**
 * @param {string[]} order
 * @param {string} part
 * @param {string} section
 */
export async function writeSection(order, part, section) {
  const before = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '';
  const options = await prettier.resolveConfig(resultsFile);
  const text = withSection(before, order, part, section);
  writeFileSync(resultsFile, await prettier.format(text, { ...options, parser: 'markdown' }));
}
