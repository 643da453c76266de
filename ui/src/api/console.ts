import type { components } from "./gen/console";
import { request } from "./request";

type Schemas = components["schemas"];
export type Status = Schemas["Status"];
export type Ingest = Schemas["Ingest"];
export type Source = Schemas["Source"];
export type Storage = Schemas["Storage"];

export const getStatus = (signal?: AbortSignal): Promise<Status> => request("/api/v1/status", { signal });
export const getIngest = (signal?: AbortSignal): Promise<Ingest> => request("/api/v1/ingest", { signal });
export const getStorage = (signal?: AbortSignal): Promise<Storage> => request("/api/v1/storage", { signal });
