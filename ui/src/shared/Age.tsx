/** How old something is, in words, once that is an hour or more; it grows while it is looked at. */
import { useEffect, useState } from "react";
import { useTexts } from "./useTexts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function Age({ since }: { since: string }) {
  const { t } = useTexts();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  const age = now - new Date(since).getTime();
  if (!(age >= HOUR)) return null;
  return <> ({age < 2 * DAY ? t("ui.state.hoursAgo", { count: Math.floor(age / HOUR) }) : t("ui.state.daysAgo", { count: Math.floor(age / DAY) })})</>;
}
