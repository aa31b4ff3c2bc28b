/**
 * Where a run is from; `imported-calibration`: from a file whose calibration the user lets
 * count as one of this lab.
 */
export type RunOrigin = 'measured' | 'imported' | 'imported-calibration'
