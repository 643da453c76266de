import { useSyncExternalStore } from "react";
import { sessions, type SessionState } from "../api/session";

export function useSession(): SessionState {
  return useSyncExternalStore(sessions.subscribe, sessions.get);
}
