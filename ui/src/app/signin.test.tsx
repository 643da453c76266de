import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactElement } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { request } from "../api/request";
import { sessions, type Session } from "../api/session";
import { ExposureStrip } from "./ExposureStrip";
import { Gate } from "./Gate";
import { SignInForm } from "./SignInForm";
import { UserMenu } from "./UserMenu";

const alice: Session = { auth: "on", user: { name: "alice", roles: ["viewer", "editor"], superuser: false } };

interface Answer {
  status: number;
  body?: object;
}
const refused = (status: number, reason: string): Answer => ({ status, body: { status, error: { type: "security_exception", reason, root_cause: [] } } });

/** Plays the server: the answer to each method of /api/v1/session, or none at all. */
function serve(answers: Partial<Record<"GET" | "POST" | "DELETE", Answer | "lost">>): ReturnType<typeof vi.fn> {
  const fetched = vi.fn((_path: string, init?: RequestInit) => {
    const answer = answers[(init?.method ?? "GET") as "GET"];
    if (answer === undefined || answer === "lost") return Promise.reject(new TypeError("failed to fetch"));
    return Promise.resolve(new Response(JSON.stringify(answer.body ?? {}), { status: answer.status }));
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}
const ok = (body: object): Answer => ({ status: 200, body });

beforeEach(() => {
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
});
afterEach(() => vi.unstubAllGlobals());

const field = (name: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(name);
function typeAndSend(password: string): void {
  fireEvent.change(field("User name"), { target: { value: "alice" } });
  fireEvent.change(field("Password"), { target: { value: password } });
  fireEvent.submit(field("Password"));
}

describe("SignInForm", () => {
  it("hands out the session, and asks for it once however often it is sent", async () => {
    const fetched = serve({ POST: ok(alice), GET: ok(alice) });
    const got = vi.fn();
    render(<SignInForm before={undefined} onSignedIn={got} />);
    expect(document.activeElement).toBe(field("User name"));
    typeAndSend("secret");
    fireEvent.submit(field("Password"));
    await waitFor(() => expect(got).toHaveBeenCalledWith(alice));
    expect(fetched.mock.calls.filter(([, init]) => (init as RequestInit).method === "POST")).toHaveLength(1);
  });

  it.each<[string, Answer | "lost", string, boolean]>([
    ["wrong credentials, and not which", refused(401, "unable to authenticate user [alice]"), "User name or password is wrong.", true],
    ["too many tries, and what to do", refused(429, "too many wrong passwords for user [alice]: try again in [30] seconds"), "Too many wrong passwords for user alice: try again in 30 seconds.", false],
    ["a lost server", "lost", "The server cannot be reached. Try again.", false],
    ["a fault", refused(500, "an internal error occurred"), "Signing in failed: an internal error occurred.", false],
  ])("says %s", async (_name, answer, want, wrong) => {
    serve({ POST: answer });
    render(<SignInForm before={undefined} onSignedIn={vi.fn()} />);
    typeAndSend("guess");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe(want));
    expect(field("Password").value).toBe("guess");
    expect(document.activeElement).toBe(field("Password"));
    expect(field("Password").getAttribute("aria-invalid")).toBe(wrong ? "true" : null);
    expect(screen.getByRole("button", { name: "Sign in" })).toBeTruthy();
  });

  it("knows who was there before", () => {
    render(<SignInForm before="alice" onSignedIn={vi.fn()} />);
    expect(field("User name").value).toBe("alice");
    expect(document.activeElement).toBe(field("Password"));
    expect(screen.getByText(/session has ended/)).toBeTruthy();
  });
});

describe("Gate", () => {
  const page = <Gate><input aria-label="Draft" /></Gate>;
  /** A session store that has not asked yet, as at the load of the page. */
  const fresh = (): void => {
    Reflect.set(sessions, "state", { is: "unknown" });
  };
  beforeEach(fresh);

  it("lets the page begin when there is a session, or none is needed", async () => {
    serve({ GET: ok({ auth: "off" }) });
    render(page);
    expect(screen.queryByLabelText("Draft")).toBeNull();
    expect(await screen.findByLabelText("Draft")).toBeTruthy();
  });

  it("asks for a password first when there is none", async () => {
    serve({ GET: { status: 401, body: {} } });
    render(page);
    await screen.findByLabelText("User name");
    expect(screen.queryByLabelText("Draft")).toBeNull();
    expect(document.title).toBe("Sign in · Vedette");
    serve({ POST: ok(alice), GET: ok(alice) });
    typeAndSend("secret");
    expect(await screen.findByLabelText("Draft")).toBeTruthy();
  });

  it("covers a page whose session ends, and gives it back as it was", async () => {
    serve({ GET: ok(alice) });
    render(page);
    fireEvent.change(await screen.findByLabelText("Draft"), { target: { value: "half typ" } });
    serve({ GET: { status: 401, body: {} } });
    const answer = request("/api/v1/status");
    const dialog = await screen.findByRole("dialog", { name: "Sign in" });
    fireEvent(dialog, new Event("close")); // the second Escape
    expect((dialog as HTMLDialogElement).open).toBe(true);
    serve({ POST: ok(alice), GET: ok(alice) });
    typeAndSend("secret");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByLabelText<HTMLInputElement>("Draft").value).toBe("half typ");
    expect(await answer).toEqual(alice);
  });

  it("goes on when somebody signed in in another tab", async () => {
    serve({ GET: { status: 401, body: {} } });
    render(page);
    await screen.findByLabelText("User name");
    serve({ GET: ok(alice) });
    fireEvent.focus(window);
    expect(await screen.findByLabelText("Draft")).toBeTruthy();
  });

  it("says when the server cannot be reached, and tries again", async () => {
    serve({ GET: "lost" });
    render(page);
    expect((await screen.findByRole("alert")).textContent).toContain("cannot be reached");
    serve({ GET: ok(alice) });
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByLabelText("Draft")).toBeTruthy();
  });
});

