/**
 * A number with its sign, as plain text has it: `+13.4`, `-2.1`; what rounds to zero has no sign.
 */
export function signedText(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals)
  if (Number(text) === 0) return text
  return (value < 0 ? '-' : '+') + text
}
