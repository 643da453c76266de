/** Where a call failed: on the way, in the answer's shape, or in the server's judgement. */
export type ApiErrorKind = "network" | "malformed" | "refused";

/**
 * The one error that every call of this folder throws. An abort is not an error
 * of ours: it passes through as the DOMException that the browser throws.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly kind: ApiErrorKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Elasticsearch's error type; empty when the answer had none. */
  readonly type: string;
  /** The reasons from the outermost to the root, each once. */
  readonly reasons: readonly string[];
  /** What was called, for the person who reports the failure. */
  readonly call: string;

  constructor(init: { kind: ApiErrorKind; status: number; type: string; reasons: string[]; call: string }) {
    super(init.reasons[init.reasons.length - 1] ?? init.type);
    this.kind = init.kind;
    this.status = init.status;
    this.type = init.type;
    this.reasons = init.reasons;
    this.call = init.call;
  }

  /** All that is known, as text for the clipboard. */
  details(): string {
    const head = `${this.call}\n${this.status === 0 ? "no answer" : `HTTP ${this.status}`} ${this.type}`.trim();
    return [head, ...this.reasons].join("\n");
  }
}

type Body = Record<string, unknown>;

function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Collects `reason` from an Elasticsearch error: outermost first, then failed shards, then causes. */
function collect(error: Body, into: Set<string>): void {
  const reason = text(error["reason"]);
  if (reason !== "") into.add(reason);
  const shards = error["failed_shards"];
  if (Array.isArray(shards)) {
    for (const shard of shards as unknown[]) {
      if (isBody(shard) && isBody(shard["reason"])) collect(shard["reason"], into);
    }
  }
  if (isBody(error["caused_by"])) collect(error["caused_by"], into);
}

/**
 * Reads an Elasticsearch error body
 * (https://www.elastic.co/guide/en/elasticsearch/reference/8.19/common-options.html#common-options-error-options).
 * A body of another shape gives an error too, named by its status.
 */
export function fromBody(body: unknown, status: number, call: string): ApiError {
  const error = isBody(body) ? body["error"] : undefined;
  const reasons = new Set<string>();
  let type = "";
  if (isBody(error)) {
    type = text(error["type"]);
    collect(error, reasons);
  } else if (text(error) !== "") {
    reasons.add(text(error));
  }
  if (reasons.size === 0) reasons.add(`the server answered ${status}`);
  return new ApiError({ kind: "refused", status, type, reasons: [...reasons], call });
}
