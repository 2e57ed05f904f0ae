import * as vscode from 'vscode';

const OFFERED = 'dropoutStudio.gitignoreOffered';

/** Offers, once in a workspace under Git, to keep runs out of it. @param directory of the run that was made */
export async function offerIgnoring(directory: vscode.Uri, memory: vscode.Memento): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(directory);
  if (!folder || memory.get<boolean>(OFFERED)) return;
  const way = vscode.workspace.asRelativePath(directory, false).split('/');
  const ignore = vscode.Uri.joinPath(folder.uri, '.gitignore');
  if (way.length < 2 || !(await isThere(vscode.Uri.joinPath(folder.uri, '.git')))) return;
  const text = (await isThere(ignore)) ? new TextDecoder().decode(await vscode.workspace.fs.readFile(ignore)) : '';
  const line = ignoreLine(text, way);
  if (line === undefined) return;
  await memory.update(OFFERED, true);
  const add = `Add "${line}" to .gitignore`;
  const answer = await vscode.window.showInformationMessage(
    `Runs are kept in ${way.slice(0, -1).join('/')}: metrics and weights, which can be large. Keep them out of Git?`,
    add,
    'Not Now',
  );
  if (answer !== add) return;
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  await vscode.workspace.fs.writeFile(ignore, new TextEncoder().encode(`${text}${gap}${line}\n`));
}

/** The line that keeps a run out of Git; undefined where one does already. @param way from the workspace to the run */
function ignoreLine(text: string, way: readonly string[]): string | undefined {
  const names = way.slice(0, -1);
  const line = `${names.at(-1)!}/`;
  const lines = new Set(text.split(/\r?\n/).map((l) => l.trim().replace(/^\//, '').replace(/\/$/, '')));
  const ignored = names.some((name, i) => lines.has(name) || lines.has(names.slice(0, i + 1).join('/')));
  return ignored ? undefined : line;
}

const isThere = async (uri: vscode.Uri): Promise<boolean> => {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
};
