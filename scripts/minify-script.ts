// The pages' scripts as they are installed, minified (P8).

import { transform } from "esbuild";
import { readNotifyScript } from "../src/web/assets/notify/notify-script.ts";
import { readPageScript } from "../src/web/assets/script/page-script.ts";

export async function minifiedScript(): Promise<string> {
  const { library, own } = readPageScript();
  return `${library}\n${await minified(own)}`;
}

export function minifiedNotifyScript(): Promise<string> {
  return minified(readNotifyScript());
}

async function minified(source: string): Promise<string> {
  const { code } = await transform(source, { minify: true, format: "esm", target: "es2022" });
  return code;
}
