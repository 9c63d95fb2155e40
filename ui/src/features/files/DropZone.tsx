/** A place to drop files on, with a button that does the same from the keyboard. */
import { Button } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { host, onFileDrag, type DropTarget } from "../../ipc";
import { Icon, type IconName } from "../../shared/Icon";
import styles from "./DropZone.module.css";

type Props = { icon: IconName; text: string; note?: ReactNode; button: string; busy: boolean; onChoose: () => void; testId: string };

export function DropZone({ icon, text, note, button, busy, onChoose, testId }: Props) {
  const [over, setOver] = useState(false);
  useEffect(() => onFileDrag(setOver), []);
  return (
    <div className={`${styles.zone} ${over ? styles.over : ""}`} data-testid={testId}>
      <span className={styles.icon}><Icon name={icon} size={30} /></span>
      <p className={styles.text}>{text}</p>
      <Button size="md" onClick={onChoose} loading={busy} leftSection={<Icon name="open" />} data-testid={`${testId}-choose`} data-autofocus>{button}</Button>
      {note && <p className={styles.note}>{note}</p>}
    </div>
  );
}

/** While the screen is in sight, files dropped on the window are for it. */
export function useDropsFor(target: DropTarget) {
  useEffect(() => {
    // A host that cannot be told takes dropped files in as documents: nothing is lost.
    void host.aimDrops(target).catch(() => null);
    return () => void host.aimDrops("import").catch(() => null);
  }, [target]);
}
