/** An address of the connection's settings. */
import { TextInput } from "@mantine/core";
import type { ConnectionSettings } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import styles from "./Settings.module.css";

type Name = Exclude<keyof ConnectionSettings, "proxy" | "onlyTls13">;
type Props = { name: Name; value: string; placeholder: string; onChange: (change: Partial<Record<Name, string>>) => void };

export function Address({ name, value, placeholder, onChange }: Props) {
  const { t } = useTexts();
  return (
    <TextInput
      label={t(`ui.connection.${name}`)} value={value} onChange={(event) => onChange({ [name]: event.currentTarget.value })} className={styles.address}
      placeholder={placeholder} spellCheck={false} autoComplete="off" data-testid={name}
    />
  );
}
