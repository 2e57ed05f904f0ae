// The designer page in an ordinary browser, for whoever works on its looks: the built page under the very content
// security policy it has in VS Code, with a host in the page (scripts/preview-host.mjs).
//   node scripts/preview.mjs --theme-css FOLDER [--port 5199]
// FOLDER holds one style sheet a theme, with the --vscode-* properties VS Code puts on a webview. Open
//   http://127.0.0.1:5199/?theme=dark-modern&file=digits&view=train&epochs=40&state=training
// file: an example's name, `empty`, `invalid` or `wrong`. state: training, paused, finished or failed.
import { build } from 'esbuild';
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const themes = option('theme-css');
const port = Number(option('port', '5199'));
if (!themes) {
  console.error('preview: say where the themes are: --theme-css FOLDER');
  process.exit(2);
}

const bundle = { bundle: true, write: false, absWorkingDir: root, logLevel: 'warning', target: 'es2022' };

async function pageBundle() {
  const { outputFiles } = await build({
    ...bundle,
    platform: 'browser',
    format: 'esm',
    mainFields: ['browser', 'module', 'main'],
    entryPoints: ['webview/main.tsx'],
    outdir: 'dist/webview',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    loader: { '.ttf': 'file' },
  });
  return new Map(outputFiles.map((f) => [`/${basename(f.path)}`, Buffer.from(f.contents)]));
}
async function hostBundle() {
  const { outputFiles } = await build({
    ...bundle,
    platform: 'browser',
    format: 'iife',
    mainFields: ['module', 'main'],
    resolveExtensions: ['.ts', '.mjs', '.js'],
    entryPoints: ['scripts/preview-host.mjs'],
  });
  return outputFiles[0].text;
}

/** The examples and their data, handed to the page: it may not fetch anything. */
function examples() {
  const read = (folder, ending) =>
    readdirSync(join(root, folder))
      .filter((f) => f.endsWith(ending))
      .map((f) => [f, readFileSync(join(root, folder, f), 'utf8')]);
  return {
    models: Object.fromEntries(read('examples', '.netjson').map(([f, t]) => [basename(f, '.netjson'), t])),
    files: Object.fromEntries(read('examples/data', '.csv')),
  };
}

function html(theme) {
  const nonce = randomBytes(16).toString('base64url');
  const classes = theme.startsWith('hc')
    ? theme.includes('light')
      ? 'vscode-high-contrast-light vscode-high-contrast'
      : 'vscode-high-contrast'
    : theme.includes('light')
      ? 'vscode-light'
      : 'vscode-dark';
  // The theme and the host are the preview's own: they carry the nonce, so that the page's policy stays what it is.
  const csp = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; font-src 'self'; img-src 'self' data:`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${csp}">
  <meta property="csp-nonce" content="${nonce}">
  <link rel="stylesheet" href="/theme/${theme}.css">
  <link rel="stylesheet" href="main.css">
  <title>Dropout Studio, preview</title>
</head>
<body class="${classes}" data-vscode-theme-id="${theme}">
  <div id="root"></div>
  <script nonce="${nonce}">window.previewFiles = ${JSON.stringify(examples()).replaceAll('</', '<\\/')};</script>
  <script nonce="${nonce}" src="host.js"></script>
  <script type="module" nonce="${nonce}" src="main.js"></script>
</body>
</html>`;
}

const types = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
  const send = (body, type) => response.writeHead(200, { 'content-type': type }).end(body);
  const answer = async () => {
    const theme = (url.searchParams.get('theme') ?? 'dark-modern').replace(/[^a-z-]/g, '');
    if (url.pathname === '/') return send(html(theme), 'text/html');
    if (url.pathname === '/host.js') return send(await hostBundle(), 'text/javascript');
    if (url.pathname.startsWith('/theme/')) return send(readFileSync(join(themes, basename(url.pathname))), 'text/css');
    const file = (await pageBundle()).get(url.pathname);
    return file
      ? send(file, types[extname(url.pathname)] ?? 'application/octet-stream')
      : response.writeHead(404).end();
  };
  answer().catch((error) => {
    console.error(error);
    response.writeHead(500).end(String(error));
  });
});
server.listen(port, '127.0.0.1', () => console.log(`preview: http://127.0.0.1:${port}/?theme=dark-modern&file=digits`));
