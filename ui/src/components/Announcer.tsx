import { createContext, useCallback, useContext, useState, type ReactElement, type ReactNode } from "react";

const Announce = createContext<(text: string) => void>(() => undefined);

/** Says a sentence to people who listen to the page; nothing is shown. */
export const useAnnounce = (): ((text: string) => void) => useContext(Announce);

export function AnnouncerProvider({ children }: { children: ReactNode }): ReactElement {
  const [said, setSaid] = useState({ text: "", turn: 0 });
  const say = useCallback((text: string) => setSaid((s) => ({ text, turn: s.turn + 1 })), []);
  return (
    <Announce value={say}>
      {children}
      <div className="sr" role="status" aria-live="polite">
        {/* The key makes the same sentence be read again. */}
        <span key={said.turn}>{said.text}</span>
      </div>
    </Announce>
  );
}
