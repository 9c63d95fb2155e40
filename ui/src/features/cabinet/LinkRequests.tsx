/** Requests for links that have not ended: what is awaited, from whom, and what can be done about it. */
import { Button, Menu } from "@mantine/core";
import { host, type LinkView, type MyOrganisations } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Facts, Label, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useSecondsUntil } from "../../shared/useSecondsUntil";
import { useTexts } from "../../shared/useTexts";
import { useTokenScan } from "../certificates/useTokenScan";
import styles from "./Cabinet.module.css";
import { toneOf, useStatusWord } from "./OrganisationCards";

type Props = { links: LinkView[]; accept: (mine: MyOrganisations) => void };

export function LinkRequests({ links, accept }: Props) {
  const { t } = useTexts();
  if (links.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="links">
      <h2 id="links">{t("ui.organisations.links.title")}</h2>
      <ul className={styles.cards} data-testid="links">{links.map((link) => <Row key={link.id} link={link} accept={accept} />)}</ul>
    </section>
  );
}

const over = new Set(["active", "refused", "withdrawn", "expired", "not-received", "unlinked"]);

function Row({ link, accept }: { link: LinkView; accept: (mine: MyOrganisations) => void }) {
  const { t, dateTime } = useTexts();
  const word = useStatusWord();
  const wait = useSecondsUntil(link.repeatAt);
  const act = useAction(async (work: () => Promise<MyOrganisations>) => accept(await work()));
  const ended = over.has(link.status);
  const awaitsCode = link.status === "awaiting-code" || link.status === "awaiting-director";
  return (
    <li className={styles.card} data-testid={`link-${link.inn}`} data-status={link.status}>
      <div className={styles.head}>
        <h3 className={styles.name}>{link.name || t("ui.organisation.inn", { inn: link.inn })}</h3>
        <Label tone={toneOf(link.status)}>{word(link.status)}</Label>
      </div>
      <Facts
        rows={[
          [t("ui.organisation.innField"), link.name ? link.inn : null],
          [t("ui.organisations.links.sent"), dateTime(link.sent)],
          [t("ui.organisations.links.checked"), link.checked && dateTime(link.checked)],
          [t("ui.organisations.links.to"), link.sentTo],
          [t("ui.organisations.links.expires"), link.expires && !ended ? dateTime(link.expires) : null],
          [t("ui.organisations.links.reason"), link.reason],
        ]}
      />
      {link.status === "awaiting-director" && <p className="muted small">{t("ui.organisations.links.director")}</p>}
      {link.status === "unknown" && <Strip tone="warn"><p>{t("ui.organisations.links.unknown")}</p></Strip>}
      {link.error && link.status !== "unknown" && <ErrorNotice error={link.error} compact />}
      {act.error && <ErrorNotice error={act.error} onClose={act.clear} compact />}
      <div className={styles.actions}>
        {link.status === "awaiting-signature" && <SignMenu link={link} busy={act.busy} act={(work) => void act.run(work)} />}
        {awaitsCode && <Button size="compact-md" loading={act.busy} onClick={() => void act.run(() => host.confirmLink(link.id))} data-testid="link-code">{t("ui.organisations.links.code")}</Button>}
        {awaitsCode && (
          <Button size="compact-md" variant="default" disabled={act.busy || wait > 0} onClick={() => void act.run(() => host.repeatLink(link.id))} data-testid="link-repeat">
            {wait > 0 ? t("ui.organisations.links.repeatIn", { seconds: wait }) : t("ui.organisations.links.repeat")}
          </Button>
        )}
        {link.status !== "unknown" && (
          <Button size="compact-md" variant="subtle" disabled={act.busy} onClick={() => void act.run(() => host.withdrawLink(link.id))} data-testid="link-withdraw">
            {t(ended ? "ui.organisations.links.forget" : "ui.organisations.links.withdraw")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** The certificates of this very organisation; others the portal would refuse, and that would be an attempt lost. */
function SignMenu({ link, busy, act }: { link: LinkView; busy: boolean; act: (work: () => Promise<MyOrganisations>) => void }) {
  const { t } = useTexts();
  const { scan } = useTokenScan(true);
  const technical = (code: string) => code !== "other-organisation" && code !== "no-organisation";
  const fit = scan?.certificates.filter((one) => one.organisationInn === link.inn && !one.unfit.some(({ code }) => technical(code))) ?? [];
  if (fit.length === 0) return <p className="muted small">{t("ui.organisations.certificate.none")}</p>;
  return (
    <Menu position="bottom-start" width={320}>
      <Menu.Target><Button size="compact-md" loading={busy} data-testid="link-sign">{t("ui.organisations.links.sign")}</Button></Menu.Target>
      <Menu.Dropdown>
        {fit.map((one) => <Menu.Item key={one.id} onClick={() => act(() => host.signLink(link.id, one.id))} data-testid={`sign-with-${one.id}`}>{one.holder}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}
