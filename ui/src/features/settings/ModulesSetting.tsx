/** Token drivers: which are found, which work, how to add one. */
import { Button } from "@mantine/core";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Loading } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Settings.module.css";

export function ModulesSetting() {
  const { t } = useTexts();
  const modules = useHostQuery("modules", host.modules);
  const add = useAction(async () => {
    await host.addModule();
    await modules.reload();
  });
  return (
    <>
      <p className="muted">{t("ui.settings.modulesHint")}</p>
      {modules.error && <ErrorNotice error={modules.error} onRetry={() => void modules.reload()} />}
      {!modules.data && !modules.error && <Loading rows={2} />}
      {modules.data?.length === 0 && <p>{t("ui.settings.modulesNone")}</p>}
      {modules.data?.map((module) => (
        <div key={module.path} className={styles.module} data-testid="module">
          <div className={styles.moduleHead}>
            <b>{module.name}</b>
            <Label tone={module.error ? "warn" : "ok"}>{t(module.error ? "ui.settings.moduleFailed" : "ui.settings.moduleOk")}</Label>
            {module.own && <span className="muted">{t("ui.settings.moduleOwn")}</span>}
          </div>
          <span className="mono muted small">{module.path}</span>
          {module.error && <ErrorNotice error={module.error} quiet />}
        </div>
      ))}
      {add.error && <ErrorNotice error={add.error} onClose={add.clear} />}
      <div className={styles.actions}>
        <Button variant="default" leftSection={<Icon name="plus" size={16} />} loading={add.busy} onClick={() => void add.run()} data-testid="add-module">
          {t("ui.settings.modulesAdd")}
        </Button>
        <Button variant="default" component="a" href={`#${paths.doctor}`} leftSection={<Icon name="search" size={16} />} data-testid="to-doctor">
          {t("ui.doctor.title")}
        </Button>
      </div>
    </>
  );
}
