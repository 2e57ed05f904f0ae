import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const root = process.env.DROPOUT_STUDIO_ROOT ?? process.cwd();

/** Whom each source file imports, for its types too: paths below the root, with /. */
async function importsOf(folders: readonly string[]): Promise<Map<string, readonly string[]>> {
  const files = new Map<string, string>();
  for (const folder of folders)
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && /(?<!\.d)\.tsx?$/.test(entry.name)) {
        const path = join(entry.parentPath, entry.name);
        files.set(path, await readFile(path, 'utf8'));
      }
  const name = (path: string): string => relative(root, path).split(sep).join('/');
  return new Map(
    [...files].map(([path, text]) => [
      name(path),
      ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }) => {
        if (!fileName.startsWith('.')) return [];
        const meant = resolve(dirname(path), fileName);
        const found = [`${meant}.ts`, `${meant}.tsx`, join(meant, 'index.ts')].find((file) => files.has(file));
        return found === undefined ? [] : [name(found)];
      }),
    ]),
  );
}

/** One circle, as the files it leads through; undefined where there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}

describe('the sources', () => {
  it('can be read from the bottom up: no file imports itself over others, not for a type either', async () => {
    const imports = await importsOf(['src', 'webview']);
    assert.ok(imports.get('src/extension.ts')!.length > 5, 'imports are found');
    assert.deepEqual(circleIn(imports), undefined);
  });

  it('would show a circle', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', []],
      ['d', ['b']],
    ]);
    assert.deepEqual(circleIn(imports), ['b', 'd', 'b']);
  });
});
