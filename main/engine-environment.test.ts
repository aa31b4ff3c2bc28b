import { expect, test } from 'vitest'
import { engineEnvironment } from './engine-environment.ts'

test('an engine process gets what names folders and languages, and nothing that steers Node or Electron', () => {
  const wanted = {
    PATH: '/bin',
    HOME: '/home/a',
    LC_ALL: 'C.UTF-8',
    FOLIO_LAB_RUN_LOCK: 'x',
    XDG_RUNTIME_DIR: '/run/user/1',
  }
  const unwanted = {
    NODE_OPTIONS: '--require /tmp/x.js',
    ELECTRON_RUN_AS_NODE: '1',
    LD_PRELOAD: '/tmp/x.so',
    SECRET_TOKEN: 'x',
    PATHS: 'x',
  }
  expect(engineEnvironment({ ...wanted, ...unwanted, LANG: undefined })).toEqual(wanted)
})
