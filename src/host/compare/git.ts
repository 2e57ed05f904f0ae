import * as vscode from 'vscode';
import { nameOf } from '../uris';
import type { Version } from './versions';

/** What we use of the API that VS Code's own Git extension offers. */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}
interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: vscode.Event<unknown>;
  getRepository(uri: vscode.Uri): Repository | null;
  openRepository(root: vscode.Uri): Promise<Repository | null>;
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
}
interface Repository {
  readonly state: { readonly HEAD?: { readonly commit?: string }; readonly onDidChange: vscode.Event<void> };
  getCommit(ref: string): Promise<{ readonly hash: string }>;
  show(ref: string, path: string): Promise<string>;
}

/**
 * A file as the last commit has it.
 * @throws Error saying what is missing where there is no such version
 */
export async function headVersion(uri: vscode.Uri): Promise<Version> {
  const name = nameOf(uri);
  const api = await gitApi();
  const folder = vscode.Uri.joinPath(uri, '..');
  const repository = api.getRepository(uri) ?? (await api.openRepository(folder).catch(() => null));
  if (!repository) throw new Error(`${name} is in no Git repository that VS Code knows of.`);
  let commit = '';
  const text = async (): Promise<string> => {
    try {
      // What the repository's state tells may still be on its way.
      commit = (await repository.getCommit('HEAD')).hash;
    } catch {
      throw new Error(`The Git repository of ${name} has no commit yet.`);
    }
    try {
      return await repository.show('HEAD', uri.fsPath);
    } catch {
      throw new Error(`${name} is not in Git's HEAD: it was never committed under this name.`);
    }
  };
  await text();
  return {
    uri: api.toGitUri(uri, 'HEAD'),
    get name() {
      return { title: `${name} (HEAD)`, detail: `Git commit ${commit.slice(0, 8)}` };
    },
    text,
    watch: (changed) =>
      repository.state.onDidChange(() => {
        const now = repository.state.HEAD?.commit;
        if (now !== undefined && now !== commit) changed();
      }),
  };
}

async function gitApi(): Promise<GitApi> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  const git = await extension?.activate();
  if (!git?.enabled) {
    throw new Error(
      "There is no Git to ask: VS Code's Git extension is missing or turned off (setting git.enabled), or Git is not installed.",
    );
  }
  const api = git.getAPI(1);
  // Just after the start of VS Code it is still looking for repositories.
  if (api.state === 'uninitialized') {
    await new Promise<void>((resolve) => {
      const waiting = api.onDidChangeState(() => {
        waiting.dispose();
        resolve();
      });
    });
  }
  return api;
}
