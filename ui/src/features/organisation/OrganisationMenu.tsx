/** The organisation worked for; changing it closes one archive and opens another. */
import { Menu, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useAppState } from "../app/AppState";
import { EnvironmentBadge } from "../environment/EnvironmentBadge";
import { OrganisationForm } from "./OrganisationForm";
import styles from "./OrganisationMenu.module.css";

export function OrganisationMenu() {
  const { t } = useTranslation();
  const { state, accept } = useAppState();
  const [adding, setAdding] = useState(false);
  const select = useAction(async (id: string) => {
    const next = await host.selectOrganisation(id);
    go(paths.today);
    accept(next);
  });
  const current = state.organisation;
  if (!current) return null;
  return (
    <>
      <Menu position="bottom-start" width={320}>
        <Menu.Target>
          <button type="button" className={styles.button} title={current.name} data-testid="organisation-menu">
            <Icon name="organisation" />
            <span className={styles.words}>
              <span className={styles.name}>{current.name}</span>
              <span className={styles.inn}>{t("ui.organisation.inn", { inn: current.inn })}</span>
            </span>
            <span className="visually-hidden">{t("ui.organisation.change")}</span>
            <span className={styles.arrow}><Icon name="down" size={14} /></span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {state.organisations.map((organisation) => (
            <Menu.Item
              key={organisation.id} onClick={() => void select.run(organisation.id)} data-testid={`organisation-${organisation.inn}`}
              leftSection={<Icon name={organisation.id === current.id ? "check" : "organisation"} size={16} />}
              aria-current={organisation.id === current.id ? "true" : undefined}
            >
              <span className={styles.entry}>
                {organisation.name}
                <span className="muted small">{t("ui.organisation.inn", { inn: organisation.inn })}</span>
                {organisation.environment !== "production" && <span><EnvironmentBadge environment={organisation.environment} /></span>}
              </span>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="organisation" size={16} />} onClick={() => go(paths.organisations)} data-testid="my-organisations">
            {t("ui.organisations.title")}
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="shield" size={16} />} onClick={() => go(paths.subscriptions())} data-testid="subscriptions">
            {t("ui.subscriptions.title")}
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)} data-testid="add-organisation">
            {t("ui.organisation.add")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {select.error && <ErrorNotice error={select.error} onClose={select.clear} />}
      <Modal
        opened={adding} onClose={() => setAdding(false)} size="lg" title={t("ui.organisation.add")} closeOnClickOutside={false}
        closeButtonProps={{ "aria-label": t("ui.close") }}
      >
        <OrganisationForm onAdded={() => { setAdding(false); go(paths.today); }} />
      </Modal>
    </>
  );
}
