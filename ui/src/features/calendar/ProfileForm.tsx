/** What the organisation is, so that only its own deadlines are shown, and when to remind of them. */
import { NativeSelect, Switch } from "@mantine/core";
import type { CalendarProfile, TaxRegime } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import styles from "./Calendar.module.css";

const regimes: readonly TaxRegime[] = ["general", "simplified", "agricultural", "patent"];
const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, "0")}:00` }));

export function ProfileForm({ profile, onChange }: { profile: CalendarProfile; onChange: (profile: CalendarProfile) => void }) {
  const { t } = useTexts();
  const set = (part: Partial<CalendarProfile>) => onChange({ ...profile, ...part, chosen: true });
  return (
    <section className={styles.card} aria-labelledby="calendar-profile" data-testid="calendar-profile">
      <h2 id="calendar-profile">{t("ui.calendar.profile")}</h2>
      {!profile.chosen && <p className="muted small">{t("ui.calendar.profileGuess")}</p>}
      <NativeSelect
        label={t("ui.calendar.regime")} value={profile.regime} onChange={(event) => set({ regime: event.currentTarget.value as TaxRegime })} data-testid="regime"
        data={regimes.map((value) => ({ value, label: t(`ui.calendar.regimes.${value}`) }))}
      />
      <Switch label={t("ui.calendar.employer")} checked={profile.employer} onChange={(event) => set({ employer: event.currentTarget.checked })} data-testid="employer" />
      <Switch label={t("ui.calendar.vat")} checked={profile.vat} onChange={(event) => set({ vat: event.currentTarget.checked })} data-testid="vat" />
      <Switch
        label={t("ui.calendar.remind")} description={t("ui.calendar.remindHint")} checked={profile.remind} onChange={(event) => set({ remind: event.currentTarget.checked })}
        data-testid="remind"
      />
      {profile.remind && (
        <div className={styles.hours}>
          <NativeSelect label={t("ui.calendar.quietFrom")} value={String(profile.quietFrom)} data={hours} onChange={(event) => set({ quietFrom: Number(event.currentTarget.value) })} data-testid="quiet-from" />
          <NativeSelect label={t("ui.calendar.quietTo")} value={String(profile.quietTo)} data={hours} onChange={(event) => set({ quietTo: Number(event.currentTarget.value) })} data-testid="quiet-to" />
        </div>
      )}
    </section>
  );
}
