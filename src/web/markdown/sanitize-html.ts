// Imports by name, so that the bundler finds this CommonJS package's names (see scripts/build.ts).
export { default as sanitizeHtml } from "sanitize-html";
