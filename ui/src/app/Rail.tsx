import { Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from "../components/icons";
import { keptFilters } from "./kept";
import { pages } from "./pages";

export function Rail(): ReactElement {
  return (
    <nav className="rail" aria-label="Pages">
      <div className="brand">
        <svg width="26" height="26" viewBox="0 0 28 28" role="img" aria-label="Vedette">
          <path d="M3 5h5.4l5.6 13.2L19.6 5H25L16.4 24h-4.8z" fill="var(--v-text)" />
          <circle cx="14" cy="6.6" r="2.9" fill="var(--v-accent)" />
        </svg>
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
      <div className="foot"><ThemeMenu /></div>
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
