import { useEffect, useRef, useState, type ReactElement, type RefObject, type SyntheticEvent } from "react";
import { ApiError } from "../api/errors";
import { signIn, type Session } from "../api/session";
import { Btn } from "../components/Btn";
import { IconAlertCircle, IconEye, IconEyeOff } from "../components/icons";
import { Logo } from "./Logo";

interface Props {
  /** Who was signed in before: the name stands in its field, and the password is asked for. */
  before: string | undefined;
  /** Gets the session that has begun. */
  onSignedIn: (session: Session) => void;
}

/** What a person is told of a login that failed. */
export function troubleText(cause: unknown): string {
  if (!(cause instanceof ApiError)) return `Signing in failed: ${String(cause)}.`;
  if (cause.status === 401) return "User name or password is wrong.";
  if (cause.status === 429) return sentence(cause.message);
  if (cause.kind === "network") return "The server cannot be reached. Try again.";
  return `Signing in failed: ${cause.message}.`;
}

/** The server's reason as a person writes: without Elasticsearch's brackets around values. */
const sentence = (reason: string): string => {
  const text = reason.replace(/\[([^\]]*)\]/g, "$1");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
};

/** User name and password. The fields are the browser's own, so that password managers find and fill them. */
export function SignInForm({ before, onSignedIn }: Props): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ text: string; wrong: boolean }>();

  useEffect(() => (before === undefined ? name : password).current?.focus(), [before]);

  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      onSignedIn(await signIn(name.current?.value ?? "", password.current?.value ?? ""));
    } catch (cause) {
      setTrouble({ text: troubleText(cause), wrong: cause instanceof ApiError && cause.status === 401 });
      setBusy(false);
      password.current?.focus();
      password.current?.select();
    }
  };
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!busy) void submit();
  };
  const wrong = trouble?.wrong === true ? { "aria-invalid": true, "aria-describedby": "signin-trouble" } : {};
  return (
    <form className="signcard" onSubmit={onSubmit} aria-busy={busy}>
      <h1><Logo size={32} />Vedette</h1>
      {before === undefined ? null : <p className="f12 t2">Your session has ended. Sign in to go on where you were.</p>}
      <label htmlFor="username">User name</label>
      <input ref={name} id="username" name="username" autoComplete="username" autoCapitalize="none" autoCorrect="off" spellCheck={false} required defaultValue={before} {...wrong} />
      <label htmlFor="password">Password</label>
      <PasswordField field={password} wrong={wrong} />
      <p className="signtrouble" id="signin-trouble" role="alert">
        {trouble === undefined ? null : <><IconAlertCircle size={16} /><span>{trouble.text}</span></>}
      </p>
      <Btn type="submit" look="p">{busy ? "Signing in…" : "Sign in"}</Btn>
    </form>
  );
}

function PasswordField({ field, wrong }: { field: RefObject<HTMLInputElement | null>; wrong: object }): ReactElement {
  const [shown, setShown] = useState(false);
  return (
    <div className="pwd">
      <input ref={field} id="password" name="password" type={shown ? "text" : "password"} autoComplete="current-password" autoCapitalize="none" autoCorrect="off" spellCheck={false} required {...wrong} />
      <button type="button" aria-label="Show the password" aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? <IconEyeOff size={16} /> : <IconEye size={16} />}
      </button>
    </div>
  );
}
