// The browser suite's hands: a real VS Code in a page, with the extension under development and files of the test's own.
// Each studio has its own server, settings, storage and workspace, so no test can see what another did.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { DESIGNER, inRoot, root } from '../../scripts/lib/paths.mjs';
import { temporaryFolder } from '../../scripts/lib/processes.mjs';
import { startServer, THEMES, workbenchUrl } from '../../scripts/lib/server.mjs';
import { control, type DocumentState } from './control';

export { THEMES };
export type Theme = keyof typeof THEMES;

export interface StudioOptions {
  /** The workspace's files, by name; without them it is a copy of examples/. */
  files?: Record<string, string>;
  /** False: a window without a folder, as one is after VS Code was installed. */
  folder?: false;
  /** User settings. */
  settings?: Record<string, unknown>;
  /** 'dark', unless said. */
  theme?: Theme;
  /** The window's size in CSS pixels, 1440 × 900 unless said. */
  size?: { width: number; height: number };
  /** Pixels per CSS pixel: 2 for screenshots. */
  scale?: number;
  reducedMotion?: 'reduce' | 'no-preference';
  /** The extension under development; the repository's, unless said. */
  extension?: string;
  /** Further extensions: their ids and folders. */
  extensions?: Record<string, string>;
  /** VS Code does not trust the workspace: it is in its restricted mode. */
  untrusted?: boolean;
}

const WEBVIEW = 'iframe.webview.ready[src*="extensionId=dropout-studio."]:visible';
/** Where the designer's own messages come from; the workbench has errors of its own (an update check, a service worker). */
const OURS = /vscode-resource\.vscode-cdn\.net|\/contrib\/webview\//;

/** What VS Code's own frame around a page says when its editor is closed before it has loaded. */
const CLOSED_EARLY = 'Found unexpected null';

let browser: Promise<Browser> | undefined;
const open = new Set<Studio>();

export class Studio {
  /** Errors of the page and of the designer in it: uncaught exceptions, console errors, violations of its security policy. */
  readonly errors: string[] = [];
  /** The folder that VS Code shows. */
  readonly workspaceDir: string;

  private constructor(
    readonly page: Page,
    private readonly folder: { path: string; remove(): void },
    private readonly server: Awaited<ReturnType<typeof startServer>>,
    workspaceDir: string,
  ) {
    this.workspaceDir = workspaceDir;
    page.on('pageerror', (error) => {
      if (error.message !== CLOSED_EARLY) this.errors.push(String(error));
    });
    page.on('console', (message) => {
      const { url } = message.location();
      if (message.type() === 'error' && OURS.test(url)) this.errors.push(`${message.text()} (${url})`);
    });
  }

  static async open(options: StudioOptions): Promise<Studio> {
    const { files, settings, theme = 'dark', size = { width: 1440, height: 900 }, scale, reducedMotion } = options;
    const folder = temporaryFolder('studio');
    // Its name is in the pictures.
    const workspaceDir = join(folder.path, files ? 'workspace' : 'examples');
    mkdirSync(workspaceDir);
    if (files) for (const [name, text] of Object.entries(files)) write(join(workspaceDir, name), text);
    else cpSync(inRoot('examples'), workspaceDir, { recursive: true });
    browser ??= launchBrowser();
    const server = await startServer({
      env: { DROPOUT_STUDIO_CONTROL: socketIn(folder.path) },
      settings: { 'workbench.colorTheme': THEMES[theme], ...settings },
      extensions: { 'dropout-studio.opener': inRoot('scripts', 'opener'), ...options.extensions },
      untrusted: options.untrusted,
    });
    const context = await (await browser).newContext({ viewport: size, deviceScaleFactor: scale, reducedMotion });
    const studio = new Studio(await context.newPage(), folder, server, workspaceDir);
    open.add(studio);
    await studio.page.goto(
      workbenchUrl(server, {
        folder: options.folder === false ? undefined : workspaceDir,
        extension: options.extension ?? root,
      }),
    );
    await studio.ready();
    if (theme.startsWith('hc')) {
      // A page that starts in a high contrast theme shows the light default until the setting changes.
      await studio.setTheme('dark');
      await studio.setTheme(theme);
    }
    return studio;
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await control(this.socket, { request: 'ready' }, 60_000);
  }

  private get socket(): string {
    return socketIn(this.folder.path);
  }

  /**
   * What is inside the visible designer. Looked for anew at each use, so it stays good when the designer is closed, hidden or
   * loaded again; of designers side by side it is the one that was opened first.
   */
  get designer(): FrameLocator {
    return inside(this.page.locator(WEBVIEW).first());
  }

  /** Inside of each visible designer, in the order in which they were opened. */
  async designers(): Promise<FrameLocator[]> {
    const webviews = this.page.locator(WEBVIEW);
    return Array.from({ length: await webviews.count() }, (_, i) => inside(webviews.nth(i)));
  }

