// The real file system with a fault at a chosen call: an error once or forever, or the process's death there.

import {
  type AtomicFileSystem,
  nodeFileSystem,
  type OpenFile,
} from "../../src/adapters/file-system/atomic-write.ts";

export type Fault =
  | { readonly kind: "error"; readonly code: string; readonly at: number; readonly times: number }
  /** From this call on nothing happens any more; a write that is hit has written `share` of its bytes. */
  | { readonly kind: "death"; readonly at: number; readonly share: number };

export type TracedFileSystem = AtomicFileSystem & {
  /** Names of the calls made, in order: the file or folder by its role. */
  readonly calls: string[];
};

export function createFailingFileSystem(fault: Fault | null = null): TracedFileSystem {
  const calls: string[] = [];

  /** Throws when the fault hits this call; `atDeath` is what a dying process still gets done. */
  async function meet(
    call: string,
    atDeath: (share: number) => Promise<void> = async () => {},
  ): Promise<void> {
    const number = calls.push(call) - 1;
    if (fault === null || number < fault.at) return;
    if (fault.kind === "error" && number < fault.at + fault.times) {
      throw Object.assign(new Error(`${fault.code}: ${call}`), { code: fault.code, syscall: call });
    }
    if (fault.kind === "death") {
      if (number === fault.at) await atDeath(fault.share);
      throw Object.assign(new Error("the process is dead"), { code: "DEAD" });
    }
  }

  function trace(file: OpenFile, role: string): OpenFile {
    return {
      write: async (bytes, position) => {
        const part = (share: number) =>
          file.write(bytes.subarray(0, Math.floor(bytes.length * share)), position);
        if (fault?.kind === "error" && fault.at === calls.length) await part(0.5);
        await meet(`write ${role}`, part);
        await file.write(bytes, position);
      },
      writeFile: async (text) => {
        const part = (share: number) => file.writeFile(text.slice(0, Math.floor(text.length * share)));
        // A full disk takes what still fits before it says so.
        if (fault?.kind === "error" && fault.at === calls.length) await part(0.5);
        await meet(`write ${role}`, part);
        await file.writeFile(text);
      },
      sync: async () => {
        await meet(`sync ${role}`);
        await file.sync();
      },
      chmod: async (mode) => {
        await meet(`chmod ${role}`);
        await file.chmod(mode);
      },
      close: async () => {
        // A descriptor is free after close, whatever close says.
        await file.close();
        await meet(`close ${role}`);
      },
    };
  }

  return {
    calls,
    open: async (path, flags, mode) => {
      const role = flags === "r" ? "folder" : "temporary";
      await meet(`open ${role}`);
      return trace(await nodeFileSystem.open(path, flags, mode), role);
    },
    rename: async (from, to) => {
      await meet("rename");
      await nodeFileSystem.rename(from, to);
    },
    unlink: async (path) => {
      await meet("unlink");
      await nodeFileSystem.unlink(path);
    },
    readdir: async (folder) => {
      await meet("list");
      return nodeFileSystem.readdir(folder);
    },
  };
}
