import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "./errors";
import { request } from "./request";
import { SessionStore, sessions, signIn, takeUp, whoAmI, type Session } from "./session";

const alice: Session = { auth: "on", user: { name: "alice", roles: ["viewer"], superuser: false } };
const bob: Session = { auth: "on", user: { name: "bob", roles: [], superuser: false } };
const refused = { status: 401, error: { type: "security_exception", reason: "missing authentication credentials", root_cause: [] } };

/** A server: whether it knows a session, and what it was asked. */
class Server {
  known = true;
  calls: string[] = [];
  /** Answers 401 whatever the session. */
  stubborn = "";
  readonly fetch = vi.fn((path: string, init?: RequestInit): Promise<Response> => {
    this.calls.push(`${init?.method ?? "GET"} ${path}`);
    if (path === "/api/v1/session" && init?.method === "POST") return this.answer(200, alice);
    if (!this.known || path === this.stubborn) return this.answer(401, refused);
    return this.answer(200, path === "/api/v1/session" ? alice : { path });
  });

  private answer(status: number, body: object): Promise<Response> {
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  }
}

let server: Server;
/** Waits until the page asks for a password. */
const asked = (): Promise<void> => vi.waitFor(() => expect(sessions.get().is).toBe("out"));

beforeEach(() => {
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  sessions.begin(alice);
});
afterEach(() => vi.unstubAllGlobals());

describe("request", () => {
  it("waits when the session has ended, and is made again after signing in", async () => {
    server.known = false;
    const answers = Promise.all([request("/a"), request("/b", { body: {} })]);
    await asked();
    expect(sessions.get()).toEqual({ is: "out", before: alice });
    server.known = true;
    takeUp(alice);
    expect(await answers).toEqual([{ path: "/a" }, { path: "/b" }]);
  });

  it("sends nothing while nobody is signed in", async () => {
    sessions.end(sessions.get());
    const answer = request("/a");
    await Promise.resolve();
    expect(server.calls).toEqual([]);
    sessions.begin(alice);
    await answer;
    expect(server.calls).toEqual(["GET /a"]);
  });

  it("gives up when it is aborted meanwhile", async () => {
    sessions.end(sessions.get());
    const control = new AbortController();
    const answer = request("/a", { signal: control.signal });
    control.abort();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    await expect(request("/a", { signal: control.signal })).rejects.toMatchObject({ name: "AbortError" });
    sessions.begin(alice);
    await Promise.resolve();
    expect(server.calls).toEqual([]);
  });

  it("fails as it is when the session goes on all the same", async () => {
    server.stubborn = "/a";
    await expect(request("/a")).rejects.toMatchObject({ status: 401, message: "missing authentication credentials" });
    expect(sessions.get()).toEqual({ is: "in", session: alice });
  });

  it("does not end the session that began while it was under way", async () => {
    server.known = false;
    const answer = request("/a");
    sessions.begin(bob);
    server.known = true;
    expect(await answer).toEqual({ path: "/a" });
    expect(sessions.get()).toEqual({ is: "in", session: bob });
  });
});

describe("signIn", () => {
  it("gives the session that the browser has from then on", async () => {
    expect(await signIn("alice", "secret")).toEqual(alice);
    expect(server.calls).toEqual(["POST /api/v1/session", "GET /api/v1/session"]);
    expect(server.fetch.mock.calls[0]?.[1]?.body).toBe('{"username":"alice","password":"secret"}');
  });

  it("says when the browser keeps no cookies", async () => {
    server.known = false;
    await expect(signIn("alice", "secret")).rejects.toThrow("did not keep the session's cookie");
  });
});

describe("whoAmI", () => {
  it("is nobody after a 401, and no answer is no 401", async () => {
    server.known = false;
    expect(await whoAmI()).toBeUndefined();
    server.fetch.mockImplementation(() => Promise.reject(new TypeError("failed to fetch")));
    await expect(whoAmI()).rejects.toBeInstanceOf(ApiError);
  });
});

describe("takeUp", () => {
  const out = (before?: Session): SessionStore => {
    const store = new SessionStore();
    if (before !== undefined) store.begin(before);
    store.end(store.get());
    return store;
  };

  it.each([
    ["goes on for the same user", alice, alice, false],
    ["loads the page anew for another", alice, bob, true],
    ["loads the page anew when authentication was turned off", alice, { auth: "off" } satisfies Session, true],
    ["goes on when nobody was there before", undefined, bob, false],
  ])("%s", (_name, before, next, anew) => {
    const store = out(before);
    const reload = vi.fn();
    takeUp(next, store, reload);
    expect(reload).toHaveBeenCalledTimes(anew ? 1 : 0);
    expect(store.get().is).toBe(anew ? "out" : "in");
  });
});
