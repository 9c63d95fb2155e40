export function Documents(_: { group: string; focusSearch: boolean }) { return <p>Documents</p>; }
