/**
 * The packaged folder as tar.gz and deb, by programs that every Debian has; nothing is downloaded.
 * The same folder gives the same bytes: names are sorted, owners are root, times are the release's.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { inProject, projectNode } from '../setup/paths.mjs'
import { windowPackages } from '../setup/system-packages.mjs'
import { sourceDateEpoch } from './release-date.mjs'

/**
 * @typedef {object} Packed
 * @property {string} folder the packaged application
 * @property {string} output folder for the archives
 * @property {string} version
 * @property {'x64' | 'arm64'} arch
 * @property {Date} date
 */

const installed = 'opt/folio-lab'
const iconSizes = [16, 32, 48, 64, 128, 256, 512]

/**
 * @param {Packed} packed
 * @returns {string} the file
 */
export function makeTarball({ folder, output, version, arch, date }) {
  const name = `folio-lab-${version}-${arch}`
  const file = path.join(output, `${name}.tar.gz`)
  const tar = execFileSync(
    'tar',
    [
      ...['--create', '--sort=name', '--format=ustar', '--owner=0', '--group=0', '--numeric-owner'],
      ...[`--mtime=@${sourceDateEpoch(date)}`, `--transform=flags=r;s,^\\.,${name},`],
      ...['--directory', folder, '.'],
    ],
    { maxBuffer: 2 ** 31 - 1 },
  )
  writeFileSync(file, gzipSync(tar, { level: 6 })) // zlib of this Node, without a name or a time
  return file
}

/** Whether this system can make a deb. */
export function canMakeDeb() {
  return spawnSync('dpkg-deb', ['--version']).status === 0
}

/**
 * @param {Packed} packed
 * @returns {string} the file
 */
export function makeDeb({ folder, output, version, arch, date }) {
  const architecture = arch === 'x64' ? 'amd64' : 'arm64'
  const debianVersion = version.replace('-', '~') // a test build is older than its release
  const file = path.join(output, `folio-lab_${debianVersion}_${architecture}.deb`)
  const tree = mkdtempSync(path.join(tmpdir(), 'folio-lab-deb-'))
  try {
    chmodSync(tree, 0o755)
    fillTree(tree, folder)
    const control = path.join(tree, 'DEBIAN')
    mkdirSync(control)
    writeFileSync(path.join(control, 'control'), controlText(debianVersion, architecture, kibibytesOf(tree)))
    setTimes(tree, date)
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z9', '--build', tree, file], {
      env: { ...process.env, SOURCE_DATE_EPOCH: sourceDateEpoch(date) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } finally {
    rmSync(tree, { recursive: true })
  }
  return file
}

/**
 * The application with what a desktop and a shell look for.
 *
 * @param {string} tree
 * @param {string} folder
 */
function fillTree(tree, folder) {
  cpSync(folder, path.join(tree, installed), { recursive: true, verbatimSymlinks: true })
  // Chromium starts its sandbox with this program, which only root's rights let it do.
  const sandbox = path.join(tree, installed, 'chrome-sandbox')
  if (existsSync(sandbox)) chmodSync(sandbox, 0o4755)
  const system = inProject('build/package/system')
  put('usr/share/applications/folio-lab.desktop', readFileSync(path.join(system, 'folio-lab.desktop')))
  put('usr/share/mime/packages/folio-lab.xml', readFileSync(path.join(system, 'folio-lab.xml')))
  for (const size of iconSizes)
    put(
      `usr/share/icons/hicolor/${size}x${size}/apps/folio-lab.png`,
      readFileSync(inProject(`build/package/icons/${size}x${size}.png`)),
    )
  put(
    'usr/share/icons/hicolor/scalable/apps/folio-lab.svg',
    readFileSync(inProject('build/package/icon.svg')),
  )
  put('usr/share/doc/folio-lab/copyright', copyrightText())
  put('usr/share/doc/folio-lab/changelog.gz', gzipSync(readFileSync(inProject('CHANGELOG.md')), { level: 9 }))
  put('usr/share/man/man1/folio-lab.1.gz', gzipSync(said('manual'), { level: 9 }))
  put('usr/share/bash-completion/completions/folio-lab', said('completion'))
  mkdirSync(path.join(tree, 'usr/bin'))
  symlinkSync(`/${installed}/folio-lab`, path.join(tree, 'usr/bin/folio-lab'))

  /**
   * @param {string} name
   * @param {string | Buffer} content
   */
  function put(name, content) {
    mkdirSync(path.dirname(path.join(tree, name)), { recursive: true })
    writeFileSync(path.join(tree, name), content, { mode: 0o644 })
  }
}

/**
 * What the command line says about itself.
 *
 * @param {string} command
 */
function said(command) {
  return execFileSync(projectNode, [inProject('engine/cli/main.ts'), command])
}

/**
 * @param {string} version
 * @param {string} architecture
 * @param {number} kibibytes
 */
function controlText(version, architecture, kibibytes) {
  const depends = [
    ...windowPackages.map(({ name, newer }) => (newer === undefined ? name : `${newer} | ${name}`)),
    'shared-mime-info',
  ]
  return [
    'Package: folio-lab',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: Folio Lab contributors',
    `Installed-Size: ${kibibytes}`,
    `Depends: ${depends.join(', ')}`,
    'Recommends: qemu-system-x86 | qemu-system',
    'Section: devel',
    'Priority: optional',
    'Description: measure what Linux pays to account for mappings of large folios',
    ' Folio Lab runs memory-management benchmarks against the running kernel, against',
    ' kernels in virtual machines, and against a model of every way to account for the',
    ' mappings of a large folio, and compares them with intervals. It has a window and',
    ' a command line, which share one library of runs.',
    '',
  ].join('\n')
}

function copyrightText() {
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: Folio Lab',
    '',
    'Files: *',
    'Copyright: Folio Lab contributors',
    'License: MIT',
    ...readFileSync(inProject('LICENSE'), 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => (line === '' ? ' .' : ` ${line}`)),
    '',
    `Comment: What the program contains has licences of its own: /${installed}/resources/licences,`,
    ` /${installed}/LICENSES.chromium.html and the About screen.`,
    '',
  ].join('\n')
}

/** @param {string} tree */
function kibibytesOf(tree) {
  const [size = '0'] = execFileSync('du', ['-sk', '--apparent-size', tree], { encoding: 'utf8' }).split('\t')
  return Number(size)
}

/**
 * @param {string} tree
 * @param {Date} date
 */
function setTimes(tree, date) {
  for (const name of readdirSync(tree, { recursive: true, encoding: 'utf8' }))
    lutimesSync(path.join(tree, name), date, date)
  lutimesSync(tree, date, date)
}
