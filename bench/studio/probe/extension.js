// Commands that bench/studio/main.ts executes in the extension host of the real VS Code, where the product runs too.
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');
const { setTimeout: pause } = require('node:timers/promises');
const vscode = require('vscode');

const product = () => {
  const extension = vscode.extensions.getExtension('dropout-studio.dropout-studio');
  if (!extension) throw new Error('Dropout Studio is not installed in this VS Code');
  return extension;
};

/** How often the loop's delay is looked at, in milliseconds. */
const resolution = 1;

/** How late the extension host gets to what is due, in milliseconds. */
async function delayWhile(work) {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  await work();
  histogram.disable();
  // What is recorded is the time from one look to the next.
  const at = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
  return { p50: at(histogram.percentile(50)), p99: at(histogram.percentile(99)), max: at(histogram.max) };
}

const commands = {
  /** Milliseconds from the wish for the extension to its being there: its file read, run and activated. */
  async activate() {
    const extension = product();
    if (extension.isActive) throw new Error('Dropout Studio is active already');
    const begin = performance.now();
    await extension.activate();
    return performance.now() - begin;
  },

  delay: (seconds) => delayWhile(() => pause(seconds * 1000)),

  /** Replaces the first `before` in a text by `after`; answers when it was done, by the clock of the machine. */
  async replace(uri, before, after) {
    const document = await vscode.workspace.openTextDocument(uri);
    const at = document.getText().indexOf(before);
    if (at < 0) throw new Error(`the text holds no ${before}`);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(document.positionAt(at), document.positionAt(at + before.length)), after);
    const begin = Date.now();
    await vscode.workspace.applyEdit(edit);
    return begin;
  },

  /** Steps a second of the run of a document, and the loop's delay meanwhile. */
  async training(uri, seconds) {
    const { sessions } = await product().activate();
    const session = sessions.get(uri);
    // From one tick to another, for the steps that a tick tells of were made just before it.
    const tick = () =>
      new Promise((resolve) => {
        const subscription = session.onDidTick(({ step }) => {
          subscription.dispose();
          resolve({ step, time: performance.now() });
        });
      });
    const from = await tick();
    let to = from;
    const delay = await delayWhile(async () => {
      await pause(seconds * 1000);
      to = await tick();
    });
    return { stepsPerSecond: ((to.step - from.step) / (to.time - from.time)) * 1000, delay };
  },
};

exports.activate = (context) => {
  for (const [name, run] of Object.entries(commands))
    context.subscriptions.push(vscode.commands.registerCommand(`dropoutBench.${name}`, run));
};
