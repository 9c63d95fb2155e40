/** Searches kept under a name: chosen, saved, renamed, deleted. */
import { ActionIcon, Button, Modal, Popover, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { host, type NamedSearch } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Documents.module.css";
import type { Search } from "./search";

type Props = { search: Search; onChoose: (search: Search) => void };
type Naming = { id: string | null; name: string; search: Search };

export function SavedSearches({ search, onChoose }: Props) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const [naming, setNaming] = useState<Naming | null>(null);
  const [leaving, setLeaving] = useState<NamedSearch | null>(null);
  const saved = useHostQuery("saved-searches", host.savedSearches);
  const close = (then?: () => void) => {
    setOpen(false);
    then?.();
  };
  return (
    <>
      <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus withinPortal shadow="md">
        <Popover.Target>
          <Button variant="default" leftSection={<Icon name="save" size={16} />} onClick={() => setOpen(!open)} aria-expanded={open} data-testid="saved-searches">
            {t("ui.documents.saved.button")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("ui.documents.saved.button")} className={styles.filters ?? ""}>
          {saved.error && <ErrorNotice error={saved.error} onRetry={() => void saved.reload()} />}
          {saved.data?.length === 0 && <p className="muted small">{t("ui.documents.saved.none")}</p>}
          <ul className={styles.saved}>
            {saved.data?.map((one) => (
              <li key={one.id}>
                <Button
                  variant="subtle" size="compact-sm" justify="flex-start" className={styles.savedName ?? ""} onClick={() => close(() => onChoose(one.query))}
                  data-testid={`saved-${one.id}`}
                >
                  {one.name}
                </Button>
                <ActionIcon
                  variant="subtle" aria-label={t("ui.documents.saved.rename", { name: one.name })}
                  onClick={() => close(() => setNaming({ id: one.id, name: one.name, search: one.query }))}
                >
                  <Icon name="sign" size={16} />
                </ActionIcon>
                <ActionIcon variant="subtle" aria-label={t("ui.documents.saved.delete", { name: one.name })} onClick={() => close(() => setLeaving(one))}>
                  <Icon name="close" size={16} />
                </ActionIcon>
              </li>
            ))}
          </ul>
          <Button fullWidth size="sm" onClick={() => close(() => setNaming({ id: null, name: search.text.trim(), search }))} data-testid="save-search">
            {t("ui.documents.saved.save")}
          </Button>
        </Popover.Dropdown>
      </Popover>
      {naming && <NameDialog naming={naming} onClose={() => setNaming(null)} onDone={() => void saved.reload()} />}
      {leaving && <DeleteDialog search={leaving} onClose={() => setLeaving(null)} onDone={() => void saved.reload()} />}
    </>
  );
}

function NameDialog({ naming, onClose, onDone }: { naming: Naming; onClose: () => void; onDone: () => void }) {
  const { t } = useTexts();
  const [name, setName] = useState(naming.name);
  const save = useAction(async () => {
    await host.saveSearch(naming.id, name, { ...naming.search, offset: 0, limit: 0 });
    onDone();
    onClose();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <Modal opened onClose={onClose} title={t(naming.id === null ? "ui.documents.saved.saving" : "ui.documents.saved.renaming")}>
      <form onSubmit={submit} className={styles.controls}>
        <TextInput label={t("ui.documents.saved.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={80} data-autofocus data-testid="search-name" />
        {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>{t("ui.documents.saved.cancel")}</Button>
          <Button type="submit" loading={save.busy} disabled={name.trim() === ""} data-testid="search-name-confirm">{t("ui.documents.saved.confirm")}</Button>
        </div>
      </form>
    </Modal>
  );
}

function DeleteDialog({ search, onClose, onDone }: { search: NamedSearch; onClose: () => void; onDone: () => void }) {
  const { t } = useTexts();
  const remove = useAction(async () => {
    await host.deleteSearch(search.id);
    onDone();
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={t("ui.documents.saved.deleting")}>
      <div className={styles.controls}>
        <p>{t("ui.documents.saved.deletingText", { name: search.name })}</p>
        {remove.error && <ErrorNotice error={remove.error} onClose={remove.clear} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>{t("ui.documents.saved.cancel")}</Button>
          <Button color="red" loading={remove.busy} onClick={() => void remove.run()} data-testid="search-delete-confirm">{t("ui.documents.saved.deleteConfirm")}</Button>
        </div>
      </div>
    </Modal>
  );
}
