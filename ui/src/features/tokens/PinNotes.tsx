/** What the token says about its PIN and, where that is worth a word, about its PUK: in words, with what to do. */
import type { TokenView } from "../../ipc";
import { Label, Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { pinTones } from "../certificates/pinTones";

/** Neither code opens the token any more. */
export const isDead = (token: TokenView) => token.pin === "locked" && token.puk === "locked";

export function PinNotes({ token }: { token: TokenView }) {
  const { t } = useTexts();
  const { pin, puk } = token;
  return (
    <>
      {pin === "ok" ? (
        <Label tone="ok">{t("ui.pin.ok")}</Label>
      ) : (
        <Strip tone={pinTones[pin]} testId={`token-pin-${pin}`}>
          <p><b>{t(`ui.pin.${pin}`)}</b></p>
          <p>{t(isDead(token) ? "ui.tokens.pin.dead" : `ui.tokens.pin.${pin}`)}</p>
        </Strip>
      )}
      {puk !== "ok" && !isDead(token) && (
        <Strip tone={puk === "low" ? "warn" : "bad"} testId={`token-puk-${puk}`}><p>{t(`ui.tokens.puk.${puk}`)}</p></Strip>
      )}
    </>
  );
}
