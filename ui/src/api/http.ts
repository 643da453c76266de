import { ApiError, fromBody } from "./errors";

export interface Call {
  method?: "GET" | "POST" | "DELETE";
  /** Sent as JSON; a string is sent as NDJSON. */
  body?: unknown;
  /** Aborting closes the connection, and the server then stops its work. */
  signal?: AbortSignal | undefined;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}

async function send(path: string, call: Call, name: string): Promise<Response> {
  const init: RequestInit = {
    method: call.method ?? (call.body === undefined ? "GET" : "POST"),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: call.signal ?? null,
  };
  if (call.body !== undefined) {
    const ndjson = typeof call.body === "string";
    init.headers = { Accept: "application/json", "Content-Type": ndjson ? "application/x-ndjson" : "application/json" };
    init.body = ndjson ? (call.body as string) : JSON.stringify(call.body);
  }
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError({ kind: "network", status: 0, type: "", reasons: ["the server cannot be reached"], call: name });
  }
}

/**
 * One call to the server. It answers with the JSON body of a success and
 * throws [ApiError] for everything else, except an abort, which passes as it is.
 * The caller vouches for `T`; nothing is validated here. What needs a session
 * goes through request.ts.
 */
export async function ask<T>(path: string, call: Call = {}): Promise<T> {
  const name = `${call.method ?? (call.body === undefined ? "GET" : "POST")} ${path}`;
  const response = await send(path, call, name);
  let body: unknown;
  try {
    body = await response.json();
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    const reason = response.ok ? "the answer is not JSON" : `the server answered ${response.status}`;
    throw new ApiError({ kind: "malformed", status: response.status, type: "", reasons: [reason], call: name });
  }
  if (!response.ok) throw fromBody(body, response.status, name);
  return body as T;
}
