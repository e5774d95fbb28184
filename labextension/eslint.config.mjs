import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The rooms of the viewer, the lowest first: each one imports only itself and those on the floors below. */
const FLOORS = [['payload'], ['tree'], ['draw'], ['export'], ['view'], ['single', 'differential']];

const viewerZones = FLOORS.flatMap((rooms, floor) =>
  rooms.map(room => {
    const below = FLOORS.slice(0, floor).flat();
    return {
      target: `./src/viewer/${room}`,
      from: './src/viewer',
      except: [...below, room].map(allowed => `./${allowed}`),
      message: `viewer/${room} imports only itself and what lies below it: ${below.join(', ') || 'nothing'}.`
    };
  })
);

/** No import circles, type imports included. */
const NO_CIRCLES = {
  files: ['src/**/*.ts'],
  plugins: { 'import-x': importX },
  settings: {
    'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    'import-x/resolver-next': [createTypeScriptImportResolver()]
  },
  rules: {
    'import-x/no-unresolved': 'error',
    'import-x/no-cycle': ['error', { ignoreExternal: true }],
    // The rule above passes over imports that are marked as types.
    'no-restricted-syntax': [
      'error',
      {
        selector:
          ':matches(ImportDeclaration[importKind="type"], ImportDeclaration:has(> ImportSpecifier[importKind="type"]))[source.value=/^\\./]',
        message: 'Import without `type`: the search for import circles does not see type imports.'
      },
      {
        selector: 'TSImportType',
        message: 'Import at the top: the search for import circles does not see this.'
      }
    ]
  }
};

/** Which room may import which; tests may import all. */
const ROOMS = {
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
            message: 'The viewer knows none of the shells that it runs in.'
          },
          {
            target: './src/shells',
            from: ['./src/lab', './src/testing'],
            message: 'The shells outside of JupyterLab do not know it.'
          },
          { target: './src/lab', from: './src/testing' },
          ...viewerZones
        ]
      }
    ]
  }
};

/** The viewer runs everywhere: in pages, in SVG files, in notebooks. */
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
  NO_CIRCLES,
  ROOMS,
  VIEWER_ONLY
);
