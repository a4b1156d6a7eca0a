import tseslint from "typescript-eslint";

/** Types are checked along with the rules: promises that nobody waits for are the mistake that would hurt most here. */
export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "coverage/", "data/", "jest.config.js", "eslint.config.mjs"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "no-var": "error",
      "prefer-const": "error",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        // A default that names what is left is how closed lists are held: `satisfies never`.
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // Our objects are made of closures: no method of ours has a `this` to lose.
      "@typescript-eslint/unbound-method": "off",
      // Interfaces of stores, mailers and channels answer promises, also where an implementation has nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  // Types of packages that are ES modules only are named by `import()` with its mode, which the rule cannot follow.
  {
    files: ["src/faktur/pdf/open.ts"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
  { files: ["bench/**/*.ts", "scripts/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      // `expect.objectContaining` and `response.json()` are any in their own types.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      // A URL or a Request as text is what `fetch` is handed here.
      "@typescript-eslint/no-base-to-string": "off",
    },
  },
);
