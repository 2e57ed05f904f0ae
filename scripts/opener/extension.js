// Not part of the product: installed beside it by npm start -- --web and by the browser tests.
//   DROPOUT_STUDIO_OPEN     a file, opened in the designer once
//   DROPOUT_STUDIO_CONTROL  a socket; each connection sends one JSON request and gets one JSON answer (test/harness/control.ts)
const fs = require('node:fs');
const net = require('node:net');
const { Worker } = require('node:worker_threads');
const vscode = require('vscode');

const DESIGNER = 'dropoutStudio.designer';

/** Extensions are scanned while the window opens: the designer's may be seen after this one runs. */
async function designerRegistered() {
  const registered = () =>
    vscode.extensions.all.some((e) => e.packageJSON.contributes?.customEditors?.some((c) => c.viewType === DESIGNER));
  for (let i = 0; !registered(); i++) {
    if (i === 300) throw new Error(`no extension has brought the custom editor ${DESIGNER} within 30 seconds`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** JSON has no Uri, so a request writes one as {"$file": path}. */
const revive = (value) =>
  value && typeof value === 'object' && '$file' in value ? vscode.Uri.file(value.$file) : value;

/** Workers that something was said to, in the order of it: the product's class is this one, of the same process. */
const workers = new Set();
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (...message) {
  workers.add(this);
  return postMessage.apply(this, message);
};

const requests = {
  ready: designerRegistered,

  async execute({ command, args }) {
    // What a command returns may be anything; a test gets what JSON can say.
    const result = await vscode.commands.executeCommand(command, ...args.map(revive));
    try {
      return JSON.parse(JSON.stringify(result ?? null));
    } catch {
      return null;
    }
  },

  /** Ends all workers as a crash does: from outside, without a word. */
  async killWorkers() {
    const all = [...workers];
    workers.clear();
    await Promise.all(all.map((worker) => worker.terminate()));
    return all.length;
  },

  async setting({ key, value }) {
    await vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
  },

  async document({ file }) {
    const uri = vscode.Uri.file(file);
    const document = await vscode.workspace.openTextDocument(uri);
    return {
      text: document.getText(),
      isDirty: document.isDirty,
      version: document.version,
      languageId: document.languageId,
      diagnostics: vscode.languages.getDiagnostics(uri).map((d) => ({
        message: d.message,
        code: typeof d.code === 'object' ? d.code.value : d.code,
        severity: vscode.DiagnosticSeverity[d.severity].toLowerCase(),
        line: d.range.start.line + 1,
        column: d.range.start.character + 1,
      })),
    };
  },
};

function serveRequests(path) {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk));
    socket.on('end', async () => {
      try {
        const { request, ...rest } = JSON.parse(text);
        socket.end(JSON.stringify({ ok: (await requests[request](rest)) ?? null }));
      } catch (error) {
        socket.end(JSON.stringify({ error: String(error?.message ?? error) }));
      }
    });
  });
  // A page that is loaded again gets a new extension host, which takes the socket over.
  if (process.platform !== 'win32') fs.rmSync(path, { force: true });
  server.listen(path);
  // Never closed: closing removes the socket from the disk, which by then may be the next extension host's.
}

exports.activate = async (context) => {
  const { DROPOUT_STUDIO_CONTROL: control, DROPOUT_STUDIO_OPEN: file } = process.env;
  if (control) serveRequests(control);
  if (file && !context.workspaceState.get('opened')) {
    await designerRegistered();
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), DESIGNER);
    await context.workspaceState.update('opened', true);
  }
};
