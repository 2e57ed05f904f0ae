import prettier from 'eslint-config-prettier';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The arrows of docs/architecture.md: what a folder must not import. */
const forbid = (files, ...groups) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
  },
});
const vscode = [['vscode'], 'Only src/host and src/extension.ts may import vscode.'];
const nodeOnly = [['node:*', 'fs', 'path'], 'This folder runs anywhere: take a function as a parameter instead.'];
const above = (...names) => [
  names.flatMap((n) => [`**/${n}/**`, `../${n}/*`, `**/${n}`]),
  'The arrows of docs/architecture.md point the other way.',
];

export default tseslint.config(
  {
    ignores: [
      ...['dist/', 'out/', 'node_modules/', 'scripts/vscode-host/', 'kernels/assembly/', 'bench/.peers/'],
      ...['**/*.cjs', 'runs/'],
    ],
  },
  { files: ['**/*.ts', '**/*.tsx'], extends: [...tseslint.configs.recommendedTypeChecked] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './webview/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'max-lines': ['warn', { max: 400, skipBlankLines: true }],
      'prefer-const': 'error',
    },
  },
  forbid(
    ['src/model/**'],
    vscode,
    nodeOnly,
    above('host', 'engine', 'data', 'runs', 'formats', 'worker', 'cli', 'protocol'),
  ),
  forbid(
    ['src/engine/**'],
    vscode,
    nodeOnly,
    above('host', 'data', 'runs', 'formats', 'worker', 'cli', 'protocol', 'threads'),
  ),
  forbid(
    ['src/verdict/**'],
    vscode,
    nodeOnly,
    above('host', 'engine', 'data', 'runs', 'formats', 'worker', 'cli', 'threads'),
  ),
  forbid(
    ['src/comparison/**'],
    vscode,
    nodeOnly,
    above('host', 'data', 'runs', 'formats', 'worker', 'cli', 'protocol', 'threads'),
  ),
  forbid(['src/data/**'], vscode, nodeOnly, above('host', 'runs', 'worker', 'cli', 'protocol')),
  forbid(['src/protocol/**'], vscode, nodeOnly, above('host', 'worker', 'cli', 'runs')),
  forbid(['src/formats/**'], vscode, nodeOnly, above('host', 'worker', 'cli', 'protocol', 'data', 'runs', 'threads')),
  forbid(['src/charts/**'], vscode, nodeOnly, above('host', 'data', 'runs', 'formats', 'worker', 'cli', 'threads')),
  // What runs in a standalone page: engine and the reading of rows, in any browser.
  forbid(['src/page/**'], vscode, nodeOnly, above('host', 'runs', 'worker', 'cli', 'protocol', 'threads', 'exchange')),
  forbid(['src/runs/**'], vscode, above('host', 'worker', 'cli', 'protocol')),
  forbid(['src/threads/**'], vscode, above('host', 'worker', 'cli', 'protocol', 'runs', 'formats', 'data')),
  forbid(['src/torchrun/**'], vscode, above('host', 'worker', 'cli', 'protocol')),
  forbid(['src/exchange/**'], vscode, above('host', 'worker', 'cli', 'protocol')),
  forbid(['src/worker/**', 'src/cli/**'], vscode, above('host')),
  forbid(['webview/**'], vscode, nodeOnly, above('host', 'engine', 'data', 'runs', 'worker', 'cli')),
  { files: ['test/**/*.ts'], rules: { 'max-lines': 'off', '@typescript-eslint/no-unused-expressions': 'off' } },
  {
    files: ['webview/**/*.tsx'],
    plugins: { 'react-hooks': hooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  prettier,
);
