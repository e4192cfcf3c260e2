/** The order in which values came to be: every record of one has a number, and inputs have smaller ones than results. */
let last = 0;

export const nextCreatorId = (): number => ++last;

/** The number of the newest creator; all later ones have larger numbers. */
export const lastCreatorId = (): number => last;
