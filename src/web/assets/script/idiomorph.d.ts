/** The library stands before the modules in the same file (page-script.ts). */
declare const Idiomorph: typeof import("idiomorph").Idiomorph;
