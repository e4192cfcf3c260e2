/** Microseconds per call. */
export interface Figure {
  readonly min: number;
  readonly median: number;
}

/** Repetitions of `slice` milliseconds until `seconds` have gone by; a call longer than a slice is timed at least three times. */
export function timed(call: () => void, seconds: number, slice: number): Figure {
  const repetition = (calls: number): number => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    return (performance.now() - start) / calls;
  };
  const end = performance.now() + seconds * 1000;
  const one = repetition(1);
  const calls = Math.max(1, Math.floor(slice / one));
  const samples = calls === 1 ? [one] : [];
  do samples.push(repetition(calls));
  while (performance.now() < end || samples.length < 3);
  samples.sort((a, b) => a - b);
  return { min: samples[0]! * 1000, median: samples[samples.length >> 1]! * 1000 };
}
