/**
 * What is chosen once `name` is ticked or no longer, in the order in which all are offered.
 */
export function withChoice<Name extends string>(
  offered: readonly Name[],
  chosen: readonly Name[],
  name: Name,
  isChosen: boolean,
): readonly Name[] {
  return offered.filter(other => (other === name ? isChosen : chosen.includes(other)))
}
