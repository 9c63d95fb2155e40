/** An answer from a dictionary of the portal: searched while it is typed, more entries on demand; a code may be typed as well. */
import { Autocomplete } from "@mantine/core";
import { useEffect, useState } from "react";
import { host } from "../../ipc";
import { useTexts } from "../../shared/useTexts";

const PAUSE_MS = 200;
const PAGE = 50;

type Props = { common: Record<string, unknown>; dictionary: string; value: string; onChange: (value: string) => void };

export function DictionaryField({ common, dictionary, value, onChange }: Props) {
  const { t } = useTexts();
  const [found, setFound] = useState<{ rows: string[]; more: boolean }>({ rows: [], more: false });
  const [limit, setLimit] = useState(PAGE);
  useEffect(() => {
    let left = false;
    const timer = setTimeout(() => {
      host.dictionary(dictionary, value, 0, limit)
        .then(({ rows, more }) => { if (!left) setFound({ rows: [...new Set(rows.map((row) => `${row.code} ${row.title}`))], more }); })
        // Without the dictionary the code can still be typed.
        .catch(() => { if (!left) setFound({ rows: [], more: false }); });
    }, PAUSE_MS);
    return () => { left = true; clearTimeout(timer); };
  }, [dictionary, value, limit]);
  return (
    <Autocomplete
      {...common} value={value} onChange={(next) => { setLimit(PAGE); onChange(next); }} data={found.rows} filter={({ options }) => options} limit={limit} maxDropdownHeight={260}
      placeholder={t("ui.services.dictionary")} scrollAreaProps={{ onBottomReached: () => found.more && setLimit((old) => old + PAGE) }}
    />
  );
}
