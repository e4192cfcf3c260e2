// Lint rules of our own: what makes a run a function of (code, config, seed). ESLint's rule interface.

/** Functions and constants of Math whose result the language fixes to the bit. */
const exact = new Set("sqrt fround abs floor ceil trunc sign min max imul clz32 round E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2".split(" "));

const isGlobal = (context, node) => {
  for (let scope = context.sourceCode.getScope(node); scope; scope = scope.upper) {
    const variable = scope.set.get(node.name);
    if (variable && variable.defs.length > 0) return false;
  }
  return true;
};

/** True where an identifier is a use of a value, not a property name, a declaration or a type. */
const isUse = (node) => {
  const parent = node.parent;
  if (!parent || parent.type.startsWith("TS"))
    return parent?.type === "TSAsExpression" || parent?.type === "TSNonNullExpression" || parent?.type === "TSSatisfiesExpression";
  if (parent.type === "MemberExpression") return parent.object === node || parent.computed || parent.object.name === "globalThis";
  if (parent.type === "Property") return parent.value === node;
  return !["ImportSpecifier", "ImportDefaultSpecifier", "ExportSpecifier", "MethodDefinition", "PropertyDefinition"].includes(parent.type);
};

const integer = (node) => {
  if (node.type === "UnaryExpression" && node.operator === "-") {
    const value = integer(node.argument);
    return value === undefined ? undefined : -value;
  }
  return node.type === "Literal" && typeof node.value === "number" && Number.isInteger(node.value) ? node.value : undefined;
};

/** Powers that every engine gets right: of two, or integers whose power is an exact integer; and BigInt. */
const exactPower = (left, right) => {
  if (left.type === "Literal" && typeof left.value === "bigint") return true;
  const base = integer(left);
  const exponent = integer(right);
  if (base === undefined || exponent === undefined) return false;
  return Math.abs(base) === 2
    ? exponent >= -1074 && exponent <= 1023
    : exponent >= 0 && Math.abs(base ** exponent) <= Number.MAX_SAFE_INTEGER;
};

const exactMath = {
  meta: { type: "problem", docs: { description: "Only functions of Math that give the same bits in every engine." } },
  create(context) {
    return {
      Identifier(node) {
        if (node.name !== "Math" || !isUse(node) || !isGlobal(context, node)) return;
        const parent = node.parent;
        const names =
          parent.type === "MemberExpression" && parent.object === node && !parent.computed
            ? [parent.property.name]
            : parent.type === "VariableDeclarator" && parent.id.type === "ObjectPattern"
              ? parent.id.properties.map((property) => property.key?.name)
              : [undefined];
        for (const name of names) {
          if (name === undefined)
            context.report({ node, message: "Math is used as a value: name the function, so that this rule can see that it is exact." });
          else if (name === "random")
            context.report({ node, message: "Math.random has no seed: draw from a Generator of @rl/random that the caller gives." });
          else if (!exact.has(name))
            context.report({ node, message: `Math.${name} gives different bits in different engines: use ${name} of @rl/math.` });
        }
      },
      "BinaryExpression[operator='**']"(node) {
        if (!exactPower(node.left, node.right))
          context.report({ node, message: "** gives different bits in different engines: multiply, or use pow of @rl/math." });
      },
      "AssignmentExpression[operator='**=']"(node) {
        context.report({ node, message: "**= gives different bits in different engines: multiply, or use pow of @rl/math." });
      },
    };
  },
};

const clocks = new Set(["Date", "performance", "setTimeout", "setInterval", "setImmediate"]);
const noClock = {
  meta: { type: "problem", docs: { description: "No clock and no unseeded randomness: a run is a function of code, config and seed." } },
  create(context) {
    return {
      Identifier(node) {
        if (clocks.has(node.name) && isUse(node) && isGlobal(context, node))
          context.report({
            node,
            message: `${node.name} makes a result depend on time: let the caller pass the time in, or move this to an app.`,
          });
        if (node.name === "crypto" && isUse(node) && isGlobal(context, node))
          context.report({ node, message: "crypto has no seed: draw from a Generator of @rl/random that the caller gives." });
      },
    };
  },
};

const noExportStar = {
  meta: { type: "problem", docs: { description: "Every public name is written out." } },
  create(context) {
    return { ExportAllDeclaration: (node) => context.report({ node, message: "export * hides what is public: name each export." }) };
  },
};

export default { meta: { name: "rl" }, rules: { "exact-math": exactMath, "no-clock": noClock, "no-export-star": noExportStar } };
