// The projects of one configuration: unit tests stand beside the code, the others under tests/.
const base = {
  // Not in the temporary folder, which every run has again.
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "es6" }, sourceMaps: "inline" },
    ],
  },
  modulePathIgnorePatterns: ["<rootDir>/docker/agent/node_modules"],
};

export default {
  // What is waited for has its own limits; Jest's 5 s would only say that the machine was busy.
  testTimeout: 300_000,
  projects: [
    {
      ...base,
      displayName: "unit",
      testMatch: [
        "<rootDir>/{contracts,domain,db,adapters,activities,workflows,workers,api,cli,docker,scripts,bench}/**/*.test.ts",
      ],
    },
    {
      ...base,
      displayName: "ui",
      testEnvironment: "jsdom",
      testMatch: ["<rootDir>/ui/src/**/*.test.{ts,tsx}"],
      extensionsToTreatAsEsm: [".ts", ".tsx"],
      setupFilesAfterEnv: ["<rootDir>/ui/testing/jsdom-setup.ts"],
      moduleNameMapper: { "\\.css$": "<rootDir>/ui/testing/css-module.ts" },
      transform: {
        ...base.transform,
        "^.+\\.tsx$": [
          "@swc/jest",
          {
            jsc: {
              parser: { syntax: "typescript", tsx: true },
              transform: { react: { runtime: "automatic" } },
              target: "es2023",
            },
            module: { type: "es6" },
            sourceMaps: "inline",
          },
        ],
      },
    },
    {
      ...base,
      displayName: "integration",
      testMatch: ["<rootDir>/tests/{integration,replay}/**/*.test.ts"],
      globalSetup: "<rootDir>/tests/support/core/global-setup.ts",
      globalTeardown: "<rootDir>/tests/support/core/global-teardown.ts",
    },
    {
      ...base,
      displayName: "fuzz",
      testMatch: ["<rootDir>/tests/fuzz/**/*.test.ts"],
      globalSetup: "<rootDir>/tests/support/core/global-setup.ts",
      globalTeardown: "<rootDir>/tests/support/core/global-teardown.ts",
    },
    {
      ...base,
      displayName: "browser",
      testMatch: ["<rootDir>/tests/browser/**/*.test.ts"],
      globalSetup: "<rootDir>/tests/support/core/global-setup.ts",
      globalTeardown: "<rootDir>/tests/support/core/global-teardown.ts",
    },
    {
      ...base,
      displayName: "e2e",
      testMatch: ["<rootDir>/tests/e2e/**/*.test.ts"],
    },
  ],
};
