import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The folders of the viewer in layers, lowest first. A folder imports only itself and folders of lower layers. A folder
 * that has its own folders is above them.
 */
const LAYERS = [
  ['payload'],
  ['tree'],
  ['transform'],
  ['draw'],
  ['export'],
  ['formats'],
  ['styles'],
  ['elements'],
  ['view'],
  ['single', 'differential']
];

/** The folders inside of `single` and of `differential`, in layers too. */
const INNER_LAYERS = ['model', 'parts'];

const viewerZones = LAYERS.flatMap((folders, layer) =>
  folders.map(folder => zone('', folder, [...LAYERS.slice(0, layer).flat(), folder]))
);

const innerZones = LAYERS.at(-1).flatMap(folder =>
  INNER_LAYERS.map((inner, layer) => zone(`/${folder}`, inner, INNER_LAYERS.slice(0, layer + 1)))
);

/** Forbid that a folder imports from the folder around it, except what is `allowed`. */
function zone(around, folder, allowed) {
  return {
    target: `./src/viewer${around}/${folder}`,
    from: `./src/viewer${around}`,
    except: allowed.map(name => `./${name}`),
    message: `viewer${around}/${folder} imports only itself and lower layers: ${allowed.join(', ')}.`
  };
}

/** No import cycles, including those of types. */
const NO_CYCLES = {
  files: ['src/**/*.ts'],
  plugins: { 'import-x': importX },
  settings: {
    'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    'import-x/resolver-next': [createTypeScriptImportResolver()]
  },
  rules: {
    'import-x/no-unresolved': 'error',
    'import-x/no-cycle': ['error', { ignoreExternal: true }],
    // The rule above ignores imports that are marked as types.
    'no-restricted-syntax': [
      'error',
      {
        selector:
          ':matches(ImportDeclaration[importKind="type"], ImportDeclaration:has(> ImportSpecifier[importKind="type"]))[source.value=/^\\./]',
        message: 'Import without `type`: the search for import cycles does not see type imports.'
      },
      {
        selector: 'TSImportType',
        message: 'Import at the top: the search for import cycles does not see this.'
      }
    ]
  }
};

/** The allowed imports between folders. Tests may import everything. */
const FOLDERS = {
  files: ['src/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'import-x/no-restricted-paths': [
      'error',
      {
        basePath: import.meta.dirname,
        zones: [
          {
            target: './src/viewer',
            from: ['./src/shells', './src/lab', './src/testing'],
            message: 'The viewer does not depend on the shells.'
          },
          {
            target: './src/shells',
            from: ['./src/lab', './src/testing'],
            message: 'The other shells do not depend on the shell of JupyterLab.'
          },
          { target: './src/lab', from: './src/testing' },
          ...viewerZones,
          ...innerZones
        ]
      }
    ]
  }
};

/** The viewer runs in pages, in SVG files and in notebooks, so it depends on no package. */
const VIEWER_ONLY = {
  files: ['src/viewer/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [{ regex: '^(?!\\.\\.?/)', message: 'The viewer depends on no package.' }]
      }
    ]
  }
};

export default tseslint.config(
  { ignores: ['lib', 'node_modules', '.yarn'] },
  js.configs.recommended,
  { files: ['*.mjs'], languageOptions: { globals: { console: 'readonly', process: 'readonly' } } },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Names are hostile: use textContent.' },
        { property: 'outerHTML', message: 'Names are hostile: use textContent.' },
        { property: 'insertAdjacentHTML', message: 'Names are hostile: use textContent.' }
      ],
      'no-control-regex': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }]
    }
  },
  NO_CYCLES,
  FOLDERS,
  VIEWER_ONLY
);
