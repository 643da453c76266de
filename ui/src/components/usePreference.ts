import { useCallback, useSyncExternalStore } from "react";

const changed = "vedette-preference";

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(`vedette-${key}`);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("storage", listener);
  window.addEventListener(changed, listener);
  return () => {
    window.removeEventListener("storage", listener);
    window.removeEventListener(changed, listener);
  };
}

/**
 * A choice that belongs to the person and not to the link: remembered in this
 * browser, the same in all its tabs. `parse` gives undefined for what it does
 * not know, and the fallback is taken then.
 */
export function usePreference<T extends string | number>(
  key: string,
  fallback: T,
  parse: (text: string) => T | undefined,
): [T, (value: T) => void] {
  const text = useSyncExternalStore(subscribe, () => read(key), () => null);
  const value = text === null ? fallback : (parse(text) ?? fallback);
  const set = useCallback(
    (next: T) => {
      try {
        window.localStorage.setItem(`vedette-${key}`, String(next));
      } catch {
        // Blocked storage: the choice holds for nothing, and nothing breaks.
      }
      window.dispatchEvent(new Event(changed));
    },
    [key],
  );
  return [value, set];
}
