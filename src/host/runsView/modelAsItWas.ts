import * as vscode from 'vscode';
import { RUN_SCHEME } from '../uris';

/** Where a run's model is shown from, and where its data is. */
export interface Place {
  readonly directory: string;
  readonly folder: string;
}

/**
 * The address of a run's model, to be looked at: VS Code lets nobody change what is under it, for a run whose model was
 * changed cannot be gone on with.
 * @param title what its tab is to say
 * @param folder that the model's paths are relative to
 */
export const modelAsItWas = (title: string, { directory, folder }: Place): vscode.Uri =>
  vscode.Uri.from({
    scheme: RUN_SCHEME,
    path: `/${title.replaceAll(/[\\/]/g, '-')}.netjson`,
    query: JSON.stringify({ directory, folder } satisfies Place),
  });

/** What an address of a run's model says. @throws FileSystemError where it is none */
export function placeOf(uri: vscode.Uri): Place {
  try {
    const { directory, folder } = JSON.parse(uri.query) as Place;
    if (typeof directory === 'string' && typeof folder === 'string') return { directory, folder };
  } catch {
    // Told below.
  }
  throw vscode.FileSystemError.FileNotFound(uri);
}

/** Runs never change what their model was: nothing has to be watched, and nothing is written. */
export class ModelsAsTheyWere implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  /** @param textOf the model of a run that is not on the disk yet, by its directory */
  constructor(private readonly textOf: (directory: string) => string | undefined) {}

  register(): vscode.Disposable {
    return vscode.workspace.registerFileSystemProvider(RUN_SCHEME, this, { isReadonly: true, isCaseSensitive: true });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const text = this.pending(uri);
    if (text === undefined) return vscode.workspace.fs.stat(fileOf(uri));
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: text.length };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return this.pending(uri) ?? vscode.workspace.fs.readFile(fileOf(uri));
  }

  private pending(uri: vscode.Uri): Uint8Array | undefined {
    const text = this.textOf(placeOf(uri).directory);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

const fileOf = (uri: vscode.Uri): vscode.Uri =>
  vscode.Uri.joinPath(vscode.Uri.file(placeOf(uri).directory), 'model.netjson');
