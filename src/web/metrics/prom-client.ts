// Imports by name, so that the bundler finds this CommonJS package's names (see scripts/build.ts).
export { Counter, Gauge, Registry } from "prom-client";
