/** Invitations that wait for the person's own answer. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type InvitationRow } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import cabinet from "../cabinet/Cabinet.module.css";

export function OwnInvitations({ onJoined }: { onJoined: () => void }) {
  const { t, dateTime } = useTexts();
  const { state } = useAppState();
  const query = useHostQuery(`own-invitations-${state.session?.signedInAt ?? ""}`, () => (state.session ? host.ownInvitations() : Promise.resolve<InvitationRow[]>([])));
  const [newer, setNewer] = useState<InvitationRow[] | null>(null);
  const answer = useAction(async (id: string, accepts: boolean) => {
    setNewer(await host.answerInvitation(id, accepts));
    if (accepts) onJoined();
  });
  // That the portal could not be asked the list above says already.
  const waiting = newer ?? query.data ?? [];
  if (waiting.length === 0 && !answer.error) return null;
  return (
    <>
      {answer.error && <ErrorNotice error={answer.error} onClose={answer.clear} />}
      {waiting.map((one) => (
        <Strip key={one.id} tone="info" testId={`own-invitation-${one.id}`}>
          <p><b>{t("ui.employees.own.title")}</b></p>
          <p>{t("ui.employees.own.text", { organisation: one.organisation, role: one.role, by: one.by })} {one.expires && `${t("ui.employees.until", { at: dateTime(one.expires) })}.`}</p>
          <div className={cabinet.actions}>
            <Button size="compact-md" loading={answer.busy} onClick={() => void answer.run(one.id, true)} data-testid="invitation-accept">{t("ui.employees.own.accept")}</Button>
            <Button size="compact-md" variant="default" disabled={answer.busy} onClick={() => void answer.run(one.id, false)} data-testid="invitation-decline">{t("ui.employees.own.decline")}</Button>
          </div>
        </Strip>
      ))}
    </>
  );
}
