import * as vscode from 'vscode';
import { RUN_SCHEME } from '../uris';

/** Where a run's model is shown from, and where its data is. */
interface Place {
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

/** Runs never change what their model was: nothing has to be watched, and nothing is written. */
export class ModelsAsTheyWere implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  register(): vscode.Disposable {
    return vscode.workspace.registerFileSystemProvider(RUN_SCHEME, this, { isReadonly: true, isCaseSensitive: true });
  }

  stat(uri: vscode.Uri): Thenable<vscode.FileStat> {
    return vscode.workspace.fs.stat(fileOf(uri));
  }

  readFile(uri: vscode.Uri): Thenable<Uint8Array> {
    return vscode.workspace.fs.readFile(fileOf(uri));
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

function fileOf(uri: vscode.Uri): vscode.Uri {
  try {
    const { directory } = JSON.parse(uri.query) as Place;
    return vscode.Uri.joinPath(vscode.Uri.file(directory), 'model.netjson');
  } catch {
    throw vscode.FileSystemError.FileNotFound(uri);
  }
}
