import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// The floors, lowest first: a folder may import from itself and from those before it.
const floors = ["api", "lib", "components", "pages", "app"];

const floorRules = floors.map((floor, i) => ({
  files: [`src/${floor}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: floors.slice(i + 1).map((above) => ({
          group: [`**/${above}/**`, `**/${above}`],
          message: `src/${floor} stands below src/${above} and must not import it.`,
        })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist", "src/api/gen", "test-results", "playwright-report"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  hooks.configs.flat["recommended-latest"],
  a11y.flatConfigs.strict,
  {
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Log content is data, never markup.",
        },
        {
          selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]",
          message: "Log content is data, never markup.",
        },
      ],
    },
  },
  ...floorRules,
  {
    files: ["public/*.js", "scripts/*.mjs", "eslint.config.js"],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: { URL: "readonly", window: "readonly", document: "readonly", process: "readonly", console: "readonly" },
      parserOptions: { projectService: false, project: null },
    },
  },
);
