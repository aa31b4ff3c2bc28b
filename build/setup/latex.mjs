/**
 * What the test of LaTeX tables needs on top: a small TeX. It is unpacked into the cache and never
 * installed, which would make the formats of all engines and the lists of all fonts: one format is
 * enough for pages that nobody looks at.
 */

import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { hasApt, unpack } from './apt.mjs'
import { cacheFolder } from './paths.mjs'
import { findProgram, run } from './programs.mjs'
import { say } from './talk.mjs'

/** Names of Debian's packages; the second has booktabs. */
const packages = ['texlive-latex-base', 'texlive-latex-recommended']

const program = 'pdflatex'

function folder() {
  return path.join(cacheFolder(), 'latex')
}

function formatFile() {
  return path.join(folder(), 'format', 'pdflatex.fmt')
}

/**
 * How LaTeX is run: that of the system, or what was unpacked; undefined where there is none.
 *
 * @returns {{ program: string, words: readonly string[], env: NodeJS.ProcessEnv } | undefined}
 */
export function findLatex() {
  const installed = findProgram(program)
  if (installed !== undefined) return { program: installed, words: [], env: process.env }
  if (!existsSync(formatFile())) return undefined
  return { program: unpackedTex(), words: [`-fmt=${formatFile()}`], env: texEnvironment() }
}

/** Unpacks it where it is missing; where that is not possible the test fails with CI=true. */
export function installLatex() {
  if (findLatex() !== undefined || !hasApt()) return
  say(`unpacking a small LaTeX for the tests (apt-get download: ${packages.join(' ')}, about 47 MB)`)
  const unpacked = existsSync(unpackedTex()) ? { ok: true, output: '' } : unpack(packages, folder())
  const { ok, output } = unpacked.ok ? makeFormat() : unpacked
  if (!ok) say(`LaTeX cannot be had: ${output.trim().split('\n').slice(-3).join(' ')}`)
}

function tree() {
  return path.join(folder(), 'usr/share/texlive/texmf-dist')
}

function unpackedTex() {
  return path.join(folder(), 'usr/bin/pdftex')
}

/** Where TeX finds its files; once installed it knows that itself. */
function texEnvironment() {
  return {
    ...process.env,
    TEXMFCNF: path.join(tree(), 'web2c'),
    TEXMFDIST: tree(),
    TEXMF: tree(),
    LD_LIBRARY_PATH: path.join(folder(), 'usr/lib/x86_64-linux-gnu'),
  }
}

function makeFormat() {
  const cwd = path.dirname(formatFile())
  mkdirSync(cwd, { recursive: true })
  return run(unpackedTex(), ['-ini', '-etex', '-jobname=pdflatex', '-progname=pdflatex', 'pdflatex.ini'], {
    cwd,
    env: texEnvironment(),
  })
}
