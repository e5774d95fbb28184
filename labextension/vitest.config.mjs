import { defineConfig } from 'vitest/config';

// The time-out is for a machine that does something else at the same time.
export default defineConfig({ test: { include: ['src/**/*.spec.ts'], testTimeout: 120_000 } });
