/** A signed power of attorney never changes: changing or prolonging it begins a new one that takes its place; after its end there is only a new one. */
import { Button } from "@mantine/core";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";

/** Where a new one can be begun from it. */
const over: ReadonlySet<string> = new Set(["expired", "revoked", "refused"]);

export function ChangeAction({ number, state }: { number: string; state: string }) {
  const { t } = useTexts();
  const begin = useAction(async (longer: boolean) => go(paths.draft(await (longer ? host.extendPoa(number) : host.supersedePoa(number)))));
  if (state !== "active" && !over.has(state)) return null;
  const hint = t(state === "active" ? "ui.poaBack.changeHint" : "ui.poaBack.renewHint");
  return (
    <>
      {begin.error && <ErrorNotice error={begin.error} onClose={begin.clear} />}
      {state === "active" && <Button variant="default" disabled={begin.busy} title={hint} onClick={() => void begin.run(true)} data-testid="poa-extend">{t("ui.poaBack.extend")}</Button>}
      <Button variant="default" disabled={begin.busy} title={hint} onClick={() => void begin.run(false)} data-testid="poa-change">{t(state === "active" ? "ui.poaBack.change" : "ui.poaBack.renew")}</Button>
    </>
  );
}
