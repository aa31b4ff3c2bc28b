import type { libraryApi } from '../engine/contract/api.ts'
import { Failure, toFailureRecord, type FailureRecord } from '../engine/contract/failure.ts'
import type { Connection } from '../engine/contract/ipc/connect.ts'

/** What went wrong while the application started, kept until a window takes it. */
export class StartNotices {
  /** The library, of which the connection is another one after each restart. */
  private readonly source: Readonly<{ connection: Connection<typeof libraryApi> }>
  private waiting: FailureRecord[] = []
  private isLibraryAsked = false

  constructor(source: StartNotices['source'], settingsSetAside: string | null) {
    this.source = source
    if (settingsSetAside !== null) this.add(settingsFailure(settingsSetAside))
  }

  async take(): Promise<FailureRecord[]> {
    if (!this.isLibraryAsked) {
      this.isLibraryAsked = true
      await this.askLibrary()
    }
    const taken = this.waiting
    this.waiting = []
    return taken
  }

  private async askLibrary(): Promise<void> {
    try {
      const { recovered, isReadOnly, path } = await this.source.connection.call.location()
      if (isReadOnly) this.add(readOnlyFailure(path))
      if (recovered !== null) this.add(libraryFailure(recovered))
    } catch (error) {
      this.add(error) // it could not be opened at all
    }
  }

  private add(error: unknown): void {
    this.waiting.push(toFailureRecord(error))
  }
}

function settingsFailure(setAside: string): Failure {
  return new Failure(
    'bad-input',
    'The settings could not be read, so all settings are at their defaults.',
    `The old file is kept as ${setAside}.`,
  )
}

function readOnlyFailure(file: string): Failure {
  return new Failure(
    'library-not-writable',
    `The library ${file} is read-only here: it can be looked at, but nothing can be stored in it.`,
    'Make the file and its folder writable for you, then start Folio Lab again.',
  )
}

function libraryFailure(setAside: string): Failure {
  return new Failure(
    'library-damaged',
    `The library was damaged, so a new one was created. The damaged file is kept as ${setAside}.`,
    `To get runs out of it:  sqlite3 '${setAside}' .recover | sqlite3 recovered.sqlite`,
  )
}
