import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** What is waited for comes; on a busy machine it takes its time. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 60_000 } } }

/** Makes what they start: engine/cli as one file. */
const globalSetup = './test/bundle-lab.ts'

/** Programs of the lab that a test starts need not be compiled again each time. */
const env = { NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'out/compile-cache') }

/**
 * What needs no page, by its small initial, is tested without one: making a page takes
 * longer than these tests.
 */
const pureRendererTests = 'renderer/{screens,ui,charts,styles,view-models}/**/[a-z]*.test.ts'

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      // Files that no test loads are shown as well.
      include: ['{engine,main,renderer,build}/**/*.{ts,mjs,vue}'],
      exclude: ['**/*.test.ts', '**/*.d.ts'],
      reporter: ['text', 'text-summary', 'html'],
      reportsDirectory: 'out/coverage',
    },
    // The tests measure nothing, but the machine also runs the compiler and the agent.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'node',
          ...patience,
          env,
          globalSetup,
          // To load the same modules for each file takes longer than most tests; no file changes
          // them.
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
          environment: 'node',
          include: ['{engine,main,build,test}/**/*.test.ts', pureRendererTests],
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'renderer',
          ...patience,
          environment: 'happy-dom',
          include: ['renderer/**/*.test.ts'],
          exclude: [pureRendererTests],
        },
      },
      {
        // Real kernels in QEMU, without hardware virtualisation some thirty times slower than here.
        test: {
          name: 'vm',
          globalSetup,
          environment: 'node',
          include: ['test/vm/**/*.vm.ts'],
          fileParallelism: false, // each takes a processor, and one run at a time per machine
          testTimeout: 1_800_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Real Electron under a real display: run by build/test.mjs, which provides both.
        test: {
          name: 'e2e',
          env,
          environment: 'node',
          include: ['test/e2e/**/*.e2e.ts'],
          fileParallelism: false, // one run at a time per machine
          ...patience,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
