import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnApplicationShutdown } from '@nestjs/common';

/**
 * A directory that one process at a time may use: two embedded databases on the same files would destroy them. A lock
 * file with the process id says whose it is; one that a killed process left behind is taken over.
 */
export class DataDirectory implements OnApplicationShutdown {
  private constructor(private readonly directory: string) {}

  static async open(directory: string): Promise<DataDirectory> {
    await mkdir(directory, { recursive: true });
    const opened = new DataDirectory(directory);
    await opened.lock();
    return opened;
  }

  /** The path of a file or directory inside. */
  pathOf(name: string): string {
    return join(this.directory, name);
  }

  /** The last of all to shut down, its module being global: who used the files has closed them by now. */
  async onApplicationShutdown(): Promise<void> {
    await rm(this.pathOf('lock'), { force: true });
  }

  private async lock(): Promise<void> {
    const lock = this.pathOf('lock');
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(lock, 'utf8'));
      if (isAnotherLivingProcess(owner)) {
        throw new Error(
          `${this.directory} is in use by process ${owner}. Stop that, or set DATA_DIR to another directory. ` +
            `If that process is something else, remove ${lock}.`,
          { cause: error },
        );
      }
      await writeFile(lock, String(process.pid));
    }
  }
}

function isAnotherLivingProcess(pid: number): boolean {
  // The own id means a predecessor: in a container every incarnation of an app tends to be process 1.
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
