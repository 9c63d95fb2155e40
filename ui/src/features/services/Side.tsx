/** Beside the list: favourites, what is begun often, searches under a name. */
import { Button, CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import { host, type ServiceCatalogue, type ServiceName, type ServiceQuery } from "../../ipc";
import { Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useTexts } from "../../shared/useTexts";
import styles from "./Services.module.css";
import { AllTemplates } from "./Templates";

export function Side({ told, onSearch }: { told: ServiceCatalogue; onSearch: (query: ServiceQuery) => void }) {
  const { t } = useTexts();
  const drop = useAction(() => host.dropOutdatedServices());
  const forget = useAction((name: string) => host.deleteServiceSearch(name));
  const error = drop.error ?? forget.error;
  return (
    <aside className={styles.side} aria-label={t("ui.services.side")} data-testid="services-side">
      {error && <ErrorNotice error={error} onClose={() => { drop.clear(); forget.clear(); }} />}
      {told.outdated.length > 0 && (
        <Strip tone="warn" testId="services-outdated">
          <p>{t("ui.services.outdated", { count: told.outdated.length })}</p>
          <ul className={styles.names}>{told.outdated.map((one) => <li key={one.code}>{one.title}</li>)}</ul>
          <Button size="compact-sm" variant="default" loading={drop.busy} onClick={() => void drop.run()} data-testid="drop-outdated">{t("ui.services.dropOutdated")}</Button>
        </Strip>
      )}
      <Names title={t("ui.services.favourites")} names={told.favourites}>{t("ui.services.noFavourites")}</Names>
      {told.frequent.length > 0 && <Names title={t("ui.services.frequent")} names={told.frequent} />}
      <AllTemplates />
      {told.searches.length > 0 && (
        <section>
          <h2>{t("ui.services.searches")}</h2>
          <ul className={styles.names}>
            {told.searches.map((one) => (
              <li key={one.name}>
                <Button variant="subtle" size="compact-sm" onClick={() => onSearch(one.query)} data-testid={`search-${one.name}`}>{one.name}</Button>
                <CloseButton size="sm" aria-label={t("ui.services.forget", { name: one.name })} onClick={() => void forget.run(one.name)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}

function Names({ title, names, children }: { title: string; names: readonly ServiceName[]; children?: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {names.length === 0 && <p className="muted small">{children}</p>}
      <ul className={styles.names}>{names.map((one) => <li key={one.code}><a href={`#${paths.service(one.code)}`}>{one.title}</a></li>)}</ul>
    </section>
  );
}
