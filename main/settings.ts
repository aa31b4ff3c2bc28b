import { Failure } from '../engine/contract/failure.ts'
import { initialSettings, Settings } from '../engine/contract/settings.ts'
import { readStored, writeStored } from './stored-value.ts'

/** The user's settings, in memory and in their file. */
export class SettingsStore {
  /** Where a file that could not be understood was moved to; null: there was none. */
  readonly setAside: string | null
  private readonly file: string
  private settings: Settings

  constructor(file: string) {
    this.file = file
    const stored = readStored(file, Settings, initialSettings)
    this.settings = stored.value
    this.setAside = stored.setAside
  }

  get(): Settings {
    return this.settings
  }

  set(settings: Settings): void {
    try {
      writeStored(this.file, settings)
    } catch (error) {
      throw new Failure(
        'not-permitted',
        `The settings could not be written to ${this.file}.`,
        'Make its folder writable and free some space on its disk, then change the setting again.',
        { cause: error },
      )
    }
    this.settings = settings
  }
}
