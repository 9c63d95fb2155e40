/** How facts about a service are said. */
import type { ServiceItem } from "../../ipc";
import type { useTexts } from "../../shared/useTexts";

type Texts = Pick<ReturnType<typeof useTexts>, "t" | "number">;

export const term = ({ t }: Texts, item: ServiceItem) => (item.termDays === null ? t("ui.services.termUnknown") : t("ui.services.term", { count: item.termDays }));
export const fee = ({ t, number }: Texts, item: ServiceItem) => (item.fee === null ? t("ui.services.free") : t("ui.services.roubles", { sum: number(item.fee) }));
export const audience = ({ t }: Texts, item: ServiceItem) => item.audience.map((who) => t(`ui.services.audience.${who}`, { defaultValue: who })).join(", ");
