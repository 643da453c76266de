import { Menu } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { ApiError } from "../api/errors";
import { signOut } from "../api/session";
import { IconLogout, IconUser } from "../components/icons";
import { useSession } from "../components/useSession";

/** Who is signed in, and the way out; nothing while authentication is off. */
export function UserMenu({ leave = () => window.location.assign("/") }: { leave?: () => void }): ReactElement | null {
  const state = useSession();
  const [trouble, setTrouble] = useState<string>();
  const session = state.is === "in" ? state.session : state.is === "out" ? state.before : undefined;
  const user = session?.user;
  if (user === undefined) return null;
  const out = (): void => {
    // Another page, loaded anew: neither its address nor its memory holds what was looked at.
    signOut().then(leave, (cause: unknown) => setTrouble(cause instanceof ApiError ? cause.message : String(cause)));
  };
  return (
    <Menu position="right-end" shadow="md" onClose={() => setTrouble(undefined)}>
      <Menu.Target>
        <button type="button" className="nav" aria-label={`Signed in as ${user.name}`} title={user.name}>
          <IconUser size={20} stroke={1.6} />
          <span className="el">{user.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label><b className="b6">{user.name}</b><br /><span className="roles">{user.superuser ? "May do everything" : user.roles.length === 0 ? "Has no role" : user.roles.join(", ")}</span></Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} closeMenuOnClick={false} onClick={out}>Sign out</Menu.Item>
        {trouble === undefined ? null : <p className="f12 bad" role="alert">You are still signed in: {trouble}.</p>}
      </Menu.Dropdown>
    </Menu>
  );
}
