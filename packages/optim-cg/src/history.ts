import { zerosLike, type Vector } from "./vectors.ts";

/** The residuals of a solve. In exact arithmetic each new residual is M⁻¹-orthogonal to all earlier ones; rounding loses that, which is why
 *  plain conjugate gradients need more than n steps. Taking the components along the stored residuals out again keeps the n-step property.
 *  Costs 2 · n · k operations at step k and room for n · limit numbers (twice that with a preconditioner). */
export class ResidualHistory<V extends Vector> {
  private readonly n: number;
  private readonly limit: number;
  private readonly residuals: V;
  /** M⁻¹rⱼ, the same array as `residuals` without a preconditioner. */
  private readonly images: V;
  private readonly squares: Float64Array;
  private count = 0;

  constructor(like: V, limit: number, preconditioned: boolean) {
    this.n = like.length;
    this.limit = limit;
    this.residuals = zerosLike(like, this.n * limit);
    this.images = preconditioned ? zerosLike(like, this.n * limit) : this.residuals;
    this.squares = new Float64Array(limit);
  }

  /** True when this history has room for a solve of that many steps. */
  fits(n: number, limit: number, preconditioned: boolean): boolean {
    return this.n === n && this.limit >= limit && preconditioned === (this.images !== this.residuals);
  }

  clear(): void {
    this.count = 0;
  }

  /** Stores r, z = M⁻¹r and rᵀz; nothing when the room is used up. */
  push(r: V, z: V, rz: number): void {
    if (this.count === this.limit) return;
    const at = this.count * this.n;
    this.residuals.set(r, at);
    if (this.images !== this.residuals) this.images.set(z, at);
    this.squares[this.count++] = rz;
  }

  /** r ← r − Σⱼ (zⱼᵀr / rⱼᵀzⱼ) rⱼ, one stored residual after the other (modified Gram–Schmidt). */
  project(r: V): void {
    const { n, residuals, images } = this;
    for (let j = 0; j < this.count; j++) {
      const at = j * n;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += images[at + i]! * r[i]!;
      const share = sum / this.squares[j]!;
      for (let i = 0; i < n; i++) r[i] = r[i]! - share * residuals[at + i]!;
    }
  }
}
