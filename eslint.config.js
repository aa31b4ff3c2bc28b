import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import { commentRulesPlugin } from './build/eslint-comment-rules.mjs'
import { importRulesPlugin } from './build/eslint-import-rules.mjs'
import { pureFolders } from './build/import-rules.mjs'

const typeScript = ['**/*.ts', '**/*.vue']
const sources = ['{engine,main,renderer,build,test}/**/*.{ts,mjs,vue}']

const notInPureFolders = ['Date', 'process', 'console', 'setTimeout', 'setInterval', 'performance', 'crypto']

export default tseslint.config(
  { ignores: ['node_modules/', 'out/', 'dist/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  { files: typeScript, extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked] },
  ...vue.configs['flat/recommended'].map(config => ({ ...config, files: ['**/*.vue'] })),
  {
    files: typeScript,
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      // The style of this project: data are types, numbers may be printed,
      // `void` is a handler's answer.
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // `async` also turns a throw into a rejection, as an interface promises.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'func-style': ['error', 'declaration', { allowArrowFunctions: false }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/multi-word-component-names': 'off', // views are named after their screen
      // Layout is prettier's.
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/singleline-html-element-content-newline': 'off',
    },
  },
  {
    files: sources,
    plugins: { comments: commentRulesPlugin, folders: importRulesPlugin },
    rules: { 'comments/width': 'error', 'folders/imports': 'error' },
  },
  {
    files: ['{engine,main,renderer,build}/**/*.{ts,mjs}'],
    ignores: ['**/*.test.ts'],
    rules: { 'comments/exports': 'error' },
  },
  {
    files: pureFolders.map(folder => `${folder}/**/*.ts`),
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', ...notInPureFolders],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.e2e.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off', // a missing value fails the test anyway
      '@typescript-eslint/no-unsafe-assignment': 'off', // the matchers of `expect` are of type any
    },
  },
)
