/** Why nothing can be taken out of a package, as the second half of a sentence. */
export class UnusablePackage extends Error {}
