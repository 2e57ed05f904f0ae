// In the place of the Python extension, which tests do not have: its documented way to choose an environment and to look it
// up. As there, an environment is the path of its interpreter or of its folder; what nobody chose is "python".
const { existsSync, statSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

exports.activate = () => {
  const changed = new vscode.EventEmitter();
  let active = 'python';
  const pathOf = (environment) => (typeof environment === 'string' ? environment : environment.path);
  const idOf = (path) => (path === 'python' ? 'DEFAULT_PYTHON' : path);

  return {
    ready: Promise.resolve(),
    environments: {
      getActiveEnvironmentPath: () => ({ id: idOf(active), path: active }),
      updateActiveEnvironmentPath(environment, resource) {
        active = pathOf(environment);
        changed.fire({ id: idOf(active), path: active, resource });
        return Promise.resolve();
      },
      onDidChangeActiveEnvironmentPath: changed.event,
      resolveEnvironment(environment) {
        const path = pathOf(environment);
        if (!existsSync(path)) return Promise.resolve(undefined);
        const isFolder = statSync(path).isDirectory();
        const interpreter = isFolder ? join(path, 'bin', 'python') : path;
        // An environment of conda may have no Python.
        const uri = existsSync(interpreter) ? vscode.Uri.file(interpreter) : undefined;
        return Promise.resolve({ id: path, path, executable: { uri } });
      },
    },
  };
};
