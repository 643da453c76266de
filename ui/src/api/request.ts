import { ApiError } from "./errors";
import { ask, type Call } from "./http";
import { sessions, whoAmI } from "./session";

/**
 * The one way to data: [ask], made again after signing in when the session has
 * ended. The caller notices nothing but the time that takes.
 */
export async function request<T>(path: string, call: Call = {}): Promise<T> {
  for (;;) {
    await sessions.signedIn(call.signal);
    const made = sessions.get();
    try {
      return await ask<T>(path, call);
    } catch (cause) {
      if (!(cause instanceof ApiError) || cause.status !== 401) throw cause;
      // A refusal while the session goes on is not about the session, and signing in would not mend it.
      if (sessions.get() === made && (await whoAmI()) !== undefined && sessions.get() === made) throw cause;
      sessions.end(made);
    }
  }
}
