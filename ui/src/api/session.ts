import { ApiError } from "./errors";
import type { components } from "./gen/console";
import { ask } from "./http";

export type Session = components["schemas"]["Session"];

/** `in` is a session, or a server that asks for none. `out` knows whose session ended while the page was open. */
export type SessionState = { is: "unknown" } | { is: "in"; session: Session } | { is: "out"; before?: Session };

/** Whose page this is. Calls wait here while nobody is signed in. */
export class SessionStore {
  private state: SessionState = { is: "unknown" };
  private listeners = new Set<() => void>();

  readonly get = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  begin(session: Session): void {
    this.set({ is: "in", session });
  }

  /** Ends the session that a call was made in; a newer one goes on. */
  end(of: SessionState): void {
    if (this.state === of) this.set(of.is === "in" ? { is: "out", before: of.session } : { is: "out" });
  }

  /** Waits for the end of `out`; an abort passes as fetch's would. */
  async signedIn(signal: AbortSignal | undefined): Promise<void> {
    while (this.state.is === "out") {
      await new Promise<void>((resolve, reject) => {
        const stop = this.subscribe(() => settle(resolve));
        const abort = (): void => settle(() => reject(new DOMException("aborted", "AbortError")));
        const settle = (how: () => void): void => {
          stop();
          signal?.removeEventListener("abort", abort);
          how();
        };
        signal?.addEventListener("abort", abort);
        if (signal?.aborted === true) abort();
      });
    }
  }

  private set(state: SessionState): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}

export const sessions = new SessionStore();

const path = "/api/v1/session";

/** The session of this browser, or undefined when there is none. */
export async function whoAmI(): Promise<Session | undefined> {
  try {
    return await ask<Session>(path);
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 401) return undefined;
    throw cause;
  }
}

/** Begins a session on the server. The page does not go on with it yet: see [takeUp]. */
export async function signIn(username: string, password: string): Promise<Session> {
  await ask<Session>(path, { body: { username, password } });
  const session = await whoAmI();
  if (session !== undefined) return session;
  const reasons = ["the browser did not keep the session's cookie: allow cookies for this address"];
  throw new ApiError({ kind: "malformed", status: 0, type: "", reasons, call: `POST ${path}` });
}

/** Ends the session on the server. Whoever calls it loads the page anew, so that nothing stays that was seen. */
export async function signOut(): Promise<void> {
  await ask<Session>(path, { method: "DELETE" });
}

/** Goes on with a session, where the page was. What another user saw and typed must not be shown: then the page is loaded anew. */
export function takeUp(session: Session, store = sessions, reload = (): void => window.location.reload()): void {
  const state = store.get();
  const before = state.is === "out" ? state.before : undefined;
  if (before !== undefined && before.user?.name !== session.user?.name) reload();
  else store.begin(session);
}
