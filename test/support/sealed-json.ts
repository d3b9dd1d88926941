import { writeSealedJson } from "../../src/adapters/snapshot-file/sealed-json.ts";

/** The bytes of a sealed file, by way of a file in memory. */
export async function sealJson(value: object): Promise<Buffer> {
  let content = Buffer.alloc(0);
  const unused = async () => {};
  const file = {
    write: async (bytes: Buffer, position: number) => {
      const longer = Buffer.alloc(Math.max(content.length, position + bytes.length));
      content.copy(longer);
      bytes.copy(longer, position);
      content = longer;
    },
    writeFile: unused,
    sync: unused,
    chmod: unused,
    close: unused,
  };
  await writeSealedJson(file, value);
  return content;
}
