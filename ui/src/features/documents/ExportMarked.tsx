/** Writes the chosen documents out, each with its signatures and receipts: as one zip or as a folder. */
import { Button, Menu } from "@mantine/core";
import { host, type PackageForm } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";

export function ExportMarked({ ids }: { ids: string[] }) {
  const { t } = useTexts();
  const save = useAction((form: PackageForm) => host.exportDocuments(ids, form));
  return (
    <>
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
      <Menu>
        <Menu.Target>
          <Button variant="default" loading={save.busy} leftSection={<Icon name="save" />} data-testid="export-marked">{t("ui.documents.export")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(["zip", "folder"] as const).map((form) => (
            <Menu.Item key={form} onClick={() => void save.run(form)} data-testid={`export-${form}`}>{t(`ui.documents.exportAs.${form}`)}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
