import { useEffect, useLayoutEffect, useRef, type ReactElement } from "react";
import { takeUp, whoAmI } from "../api/session";
import { ExposureStrip } from "./ExposureStrip";
import { SignInForm } from "./SignInForm";
import "./signin.css";

/** The page that stands before the first session. */
export function SignInPage(): ReactElement {
  useSignInTitle();
  useOtherTabs();
  return (
    <main className="signin">
      <ExposureStrip auth="on" />
      <SignInForm before={undefined} onSignedIn={(session) => takeUp(session)} />
      <Footer />
    </main>
  );
}

/**
 * Covers a page whose session has ended, and leaves it as it is: what was typed
 * stays, and calls wait. The browser's own dialog makes all below it inert, open
 * menus and dialogs too.
 */
export function SignInAgain({ before }: { before: string | undefined }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  useSignInTitle();
  useOtherTabs();
  // Before the form's own effect, which puts the focus where it belongs.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    // Browsers close a dialog at the second Escape, whatever its cancel event says.
    <dialog ref={dialog} className="signin" aria-label="Sign in" onCancel={(e) => e.preventDefault()} onClose={() => dialog.current?.showModal()}>
      <ExposureStrip auth="on" />
      <SignInForm before={before} onSignedIn={(session) => takeUp(session)} />
      <Footer />
    </dialog>
  );
}

function Footer(): ReactElement {
  return <p className="f11 t3">{window.location.host}</p>;
}

function useSignInTitle(): void {
  useEffect(() => {
    const title = document.title;
    document.title = "Sign in · Vedette";
    return () => {
      document.title = title;
    };
  }, []);
}

/** Goes on when somebody has signed in in another tab. */
function useOtherTabs(): void {
  useEffect(() => {
    const look = (): void => {
      // A server that does not answer now will be asked when the form is sent.
      void whoAmI().then((session) => (session === undefined ? undefined : takeUp(session)), () => undefined);
    };
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, []);
}
