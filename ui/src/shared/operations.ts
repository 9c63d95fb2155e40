/** Counts what the host is busy with on the user's behalf, so that background polling stays out of the way. */
let running = 0;

export async function asOperation<T>(work: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
  }
}

export const operationsRunning = () => running;
