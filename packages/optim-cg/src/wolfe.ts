/** Step length by the strong Wolfe conditions on φ(α) = f(x + αd):
 *
 *    φ(α) ≤ φ(0) + c₁αφ′(0)   and   |φ′(α)| ≤ c₂|φ′(0)|,   0 < c₁ < c₂ < 1
 *
 *  Bracketing, then closing in with the minimiser of the cubic through both ends' values and slopes: Nocedal and Wright, Numerical Optimization
 *  (2006), algorithms 3.5 and 3.6 and eq. 3.59. */

/** One tried step length. */
export interface Trial {
  alpha: number;
  value: number;
  slope: number;
}

export interface WolfeSettings {
  readonly c1: number;
  readonly c2: number;
  /** Most trials. */
  readonly maxTrials: number;
}

/** Searches from φ(0) = `value`, φ′(0) = `slope` < 0 with `alpha` as the first trial. `probe(α, out)` must fill in φ(α) and φ′(α). Returns true with
 *  the accepted trial in `best`; false when none was found, `best` then being the lowest point seen with φ(α) < φ(0), or α = 0. */
export class WolfeSearch {
  readonly best: Trial = { alpha: 0, value: 0, slope: 0 };
  private readonly low: Trial = { alpha: 0, value: 0, slope: 0 };
  private readonly high: Trial = { alpha: 0, value: 0, slope: 0 };
  private readonly trial: Trial = { alpha: 0, value: 0, slope: 0 };

  search(probe: (alpha: number, out: Trial) => void, value: number, slope: number, alpha: number, settings: WolfeSettings): boolean {
    const { low, high, trial, best } = this;
    const { c1, c2 } = settings;
    set(low, 0, value, slope);
    set(best, 0, value, slope);
    let bracketed = false;
    let widthBefore = Infinity;
    let widthBeforeThat = Infinity;
    for (let k = 0; k < settings.maxTrials; k++) {
      trial.alpha = alpha;
      probe(alpha, trial);
      const finite = Number.isFinite(trial.value) && Number.isFinite(trial.slope);
      const decreased = finite && trial.value <= value + c1 * alpha * slope;
      if (decreased && Math.abs(trial.slope) <= -c2 * slope) {
        copy(best, trial);
        return true;
      }
      if (finite && trial.value < best.value) copy(best, trial);
      if (!finite) {
        // Outside of where f is defined: come back towards the last good point.
        set(high, alpha, Infinity, NaN);
        bracketed = true;
        alpha = low.alpha + (alpha - low.alpha) / 10;
        continue;
      }
      if (!bracketed) {
        if (!decreased || trial.value >= low.value || trial.slope >= 0) {
          copy(high, trial);
          if (decreased && trial.value < low.value) swap(low, high);
          bracketed = true;
        } else {
          // Still falling: go further, at least to the cubic's guess within 1.5 … 10 times as far.
          const next = cubicMinimiser(low, trial);
          const reach = alpha - low.alpha;
          const nearest = alpha + 0.5 * reach;
          const farthest = alpha + 9 * reach;
          copy(low, trial);
          alpha = next >= nearest && next <= farthest ? next : next < nearest ? nearest : farthest;
          continue;
        }
      } else if (!decreased || trial.value >= low.value) copy(high, trial);
      else {
        if (trial.slope * (high.alpha - low.alpha) >= 0) copy(high, low);
        copy(low, trial);
      }
      const width = Math.abs(high.alpha - low.alpha);
      if (!(width > 1e-16 * Math.abs(low.alpha)) || width === 0) return false;
      alpha = Number.isFinite(high.value) ? cubicMinimiser(low, high) : NaN;
      const margin = 0.05 * width;
      const least = Math.min(low.alpha, high.alpha);
      // Too close to an end, no guess, or shrinking too slowly: halve.
      if (!(alpha >= least + margin && alpha <= least + width - margin)) {
        const nearLow = Math.abs(alpha - low.alpha) < margin;
        alpha = nearLow ? low.alpha + 0.1 * (high.alpha - low.alpha) : (low.alpha + high.alpha) / 2;
      }
      if (width > 0.66 * widthBeforeThat) alpha = (low.alpha + high.alpha) / 2;
      widthBeforeThat = widthBefore;
      widthBefore = width;
    }
    return false;
  }
}

/** Minimiser of the cubic with these values and slopes at its two points; NaN when it has none. */
function cubicMinimiser(a: Trial, b: Trial): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.alpha - b.alpha);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return NaN;
  const d2 = Math.sign(b.alpha - a.alpha) * Math.sqrt(square);
  return b.alpha - (b.alpha - a.alpha) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
}

function set(out: Trial, alpha: number, value: number, slope: number): void {
  out.alpha = alpha;
  out.value = value;
  out.slope = slope;
}

function copy(out: Trial, from: Trial): void {
  set(out, from.alpha, from.value, from.slope);
}

function swap(a: Trial, b: Trial): void {
  const { alpha, value, slope } = a;
  copy(a, b);
  set(b, alpha, value, slope);
}