  path(name: string): string {
    return join(this.workspaceDir, name);
  }

  /** The file as it is on the disk. */
  readFile(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Writes to the disk, as another program would. */
  writeFile(name: string, text: string): void {
    write(this.path(name), text);
  }

  /** The file as VS Code has it: its text, whether it is saved, its diagnostics. */
  document(name: string): Promise<DocumentState> {
    return control(this.socket, { request: 'document', file: this.path(name) });
  }

  /**
   * Opens a file in the designer and waits until there is something in it.
   * @returns what is inside this very designer, for as long as it is not hidden: to tell apart designers side by side
   */
  async openDesigner(name: string): Promise<FrameLocator> {
    await this.execute('vscode.openWith', this.uri(name), DESIGNER);
    // Webviews lie above the workbench and not in their editors: the editor says which one is its own.
    const editor = this.page.locator('.editor-group-container.active [id^="webview-editor-element"][aria-flowto]');
    const webview = await editor.getAttribute('aria-flowto', { timeout: 30_000 });
    const designer = inside(this.page.locator(`iframe.webview.ready[name="${webview}"]`));
    await designer.locator('body > *').first().waitFor({ state: 'attached', timeout: 30_000 });
    return designer;
  }

  /** Opens a file in the text editor. */
  async openText(name: string): Promise<void> {
    await this.execute('vscode.openWith', this.uri(name), 'default');
    await this.page.locator('.editor-instance .monaco-editor:visible').first().waitFor({ timeout: 30_000 });
  }

  /** A file of the workspace, as an argument of execute(). */
  uri(name: string): { $file: string } {
    return { $file: this.path(name) };
  }

  /** Executes a command by its id, as an extension would. */
  execute<T = unknown>(command: string, ...args: unknown[]): Promise<T> {
    return control(this.socket, { request: 'execute', command, args });
  }

  /** Executes a command as a person would: by its title in the command palette, for example 'Dropout Studio: Train'. */
  async runCommand(title: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const row = widget.locator('.quick-input-list .monaco-list-row', {
      has: this.page.locator('.label-name', { hasText: new RegExp(`^\\s*${escape(title)}\\s*$`) }),
    });
    // An open palette does not take in a command that is registered later: it is opened again until the command is there.
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.page.keyboard.press('F1');
      // One that was just opened may close again, with what had the focus: then it is opened anew, too.
      const found = await widget
        .locator('input')
        .first()
        .fill(`>${title}`, { timeout: 3000 })
        .then(() => row.first().waitFor({ timeout: 2000 }))
        .then(() => true)
        .catch(() => false);
      if (found) {
        await row.first().click();
        return;
      }
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`the command palette does not list "${title}"`);
  }

  /** Ends the workers that train, as a crash does: from outside, without a word. Tells how many there were. */
  killWorkers(): Promise<number> {
    return control(this.socket, { request: 'killWorkers' });
  }

  /** Changes a user setting while VS Code runs. */
  async setSetting(key: string, value: unknown): Promise<void> {
    await control(this.socket, { request: 'setting', key, value });
  }

  /** Changes the colour theme while VS Code runs. */
  async setTheme(theme: Theme): Promise<void> {
    await this.setSetting('workbench.colorTheme', THEMES[theme]);
  }

  /** Loads the page again, as a person does who presses F5 in the browser: the extension host is a new one after it. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Reload Window, by its command: VS Code writes down first what it shows, and shows it again. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    // Who would answer is gone with the window.
    void this.execute('workbench.action.reloadWindow').catch(() => undefined);
    await loaded;
    await this.ready();
  }

  /** A picture of the window. */
  async screenshot(file: string): Promise<void> {
    mkdirSync(dirname(file), { recursive: true });
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }

  async close(): Promise<void> {
    open.delete(this);
    await this.page.context().close();
    await this.server.stop();
    this.folder.remove();
  }
}

/** Opens VS Code with the extension. Whoever opens a studio closes it (after()); the process's end closes what is left. */
export const openStudio = (options: StudioOptions = {}): Promise<Studio> => Studio.open(options);

/** Closes the browser that all studios share; a script needs it, the suite's process ends with it anyway. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

const socketIn = (folder: string) =>
  process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replaceAll(/\W/g, '-')}` : join(folder, 's');

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const inside = (webview: Locator): FrameLocator => webview.contentFrame().frameLocator('#active-frame');

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

// A failed test leaves a picture of every window that was open, which says more than its error.
if (typeof afterEach === 'function') {
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const name = this.currentTest.fullTitle().replaceAll(/\W+/g, '-').slice(0, 100);
    for (const [i, studio] of [...open].entries()) {
      const file = inRoot('out', 'failures', `${name}${i || ''}.png`);
      await studio.screenshot(file).catch(() => undefined);
      console.log(`    a picture of the window is in ${file}; its errors: ${studio.errors.join('\n') || 'none'}`);
    }
  });
}
