// The pages' script as it is installed, minified (P8).

import { transform } from "esbuild";
import { readPageScript } from "../src/web/assets/script/page-script.ts";

export async function minifiedScript(): Promise<string> {
  const { library, own } = readPageScript();
  const { code } = await transform(own, { minify: true, format: "esm", target: "es2022" });
  return `${library}\n${code}`;
}
