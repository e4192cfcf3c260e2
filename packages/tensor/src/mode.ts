let enabled = true;

/** Whether operations on tracked tensors are recorded for differentiation. */
export const isGradEnabled = (): boolean => enabled;

function withMode<T>(value: boolean, body: () => T): T {
  const before = enabled;
  enabled = value;
  try {
    return body();
  } finally {
    enabled = before;
  }
}

/** Runs `body` without recording: its results do not depend on anything as far as differentiation goes. */
export function noGrad<T>(body: () => T): T {
  return withMode(false, body);
}

/** Runs `body` with recording switched on, also inside noGrad. */
export function enableGrad<T>(body: () => T): T {
  return withMode(true, body);
}