describe("UserMenu", () => {
  const menu = (leave: () => void): ReactElement => <MantineProvider env="test"><UserMenu leave={leave} /></MantineProvider>;
  const open = async (): Promise<void> => {
    fireEvent.click(screen.getByRole("button", { name: "Signed in as alice" }));
    await screen.findByRole("menuitem", { name: "Sign out" });
  };

  it("shows who it is, and leaves when the server has ended the session", async () => {
    act(() => sessions.begin(alice));
    const fetched = serve({ DELETE: ok({ auth: "on" }) });
    const leave = vi.fn();
    render(menu(leave));
    await open();
    expect(screen.getByText(/viewer, editor/)).toBeTruthy();
    fireEvent.click(screen.getByRole("menuitem", { name: "Sign out" }));
    await waitFor(() => expect(leave).toHaveBeenCalledOnce());
    expect(fetched).toHaveBeenCalledWith("/api/v1/session", expect.objectContaining({ method: "DELETE" }));
  });

  it("does not say goodbye when the session goes on", async () => {
    act(() => sessions.begin(alice));
    serve({ DELETE: "lost" });
    const leave = vi.fn();
    render(menu(leave));
    await open();
    fireEvent.click(screen.getByRole("menuitem", { name: "Sign out" }));
    expect((await screen.findByRole("alert")).textContent).toBe("You are still signed in: the server cannot be reached.");
    expect(leave).not.toHaveBeenCalled();
  });

  it("is not there while authentication is off", () => {
    act(() => sessions.begin({ auth: "off" }));
    render(menu(vi.fn()));
    expect(screen.queryByRole("button")).toBeNull();
  });
});

describe("ExposureStrip", () => {
  it("can be put away, and is back when the page is", () => {
    const { unmount } = render(<ExposureStrip auth="off" />);
    expect(screen.getByRole("note").textContent).toContain("Anybody who reaches this address can read and delete everything: start with --auth on.");
    expect(screen.getByRole<HTMLAnchorElement>("link").href).toMatch(/#security$/);
    fireEvent.click(screen.getByRole("button", { name: "Put this warning away for now" }));
    expect(screen.queryByRole("note")).toBeNull();
    unmount();
    render(<ExposureStrip auth="off" />);
    expect(screen.getByRole("note")).toBeTruthy();
  });

  it("is not there when all is well", () => {
    render(<ExposureStrip auth="on" />); // jsdom's page comes from localhost
    expect(screen.queryByRole("note")).toBeNull();
  });
});
