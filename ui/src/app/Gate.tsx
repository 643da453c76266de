import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import { sessions, takeUp, whoAmI } from "../api/session";
import { Btn } from "../components/Btn";
import { useSession } from "../components/useSession";
import { Logo } from "./Logo";
import { SignInAgain, SignInPage } from "./SignIn";

/** How long to wait before asking a server again that did not answer. */
const againMs = 3000;

/** Lets the application begin once it is known whose it is, and covers it when the session ends. */
export function Gate({ children }: { children: ReactNode }): ReactElement {
  const state = useSession();
  if (state.is === "unknown") return <Asking />;
  if (state.is === "out" && state.before === undefined) return <SignInPage />;
  return (
    <>
      {children}
      {state.is === "out" ? <SignInAgain before={state.before?.user?.name} /> : null}
    </>
  );
}

/** The frame that index.html shows before the application is here. */
function Asking(): ReactElement {
  const [turn, setTurn] = useState(0);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    let timer: number | undefined;
    let gone = false;
    const asked = sessions.get();
    whoAmI().then(
      (session) => {
        if (gone) return;
        if (session === undefined) sessions.end(asked);
        else takeUp(session);
      },
      () => {
        if (gone) return;
        setLost(true);
        timer = window.setTimeout(() => setTurn((t) => t + 1), againMs);
      },
    );
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [turn]);
  return (
    <div className="app">
      <div className="rail"><div className="brand"><Logo size={26} /></div></div>
      <main className="main">
        {lost ? (
          <div className="state" role="alert">
            <strong>The server cannot be reached</strong>
            <p>It is asked again every few seconds.</p>
            <Btn small onClick={() => setTurn(turn + 1)}>Try again</Btn>
          </div>
        ) : null}
      </main>
      <div className="status">Vedette</div>
    </div>
  );
}
