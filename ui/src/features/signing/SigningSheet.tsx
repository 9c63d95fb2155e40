/** The signing sheet: first the choice, then the run; or a run that was left and goes on. */
import { Drawer } from "@mantine/core";
import { useEffect, useState } from "react";
import type { DocumentRow, SigningRun } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import { RunView } from "./RunView";
import styles from "./Signing.module.css";
import { SigningChoice } from "./SigningChoice";
import { useSigning } from "./useSigning";

type Props = {
  documents?: DocumentRow[] | null;
  left?: SigningRun | null;
  /** What was shown of each when it was chosen; anything else is not signed. */
  shown?: ReadonlyMap<string, string>;
  onClose: () => void;
};

/** Open while it has documents to sign or a run to go on with. */
export function SigningSheet({ documents = null, left = null, shown, onClose }: Props) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const close = () => {
    if (!busy) onClose();
  };
  const opened = documents !== null || left !== null;
  return (
    <Drawer
      opened={opened} onClose={close} position="right" size={600} title={t("ui.signing.title")} closeOnClickOutside={false} padding={0}
      closeButtonProps={{ "aria-label": t("ui.close"), disabled: busy }} classNames={{ content: styles.sheet, body: styles.sheet, header: styles.header }}
      data-testid="signing-sheet"
    >
      {opened && <Sheet documents={documents ?? []} left={left} shown={shown} onBusy={setBusy} onDone={close} />}
    </Drawer>
  );
}

type SheetProps = { documents: DocumentRow[]; left: SigningRun | null; shown: ReadonlyMap<string, string> | undefined; onBusy: (busy: boolean) => void; onDone: () => void };

function Sheet({ documents, left, shown, onBusy, onDone }: SheetProps) {
  // What is being signed is what the sheet was opened with, whatever the list behind it shows by now.
  const [rows] = useState(documents);
  const signing = useSigning(left);
  const { busy } = signing;
  useEffect(() => onBusy(busy), [busy, onBusy]);
  return signing.items ? <RunView items={signing.items} signing={signing} onDone={onDone} /> : <SigningChoice rows={rows} shown={shown} signing={signing} />;
}
