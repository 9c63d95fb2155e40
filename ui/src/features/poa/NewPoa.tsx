/** The ways in which a power of attorney comes into the register: written here, from files, or from the registry. */
import { Button } from "@mantine/core";
import { host } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { go, paths } from "../../shared/router";
import type { Action } from "../../shared/useAction";
import { useImports } from "../documents/Imports";
import { PermittedButton } from "../cabinet/Permitted";
import { useTexts } from "../../shared/useTexts";
import { registerActions } from "./actions";

/** Form of the drafts. */
const FORM = "emchd";

export const beginPoa = async () => go(paths.draft((await host.newDraft(FORM)).id));

type Props = { begin: Action<[], void>; sync: Action<[], number>; onChanged: () => void };

export function NewPoa({ begin, sync, onChanged }: Props) {
  const { t } = useTexts();
  const imports = useImports();
  return (
    <>
      <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={sync.busy} onClick={() => void sync.run()} data-testid="poas-sync">{t("ui.poas.sync")}</Button>
      <Button variant="default" leftSection={<Icon name="open" size={16} />} loading={imports.busy} onClick={imports.open} data-testid="poas-import">{t("ui.poas.import")}</Button>
      {registerActions.map((Entry, index) => <Entry key={index} onChanged={onChanged} />)}
      <PermittedButton permission="applications.fill" leftSection={<Icon name="plus" size={16} />} loading={begin.busy} onClick={() => void begin.run()} data-testid="poa-new">{t("ui.poas.new")}</PermittedButton>
    </>
  );
}
