import { Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from "../components/icons";
import { keptFilters } from "./kept";
import { Logo } from "./Logo";
import { pages } from "./pages";
import { UserMenu } from "./UserMenu";

export function Rail(): ReactElement {
  return (
    <nav className="rail" aria-label="Pages">
      <div className="brand">
        <Logo size={26} label="Vedette" />
      </div>
      {pages.map(({ path, label, icon: Icon }) => (
        <Link
          key={path}
          to={path}
          className="nav"
          activeOptions={{ exact: true, includeSearch: false }}
          search={(prev) => ({ from: prev.from, to: prev.to, refresh: prev.refresh, filters: keptFilters(prev.filters) })}
        >
          <Icon size={20} stroke={1.6} />
          <span>{label}</span>
        </Link>
      ))}
      <div className="foot"><ThemeMenu /><UserMenu /></div>
    </nav>
  );
}

const choices: readonly { value: MantineColorScheme; label: string; icon: typeof IconSun }[] = [
  { value: "auto", label: "As the system", icon: IconDeviceDesktop },
  { value: "dark", label: "Dark", icon: IconMoon },
  { value: "light", label: "Light", icon: IconSun },
];

function ThemeMenu(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = choices.find((c) => c.value === colorScheme) ?? choices[0];
  const Icon = current?.icon ?? IconSun;
  return (
    <Menu position="right-end" shadow="md">
      <Menu.Target>
        <button type="button" className="nav" aria-label={`Theme: ${current?.label ?? ""}`}>
          <Icon size={20} stroke={1.6} />
          <span>Theme</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(({ value, label, icon: Choice }) => (
          <Menu.Item key={value} leftSection={<Choice size={16} />} rightSection={value === colorScheme ? <IconCheck size={14} /> : null} onClick={() => setColorScheme(value)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
