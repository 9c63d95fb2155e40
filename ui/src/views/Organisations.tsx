/** «Мои организации»: those of the vault and those of the portal, with everything that links, registers, enters or leaves one. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAppState } from "../features/app/AppState";
import styles from "../features/cabinet/Cabinet.module.css";
import { RemoveDialog, UnlinkDialog } from "../features/cabinet/Leaving";
import { LinkDialog } from "../features/cabinet/LinkDialog";
import type { FormPurpose } from "../features/cabinet/linkFields";
import { LinkRequests } from "../features/cabinet/LinkRequests";
import { OrganisationCards, type CardAction } from "../features/cabinet/OrganisationCards";
import { Registrations } from "../features/cabinet/Registrations";
import { Representative } from "../features/cabinet/Representative";
import { OwnInvitations } from "../features/employees/OwnInvitations";
import { OrganisationForm } from "../features/organisation/OrganisationForm";
import { host, type LinkForm, type MyOrganisations, type OrganisationCard, type RegistrationView } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function Organisations({ removed }: { removed: number | null }) {
  const { t, dateTime } = useTexts();
  const { accept } = useAppState();
  const list = useHostQuery("my-organisations", () => host.myOrganisations(true));
  const applied = useHostQuery("registrations", () => host.registrations());
  const [newer, setNewer] = useState<MyOrganisations | null>(null);
  const [newerApplied, setNewerApplied] = useState<RegistrationView[] | null>(null);
  const [wanted, setWanted] = useState("");
  const [form, setForm] = useState<FormPurpose | null>(null);
  const [correcting, setCorrecting] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<{ action: "unlink" | "remove"; card: OrganisationCard } | null>(null);
  const [unlinked, setUnlinked] = useState(false);
  const left = removed !== null && removed > 0 ? ` ${t("ui.organisations.removal.left", { count: removed })}` : "";
  const said = removed !== null ? t("ui.organisations.removal.done") + left : unlinked ? t("ui.organisations.unlinking.done") : null;
  const mine = newer ?? list.data;
  const reload = async () => {
    setNewer(null);
    setNewerApplied(null);
    await Promise.all([list.reload(), applied.reload()]);
  };
  const enter = useAction(async (card: OrganisationCard) => {
    const next = await host.selectOrganisation(card.organisationId ?? "");
    go(paths.today);
    accept(next);
  });
  const act = (action: CardAction, card: OrganisationCard) => {
    if (action === "enter") void enter.run(card);
    else if (action === "add") setAdding(true);
    else setLeaving({ action, card });
  };
  const shown = mine?.cards.filter((card) => fits(card, wanted)) ?? [];
  const refused = mine?.linkingRefused ?? null;
  return (
    <Page
      title={t("ui.organisations.title")} lead={<p className="muted">{t("ui.organisations.lead")}</p>}
      actions={
        <>
          <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={list.loading && mine !== null} onClick={() => void reload()} data-testid="refresh">{t("ui.organisations.refresh")}</Button>
          <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)} data-testid="add-local">{t("ui.organisations.add")}</Button>
          {mine?.presence === "present" && (
            <>
              <Button variant="default" onClick={() => { setCorrecting(null); setForm("register"); }} data-testid="register">{t("ui.organisations.register")}</Button>
              <Button leftSection={<Icon name="link" size={16} />} disabled={refused !== null} onClick={() => setForm("link")} data-testid="link">{t("ui.organisations.link")}</Button>
            </>
          )}
        </>
      }
    >
      <div className={styles.stack}>
        {said && <Strip tone="ok" testId="said"><p role="status">{said}</p></Strip>}
        {list.error && <ErrorNotice error={list.error} onRetry={() => void reload()} />}
        {enter.error && <ErrorNotice error={enter.error} onClose={enter.clear} />}
        {!mine && !list.error && <Loading rows={4} height={120} />}
        {mine?.presence === "absent" && <Strip tone="info" testId="absent"><p>{t("ui.organisations.absent")}</p></Strip>}
        {mine?.error && <ErrorNotice error={mine.error} onRetry={() => void reload()} />}
        {mine?.error && <p className="muted small">{t("ui.organisations.offlineList")}</p>}
        {refused && mine?.presence === "present" && <div data-testid="linking-refused"><ErrorNotice error={refused} compact /></div>}
        <OwnInvitations onJoined={() => void reload()} />
        {mine && <LinkRequests links={mine.links} accept={setNewer} />}
        {mine && mine.cards.length > 0 && (
          <div className={styles.tools}>
            <TextInput
              className={styles.search} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} aria-label={t("ui.organisations.search")} placeholder={t("ui.organisations.search")}
              leftSection={<Icon name="search" size={16} />} data-testid="organisation-search"
            />
            {mine.at && <span className="muted small">{t("ui.organisations.at", { at: dateTime(mine.at) })}</span>}
          </div>
        )}
        {mine && shown.length > 0 && <OrganisationCards mine={mine} shown={shown} busy={enter.busy} onAct={act} />}
        {mine && mine.cards.length > 0 && shown.length === 0 && <Empty icon="search" title={t("ui.organisations.nothing")}>{t("ui.organisations.nothingText")}</Empty>}
        {mine && mine.cards.length === 0 && <Empty icon="organisation" title={t("ui.organisations.empty")}>{t("ui.organisations.emptyText")}</Empty>}
        {mine?.presence === "present" && <Representative />}
        {applied.error && applied.error.code !== "app.not-signed-in" && <ErrorNotice error={applied.error} onRetry={() => void applied.reload()} />}
        <Registrations all={newerApplied ?? applied.data ?? []} accept={setNewerApplied} onCorrect={(id) => { setCorrecting(id); setForm("register"); }} />
      </div>
      <LinkDialog
        purpose="link" opened={form === "link"} refusals={mine?.refusals ?? 0} wanted={mine?.documents ?? []} send={(filled: LinkForm) => host.requestLink(filled)}
        onClose={() => { setForm(null); void reload(); }} onSent={(answer) => { setNewer(answer); setForm(null); }}
      />
      <LinkDialog
        purpose="register" correcting={correcting !== null} opened={form === "register"} refusals={0} wanted={mine?.registrationDocuments ?? []}
        send={(filled: LinkForm) => (correcting === null ? host.registerOrganisation(filled) : host.correctRegistration(correcting, filled))}
        onClose={() => setForm(null)} onSent={(answer) => { setNewerApplied(answer); setForm(null); }}
      />
      <Modal opened={adding} onClose={() => setAdding(false)} size="lg" title={t("ui.organisation.add")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
        <OrganisationForm onAdded={() => setAdding(false)} />
      </Modal>
      <UnlinkDialog
        card={leaving?.action === "unlink" ? leaving.card : null} onClose={() => setLeaving(null)}
        onDone={(card) => { setUnlinked(true); setLeaving(card.organisationId ? { action: "remove", card } : null); void reload(); }}
      />
      <RemoveDialog
        card={leaving?.action === "remove" ? leaving.card : null} onClose={() => setLeaving(null)}
        onDone={(outcome) => {
          // The address keeps it: with the organisation worked for, the whole screen begins anew.
          go(paths.removed(outcome.backupsLeft));
          void reload();
        }}
      />
    </Page>
  );
}

/** By parts of the name or the beginning of ИНН or ОГРН. */
function fits(card: OrganisationCard, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  if (text === "") return true;
  const digits = text.replace(/\s/g, "");
  if (/^\d+$/.test(digits)) return card.inn.startsWith(digits) || card.ogrn.startsWith(digits);
  return [card.name, card.fullName ?? ""].some((name) => name.toLowerCase().includes(text));
}
