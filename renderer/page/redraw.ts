/**
 * Milliseconds between two paintings of a run under way: painting takes memory
 * bandwidth from what is measured.
 */
export const redrawMs = 500
