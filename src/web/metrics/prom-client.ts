// Loaded by name here, so that the bundle finds the names of this CommonJS package (see scripts/build.ts).
export { Counter, Gauge, Registry } from "prom-client";
