// Where things are. The scripts and the bundled tests both come here, so the root is looked for rather than counted in "..".
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {string} folder */
function isRoot(folder) {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'dropout-studio';
}

function findRoot() {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (isRoot(folder)) return folder;
    if (folder === dirname(folder)) throw new Error('the root of Dropout Studio (its package.json) was not found');
  }
}

/** The repository's root folder. */
export const root = process.env.DROPOUT_STUDIO_ROOT ?? findRoot();

/** @param {...string} parts */
export const inRoot = (...parts) => join(root, ...parts);

/** The sub-project that brings a real VS Code out of npm. */
export const vscodeHost = inRoot('scripts', 'vscode-host');

/** The extension's manifest. */
export const manifest = () => JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));

export const DESIGNER = 'dropoutStudio.designer';
export const FIRST_EXAMPLE = inRoot('examples', 'digits.netjson');

// A socket's path may have 104 characters on macOS, and its own temporary folder takes half of them.
export const temporaryRoot = realpathSync.native(process.platform === 'darwin' ? '/tmp' : tmpdir());
