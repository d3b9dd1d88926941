// Loaded by name here, so that the bundle finds the names of this CommonJS package (see scripts/build.ts).
export { isMap, isScalar, LineCounter, parseDocument } from "yaml";
