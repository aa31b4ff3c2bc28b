/**
 * Room beside the library that lets the end of a run be written to a disk that
 * its samples have filled.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { reserveEnding } from '../files/library-parts.ts'

// Ending a run rewrites some pages of 4 KiB, each with a frame in the log.
const reserveBytes = 128 * 1024

/** Takes the room, unless it is taken or there is none left. */
export function keepReserve(file: string): void {
  const reserve = reserveOf(file)
  if (existsSync(reserve)) return
  try {
    // Not zeros, which a file system may not store.
    writeFileSync(reserve, Buffer.alloc(reserveBytes, 1), { flag: 'wx' })
  } catch {
    rmSync(reserve, { force: true }) // as full as this, the first sample fails and says so
  }
}

/** Gives the room back to the file system. */
export function releaseReserve(file: string): void {
  rmSync(reserveOf(file), { force: true })
}

function reserveOf(file: string): string {
  return file + reserveEnding
}
