import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What the drawing engine may not import: it runs behind four shells. */
const ENGINE_ONLY = {
  files: ['src/flamegraph/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '^(?!\\.\\.?/)', message: 'The engine imports nothing but itself.' },
          { regex: '\\.\\./(bokeh|page|svg|lab|widget|testing)/', message: 'The engine knows no shell.' }
        ]
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
  ENGINE_ONLY
);
