// Loads a file of the application that is not part of the first page load.

/**
 * Retries a failed load once: a browser aborts its requests when the machine joins or leaves a network, and the next attempt
 * succeeds. It does not retry without a connection, or after a missing style sheet, which Vite's loader then considers loaded.
 */
export async function loadFile<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const isStyle = error instanceof Error && error.message.startsWith("Unable to preload CSS");
    if (!navigator.onLine || isStyle) throw error;
    return await load();
  }
}
