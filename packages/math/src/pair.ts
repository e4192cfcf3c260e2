/** Where a kernel leaves its result in two parts, leading part and rest; read at once, before another kernel runs. */
export const pair = new Float64Array(2);
