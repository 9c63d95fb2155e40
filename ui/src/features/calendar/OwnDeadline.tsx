/** A deadline of the user's own. */
import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTexts } from "../../shared/useTexts";
import styles from "./Calendar.module.css";

export function OwnDeadline({ busy, onAdd }: { busy: boolean; onAdd: (title: string, due: string) => Promise<boolean> }) {
  const { t } = useTexts();
  const [title, setTitle] = useState("");
  const [due, setDue] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await onAdd(title, due)) {
      setTitle("");
      setDue("");
    }
  };
  return (
    <form className={styles.card} onSubmit={(event) => void submit(event)} aria-labelledby="own-deadline">
      <h2 id="own-deadline">{t("ui.calendar.own")}</h2>
      <TextInput label={t("ui.calendar.ownTitle")} value={title} maxLength={200} onChange={(event) => setTitle(event.currentTarget.value)} data-testid="own-title" />
      <TextInput label={t("ui.calendar.ownDue")} type="date" value={due} onChange={(event) => setDue(event.currentTarget.value)} data-testid="own-due" />
      <div>
        <Button type="submit" variant="default" loading={busy} disabled={title.trim() === "" || due === ""} data-testid="own-add">{t("ui.calendar.ownAdd")}</Button>
      </div>
    </form>
  );
}
